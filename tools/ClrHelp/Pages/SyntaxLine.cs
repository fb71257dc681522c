namespace ClrHelp.Pages;

/// <summary>One parameter set: its parameters in the order of a command line.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Parameters">The parameters as they are in this set.</param>
internal sealed record SyntaxLine(string Name, IReadOnlyList<ParameterPage> Parameters);
