namespace ClrKernelExtension.Magics;

/// <summary>A magic command: its name, its parameters, and what it does.</summary>
public sealed class Magic
{
    private readonly Func<MagicArguments, NotebookSurface, Task> _act;

    internal Magic(string name, string description, IReadOnlyList<MagicParameter> parameters, Func<MagicArguments, NotebookSurface, Task> act)
    {
        Name = name;
        Description = description;
        Parameters = parameters;
        _act = act;
    }

    /// <summary>As it is typed, such as <c>#!clr-schedule</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    public string Description { get; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<MagicParameter> Parameters { get; }

    /// <summary>Does it.</summary>
    /// <param name="command">The notebook's command: an object with one property of text for each parameter that was given.</param>
    /// <param name="surface">Where it shows and stores.</param>
    /// <exception cref="Exception">An error that <see cref="ClrMagics.IsReadable"/> says is worded for users, or a defect.</exception>
    public Task RunAsync(object command, NotebookSurface surface)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(surface);
        return _act(new MagicArguments(this, command), surface);
    }
}
