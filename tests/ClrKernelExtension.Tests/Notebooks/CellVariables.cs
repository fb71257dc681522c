namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>What a script sees of the variables that magic commands stored.</summary>
public sealed class CellVariables
{
    /// <summary>The values by name.</summary>
    public Dictionary<string, object> Values { get; } = [];
}
