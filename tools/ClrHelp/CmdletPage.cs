namespace ClrHelp;

/// <summary>All that the help of one cmdlet says. Texts are markdown.</summary>
internal sealed record CmdletPage
{
    public required string Name { get; init; }

    public required string Synopsis { get; init; }

    public required string Description { get; init; }

    public required IReadOnlyList<SyntaxLine> Syntax { get; init; }

    public required IReadOnlyList<ParameterPage> Parameters { get; init; }

    public required IReadOnlyList<TypeNote> Inputs { get; init; }

    public required IReadOnlyList<TypeNote> Outputs { get; init; }

    public required IReadOnlyList<Example> Examples { get; init; }

    public required IReadOnlyList<string> SeeAlso { get; init; }

    public required bool SupportsShouldProcess { get; init; }
}

/// <summary>One parameter set: its parameters in the order of a command line.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Parameters">The parameters as they are in this set.</param>
internal sealed record SyntaxLine(string Name, IReadOnlyList<ParameterPage> Parameters);

/// <summary>What the help says of one parameter.</summary>
internal sealed record ParameterPage
{
    public required string Name { get; init; }

    /// <summary>The type as a command line shows it, such as <c>double</c> or <c>SweepKind</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The XML comment, empty where there is none.</summary>
    public required string Text { get; init; }

    /// <summary>The values of an enumeration, each with its meaning.</summary>
    public required IReadOnlyList<(string Name, string Text)> Values { get; init; }

    public required bool IsSwitch { get; init; }

    public required bool IsMandatory { get; init; }

    /// <summary>The position from 0, or none.</summary>
    public required int? Position { get; init; }

    public required string? Default { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>How the pipeline binds it, in PowerShell's words: <c>true (ByValue)</c> and the like, or <c>false</c>.</summary>
    public required string PipelineInput { get; init; }

    public required bool AcceptsWildcards { get; init; }
}

/// <summary>A type that goes in or comes out, and what it is.</summary>
/// <param name="Name">The type's full name.</param>
/// <param name="Text">Its summary, empty where it is not of this product.</param>
internal sealed record TypeNote(string Name, string Text);

/// <summary>One example of a cmdlet's help.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">PowerShell.</param>
/// <param name="Output">What it prints, or null where the source does not show it.</param>
/// <param name="Text">What to notice.</param>
/// <param name="NotRun">Why no test runs it, or null.</param>
internal sealed record Example(string Title, string Code, string? Output, string Text, string? NotRun)
{
    /// <summary>What a test runs first, such as to make the file that the example reads; or null. No reader sees it.</summary>
    public string? Before { get; init; }

    /// <summary>A program that a machine may lack, such as Chromium; or null.</summary>
    public string? Needs { get; init; }
}
