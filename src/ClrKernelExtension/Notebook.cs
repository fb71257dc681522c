using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension;

/// <summary>The variables of a notebook's C# and PowerShell cells.</summary>
internal sealed class Notebook(Kernel root)
{
    private const string PowerShell = "pwsh";
    private static readonly string[] Languages = ["csharp", PowerShell];

    // An interrupted command stores what it has while the next cell may run already.
    private readonly ConcurrentDictionary<string, object> _stored = new();

    /// <summary>Stores an object as a variable of the cells of both languages.</summary>
    public async Task StoreAsync(string name, object value)
    {
        _stored[name] = value;
        foreach (string language in Languages.Where(language => root.FindKernelByName(language) is not null))
        {
            // Without a plain form of the caller's the host would write the whole object as JSON.
            await root.SendAsync(new SendValue(name, value, new("text/plain", value.ToString()), language));
        }
    }

    /// <summary>A variable, or null. If it differs between the languages, the one counts that a cell has set since a command stored it.</summary>
    public object? Find(string name)
    {
        object[] values = [.. Languages.Select(language => Variable(language, name)).OfType<object>()];
        object? stored = _stored.GetValueOrDefault(name);
        return values.FirstOrDefault(value => !ReferenceEquals(value, stored)) ?? values.FirstOrDefault();
    }

    /// <summary>Lets PowerShell cells import modules of this folder by name.</summary>
    public void AddModulePath(string folder)
    {
        // The type of the PowerShell kernel is in no package.
        if (root.FindKernelByName(PowerShell) is { } kernel)
            ((dynamic)kernel).AddModulePath(folder);
    }

    private object? Variable(string language, string name)
    {
        if (root.FindKernelByName(language) is not { } kernel)
            return null;
        bool found = ((dynamic)kernel).TryGetValue<object>(name, out object value);
        return found ? value : null;
    }
}

/// <summary>The cell that a magic command runs in.</summary>
internal sealed class NotebookCell(Notebook notebook, KernelInvocationContext context)
{
    /// <summary>Cancelled when the user interrupts the cell.</summary>
    public CancellationToken CancellationToken => context.CancellationToken;

    /// <summary>Shows an output, and gives what shows another in its place.</summary>
    public DisplayedValue Display(HtmlOutput output) => context.Display(output, HtmlOutput.Html, HtmlOutput.Plain);

    /// <summary>Ends the cell with an error of one line.</summary>
    public void Fail(KernelCommand command, string message) => context.Fail(command, message: message);

    public Notebook Notebook => notebook;

    /// <summary>A variable of this type.</summary>
    public T Get<T>(string name, string maker) where T : class => notebook.Find(name) switch
    {
        T value => value,
        null => throw new InvalidParameterException(name, null, $"There is no variable '{name}'; make it with {maker}, or name another.", NotebookErrors.VariableNotFound),
        var other => throw new InvalidParameterException(name, other, $"The variable '{name}' holds a {other.GetType().Name}, not a {typeof(T).Name}; make it with {maker}, or name another.", NotebookErrors.VariableOfAnotherType),
    };
}

/// <summary>An output that is shown anew while work goes on, at most twice a second, and when it ends.</summary>
internal sealed class LiveOutput<T> : IDisposable where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly NotebookCell _cell;
    private readonly Func<T, HtmlOutput> _draw;
    private readonly CancellationTokenRegistration _interrupted;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next;
    private T? _latest;
    private DisplayedValue? _shown;

    public LiveOutput(NotebookCell cell, Func<T, HtmlOutput> draw)
    {
        _cell = cell;
        _draw = draw;
        // The host ends an interrupted cell before the work has noticed, and drops what is shown after that.
        _interrupted = cell.CancellationToken.Register(() =>
        {
            lock (_gate)
            {
                if (_latest is not null)
                    Show(_latest);
            }
        });
    }

    /// <summary>Says how far the work is: what is shown if it ends here, and what is shown now if it is time to.</summary>
    public void Offer(T latest, T now)
    {
        lock (_gate)
        {
            _latest = latest;
            if (_clock.Elapsed < _next || _cell.CancellationToken.IsCancellationRequested)
                return;
            Show(now);
            _next = _clock.Elapsed + Interval;
        }
    }

    /// <summary>Shows the end of the work.</summary>
    public void End(T result)
    {
        lock (_gate)
            Show(result);
    }

    public void Dispose() => _interrupted.Dispose();

    private void Show(T state)
    {
        HtmlOutput output = _draw(state);
        if (_shown is null)
            _shown = _cell.Display(output);
        else
            _shown.Update(output);
    }
}
