namespace ClrHelp.Pages;

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
