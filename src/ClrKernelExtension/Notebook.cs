using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension;

/// <summary>
/// The variables of a notebook's C#, F# and PowerShell cells as one set: of a name that differs between the languages the newest value counts.
/// After each cell it looks which of the names that any cell or command has used hold something else now.
/// </summary>
internal sealed partial class Notebook
{
    private const string PowerShell = "pwsh";

    private const string FSharp = "fsharp";

    private static readonly Assembly Engine = typeof(ClrEngine.Schedules.ILrSchedule).Assembly;

    private static readonly string[] Languages = ["csharp", FSharp, PowerShell];

    private readonly object _gate = new();
    private readonly Kernel _root;
    private readonly HashSet<string> _names = ["schedule", "rangeTest", "bounds", "history"];
    private readonly Dictionary<(string Language, string Name), (object? Value, long When)> _seen = [];
    private readonly ConcurrentDictionary<string, long> _spoken = [];
    private readonly Dictionary<string, object> _given = [];
    private long _now;
    private bool _gives, _knows;
    private volatile Task _interrupted = Task.CompletedTask;
    private readonly ConcurrentQueue<(string Name, object Value)> _unsent = [];

    public Notebook(Kernel root)
    {
        _root = root;
        foreach (Kernel kernel in Languages.Select(root.FindKernelByName).OfType<Kernel>())
        {
            kernel.AddMiddleware(async (command, context, next) =>
            {
                if (command is SubmitCode)
                    await WaitAsync(context.CancellationToken);
                if (kernel.Name == FSharp && !_gives && command is SubmitCode asked)
                    await GiveAsync([.. Word().Matches(asked.Code).Select(word => word.Value)]);
                await next(command, context);
                if ((command is SubmitCode cell ? cell.Code : command is SendValue sent ? sent.Name : null) is { } text)
                    Note(kernel, [.. Word().Matches(text).Select(word => word.Value)]);
            });
        }
    }

    // F# is asked otherwise, and is given what its cells speak of: to start it takes many seconds, and most notebooks never do.
    private IEnumerable<Kernel> Kernels => Languages.Where(language => language != FSharp).Select(_root.FindKernelByName).OfType<Kernel>();

