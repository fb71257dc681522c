namespace ClrHelp.Pages;

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
