namespace ClrKernelExtension.Magics;

/// <summary>What a magic command needs of the notebook that it runs in.</summary>
public sealed class NotebookSurface
{
    /// <summary>Shows an object, and gives the call that shows another in its place.</summary>
    public required Func<object, Action<object>> Display { get; init; }

    /// <summary>Stores an object as a variable of the C# and the PowerShell cells.</summary>
    public required Func<string, object, Task> Store { get; init; }

    /// <summary>Finds a variable by name, or null.</summary>
    public required Func<string, object?> Find { get; init; }

    /// <summary>Cancelled when the user interrupts the cell.</summary>
    public CancellationToken CancellationToken { get; init; }
}
