using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ClrModule.Tests.Hosting;

/// <summary>
/// The real PowerShell engine with the module imported from the checkout.
/// <code>
/// using var session = new PowerShellSession();
/// var schedule = session.Get&lt;CyclicSchedule&gt;("New-CyclicSchedule -BaseLr 0.001 -MaxLr 0.1 -StepSize 10");
/// var result = session.Run("New-CyclicSchedule -BaseLr 1 -MaxLr 0");
/// Assert.Equal("Id,Command", result.Error.FullyQualifiedErrorId);
/// </code>
/// </summary>
internal sealed class PowerShellSession : IDisposable
{
    private readonly RecordingHost _host = new();
    private readonly Runspace _runspace;

    /// <summary>Opens a session with the module, and with <paramref name="cmdlets"/> of a test's own.</summary>
    public PowerShellSession(params Type[] cmdlets)
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var cmdlet in cmdlets)
        {
            var name = (CmdletAttribute)cmdlet.GetCustomAttributes(typeof(CmdletAttribute), inherit: false).Single();
            state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", cmdlet, helpFileName: null));
        }

        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();

        using var import = PowerShell.Create(_runspace);
        import.AddCommand("Import-Module").AddParameter("Name", Repository.Manifest).AddParameter("ErrorAction", "Stop").Invoke();
    }

    /// <summary>The width that <see cref="Render"/> formats for, in cells: 120 unless set.</summary>
    public int Width
    {
        get => _host.Screen.Width;
        set => _host.Screen.Width = value;
    }

    /// <summary>
    /// The answers to coming confirmations, each a choice's letter ("Y", "A", "N", "L"). A question without an answer
    /// in the queue is an error in the script, as on redirected input.
    /// </summary>
    public Queue<string> Answers => _host.Screen.Answers;

    /// <summary>The questions that were asked, whole, in order.</summary>
    public IReadOnlyList<string> Questions => _host.Screen.Questions;

    /// <summary>Gives the script the variable <paramref name="name"/>, which keeps the object as it is.</summary>
    public void Set(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs <paramref name="script"/> to its end. An error that ended it is among the errors, not thrown.</summary>
    public SessionResult Run(string script)
    {
        using var shell = Shell(script);
        var output = new PSDataCollection<PSObject>();
        RuntimeException? failure = null;
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException error)
        {
            failure = error;
        }

        return SessionResult.From(shell, output, failure);
    }

    /// <summary>Runs <paramref name="script"/>, which must give one object of this type and no error, and gives the object.</summary>
    public T Get<T>(string script) => Run(script).Single<T>();

    /// <summary>Starts <paramref name="script"/>, for a test that stops it or looks at it while it runs.</summary>
    public SessionRun RunAsync(string script) => new(Shell(script));

    /// <summary>
    /// Runs <paramref name="script"/> and gives what a terminal would show of it, in order and without colours: formatted
    /// objects, errors, warnings. Lines end with "\n" and have no trailing blanks.
    /// </summary>
    public string Render(string script)
    {
        _host.Screen.Clear();
        using var shell = Shell(script);
        shell.Commands.AddCommand(new Command("Out-Default")
        {
            MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Output | PipelineResultTypes.Error,
        });
        shell.Invoke();
        return _host.Screen.Text;
    }

    public void Dispose() => _runspace.Dispose();

    private PowerShell Shell(string script)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }
}