    /// <summary>Does the work of a command. The host takes the next cell before the work of an interrupted one has noticed, and stored what it found: that cell waits for it.</summary>
    public async Task DoAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration interruption = cancellationToken.Register(() => _interrupted = ended.Task);
        try
        {
            await work();
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <summary>Stores an object as a variable of the C# and PowerShell cells; once the cell is interrupted, of those that follow.</summary>
    public async Task StoreAsync(string name, object value, CancellationToken cancellationToken)
    {
        try
        {
            if (!cancellationToken.IsCancellationRequested)
                await SendAsync(name, value);
        }
        finally
        {
            // The host drops what an interrupted cell sends.
            if (cancellationToken.IsCancellationRequested)
                _unsent.Enqueue((name, value));
        }
    }

    /// <summary>The newest value of a variable, or null.</summary>
    public object? Find(string name) => Newest([name]).Select(found => found.Value).FirstOrDefault();

    /// <summary>The variables that hold values of a type, the oldest first.</summary>
    public IReadOnlyList<(string Name, T Value)> All<T>()
    {
        string[] names;
        lock (_gate)
            names = [.. _names];
        return [.. Newest(names).Where(found => found.Value is T).OrderBy(found => found.When).Select(found => (found.Name, (T)found.Value))];
    }

    /// <summary>Lets PowerShell cells import modules of this folder by name.</summary>
    public void AddModulePath(string folder)
    {
        // The type of the PowerShell kernel is in no package.
        if (_root.FindKernelByName(PowerShell) is { } kernel)
            ((dynamic)kernel).AddModulePath(folder);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _interrupted.WaitAsync(cancellationToken);
        while (_unsent.TryDequeue(out (string Name, object Value) kept))
            await SendAsync(kept.Name, kept.Value);
    }

    private async Task SendAsync(string name, object value)
    {
        foreach (Kernel kernel in Kernels)
        {
            // Without a plain form of the caller's the host would write the whole object as JSON.
            await _root.SendAsync(new SendValue(name, value, new("text/plain", value.ToString()), kernel.Name));
        }
    }

    private async Task GiveAsync(string[] words)
    {
        _gives = true;
        try
        {
            if (!_knows)
                await _root.SendAsync(new SubmitCode($"#r @\"{Engine.Location}\"", FSharp));
            _knows = true;
            foreach ((string name, object value, _) in Newest([.. words.Distinct()]))
            {
                if (value.GetType().Assembly != Engine || IsSame(_given.GetValueOrDefault(name), value))
                    continue;
                await _root.SendAsync(new SendValue(name, value, new("text/plain", value.ToString()), FSharp));
                _given[name] = value;
            }
        }
        finally
        {
            _gives = false;
        }
    }

    private IEnumerable<(string Name, object Value, long When)> Newest(string[] names)
    {
        LookInFSharp(names);
        foreach (Kernel kernel in Kernels)
            Look(kernel, names);
        lock (_gate)
        {
            return [.. names
                .Select(name => (Name: name, Newest: Languages.Select(language => _seen.GetValueOrDefault((language, name))).MaxBy(seen => seen.Value is null ? -1 : seen.When)))
                .Where(found => found.Newest.Value is not null)
                .Select(found => (found.Name, found.Newest.Value!, found.Newest.When))];
        }
    }

    // F# answers a question about one name, as slowly as it runs a cell: it is asked when the name is wanted, and what has changed counts from the cell that last spoke of it.
    private void Note(Kernel kernel, string[] words)
    {
        if (_gives)
            return;
        if (kernel.Name != FSharp)
        {
            Look(kernel, words);
            return;
        }
        lock (_gate)
        {
            _names.UnionWith(words);
            _now++;
            foreach (string word in words)
                _spoken[word] = _now;
        }
    }

    private void LookInFSharp(string[] names)
    {
        string[] asked = [.. names.Where(_spoken.ContainsKey)];
        if (asked.Length == 0)
            return;
        // A question about a name that it lacks is an error that the cell shows.
        KernelCommandResult list = _root.SendAsync(new RequestValueInfos(FSharp)).GetAwaiter().GetResult();
        foreach (string name in asked.Intersect(list.Events.OfType<ValueInfosProduced>().SelectMany(found => found.ValueInfos).Select(info => info.Name)))
        {
            KernelCommandResult answer = _root.SendAsync(new RequestValue(name, targetKernelName: FSharp)).GetAwaiter().GetResult();
            object? value = answer.Events.OfType<ValueProduced>().FirstOrDefault()?.Value;
            lock (_gate)
            {
                if (!_seen.TryGetValue((FSharp, name), out (object? Value, long) before) || !IsSame(before.Value, value))
                    _seen[(FSharp, name)] = (value, _spoken[name]);
            }
        }
    }

    private void Look(Kernel kernel, IEnumerable<string> words)
    {
        lock (_gate)
        {
            _names.UnionWith(words);
            _now++;
            foreach (string name in _names)
            {
                if (!TryRead(kernel, name, out object? value))
                    continue;
                if (!_seen.TryGetValue((kernel.Name, name), out (object? Value, long) before) || !IsSame(before.Value, value))
                    _seen[(kernel.Name, name)] = (value, _now);
            }
        }
    }

    // Numbers are boxed anew each time.
    private static bool IsSame(object? left, object? right) => ReferenceEquals(left, right) || (left is ValueType or string && left.Equals(right));

    // PowerShell shows no variables while a cancelled pipeline still runs.
    private static bool TryRead(Kernel kernel, string name, out object? value)
    {
        try
        {
            bool isThere = ((dynamic)kernel).TryGetValue<object>(name, out object found);
            value = isThere ? found : null;
            return true;
        }
        catch (InvalidOperationException)
        {
            value = null;
            return false;
        }
    }

    [GeneratedRegex(@"[^\W\d]\w*")]
    private static partial Regex Word();
}

/// <summary>The cell that a magic command runs in.</summary>
internal sealed class NotebookCell(Notebook notebook, KernelInvocationContext context, IReadOnlyList<MagicParameter> parameters)
{
    /// <summary>Cancelled when the user interrupts the cell.</summary>
    public CancellationToken CancellationToken => context.CancellationToken;

    public Notebook Notebook => notebook;

    /// <summary>Shows an output, and gives what shows another in its place.</summary>
    public DisplayedValue Display(HtmlOutput output) => context.Display(output, HtmlOutput.Html, HtmlOutput.Plain);

    /// <summary>Shows a warning of the engine's.</summary>
    public void Warn(string warning) => Display(HtmlOutput.Line($"Warning: {NotebookText.Message(warning, parameters)}"));

    /// <summary>Stores an object as a variable of the C# and PowerShell cells.</summary>
    public Task StoreAsync(string name, object value) => notebook.StoreAsync(name, value, context.CancellationToken);

    /// <summary>Ends the cell with an error of one line.</summary>
    public void Fail(KernelCommand command, Exception error) =>
        context.Fail(command, message: NotebookText.Message(error.Message, parameters, (error as InvalidParameterException)?.ParamName));

    /// <summary>A variable of this type.</summary>
    public T Get<T>(string name, string maker) where T : class => notebook.Find(name) switch
    {
        T value => value,
        null => throw new InvalidParameterException(name, null, $"There is no variable '{name}'; make it with {maker}, or name another.", NotebookErrors.VariableNotFound),
        var other => throw new InvalidParameterException(name, other, $"The variable '{name}' holds a {other.GetType().Name}, not a {typeof(T).Name}; make it with {maker}, or name another.", NotebookErrors.VariableOfAnotherType),
    };
}
