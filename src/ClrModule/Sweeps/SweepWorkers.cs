using System.Collections;
using System.Diagnostics;
using System.Management.Automation.Runspaces;
using System.Security.Cryptography;
using System.Text;
using ClrEngine.Training.Checkpoints;
using ClrModule.Commands;

namespace ClrModule.Sweeps;

/// <summary>The runs that wait. One that is given back is taken by another worker: none goes home while a run is under way.</summary>
internal sealed class SweepQueue(IEnumerable<int> runs, CancellationToken stop)
{
    private readonly Queue<int> _waiting = new(runs);
    private readonly Dictionary<int, int> _lost = [];
    private int _inFlight, _done;

    public CancellationToken Stop => stop;

    public int Left { get { lock (_waiting) return _waiting.Count; } }

    public int InFlight { get { lock (_waiting) return _inFlight; } }

    public int Done { get { lock (_waiting) return _done; } }

    /// <summary>The next run; null where there is none left.</summary>
    public int? Take()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && _inFlight > 0 && !stop.IsCancellationRequested)
                Monitor.Wait(_waiting, TimeSpan.FromSeconds(1));
            if (_waiting.Count == 0 || stop.IsCancellationRequested)
                return null;
            _inFlight++;
            return _waiting.Dequeue();
        }
    }

    public void Finished()
    {
        lock (_waiting)
        {
            (_inFlight, _done) = (_inFlight - 1, _done + 1);
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>Gives a run back, to be taken by another.</summary>
    public void GiveBack(int run)
    {
        lock (_waiting)
        {
            _inFlight--;
            _waiting.Enqueue(run);
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>How often a run's worker was lost, with this time.</summary>
    public int CountLoss(int run)
    {
        lock (_waiting)
            return _lost[run] = _lost.GetValueOrDefault(run) + 1;
    }
}

/// <summary>Who trains runs one after the other, in another process. All that it says goes through <c>say</c>, to the pipeline's own thread.</summary>
internal abstract class SweepWorker(ClrCommand cmdlet, SweepFolder sweep)
{
    // What ends it costs this worker alone.
    private Runspace? _runspace;
    private Process? _process;

    protected ClrCommand Cmdlet => cmdlet;

    protected SweepFolder Sweep => sweep;

    protected virtual Runspace? Runspace => _runspace;

    /// <summary>Takes runs until there is none left, or until it is of no more use.</summary>
    public void Work(SweepQueue queue, Action<Action> say)
    {
        try
        {
            while (queue.Take() is { } run)
            {
                try
                {
                    Open();
                    Train(run, queue, say);
                    queue.Finished();
                    say(() => cmdlet.WriteObject(sweep.Row(run)));
                }
                // Whatever ends a worker's work on a run is said, and the run goes to another.
                catch (Exception lost) when (lost is RuntimeException or InvalidOperationException or OperationCanceledException or IOException or UnauthorizedAccessException or IClrError)
                {
                    if (queue.Stop.IsCancellationRequested)
                        queue.GiveBack(run);
                    if (queue.Stop.IsCancellationRequested || !Lost(run, lost is RuntimeException { ErrorRecord.Exception: { } cause } ? cause : lost, queue, say))
                        return;
                }
            }
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Sees that there is a process to work in.</summary>
    protected virtual void Open()
    {
        if (_runspace?.RunspaceStateInfo.State == RunspaceState.Opened && _process?.HasExited == false)
            return;
        Close();
        _runspace = RunspaceFactory.CreateOutOfProcessRunspace(null);
        _runspace.Open();
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        int id = shell.AddScript("$PID").Invoke<int>().Single();
        try
        {
            _process = Process.GetProcessById(id);
        }
        catch (ArgumentException gone)
        {
            throw new InvalidOperationException($"process {id} was gone as soon as it was there.", gone);
        }
        Begin();
    }

    /// <summary>What a new process does first.</summary>
    protected virtual void Begin()
    {
    }

    protected void Close()
    {
        // PowerShell would wait a minute for the last word of a process that is gone.
        if (_process?.HasExited == true)
            _runspace?.CloseAsync();
        else
            _runspace?.Dispose();
        _process?.Dispose();
        (_runspace, _process) = (null, null);
    }

    protected abstract void Train(int run, SweepQueue queue, Action<Action> say);

    /// <summary>Says what becomes of a run whose worker was lost, and whether the worker goes on.</summary>
    protected abstract bool Lost(int run, Exception cause, SweepQueue queue, Action<Action> say);

    /// <summary>Runs a script in the other process, and gives what comes out of it.</summary>
    protected IReadOnlyList<PSObject> Invoke(int run, string script, IReadOnlyList<object?> arguments, Action<Action> say, CancellationToken stop)
    {
        // Where its process is gone it is left, since to dispose it would wait for the process.
        var shell = PowerShell.Create();
        shell.Runspace = Runspace;
        shell.AddScript(script);
        foreach (object? argument in arguments)
            shell.AddArgument(argument);
        string who = $"Run {SweepRunFolder.Name(run)}: ";
        bool isLeft = false;
        shell.Streams.Warning.DataAdded += (_, at) => { string text = who + shell.Streams.Warning[at.Index].Message; Tell(() => cmdlet.WriteWarning(text)); };
        shell.Streams.Verbose.DataAdded += (_, at) => { string text = who + shell.Streams.Verbose[at.Index].Message; Tell(() => cmdlet.WriteVerbose(text)); };
        shell.Streams.Information.DataAdded += (_, at) => { InformationRecord record = shell.Streams.Information[at.Index]; Tell(() => cmdlet.WriteInformation(who + record.MessageData, [.. record.Tags])); };
        using CancellationTokenRegistration stopping = stop.Register(() => shell.BeginStop(null, null));
        Task<PSDataCollection<PSObject>> all = Task.Factory.FromAsync(shell.BeginInvoke(), shell.EndInvoke);
        if (_process is { } process && Task.WhenAny(all, process.WaitForExitAsync(CancellationToken.None)).GetAwaiter().GetResult() != all)
        {
            Volatile.Write(ref isLeft, true);
            throw new InvalidOperationException($"process {process.Id} is gone; it crashed, or was killed.");
        }
        using (shell)
        {
            IReadOnlyList<PSObject> made = [.. all.GetAwaiter().GetResult()];
            stop.ThrowIfCancellationRequested();
            return made;
        }

        // The last words of a process that is gone may come when nobody takes them any more.
        void Tell(Action words)
        {
            if (!Volatile.Read(ref isLeft))
                say(words);
        }
    }
}

/// <summary>A process on this machine: one that dies costs its run alone, which a new one takes up from its checkpoint.</summary>
internal sealed class LocalWorker(ClrCommand cmdlet, SweepFolder sweep, string module, string? device) : SweepWorker(cmdlet, sweep)
{
    private const string Script = """
        param($module, $path, $run, $device)
        $ErrorActionPreference, $ProgressPreference, $InformationPreference = 'Continue', 'SilentlyContinue', 'Continue'
        Import-Module $module -ErrorAction Stop
        $given = if ($device) { @{ Device = $device } } else { @{} }
        $null = ClrModule\Invoke-TrainingSweep $path -Index $run @given -ErrorAction SilentlyContinue -Verbose
        """;

    protected override void Train(int run, SweepQueue queue, Action<Action> say) => Invoke(run, Script, [module, Sweep.Path, run, device], say, queue.Stop);

    protected override bool Lost(int run, Exception cause, SweepQueue queue, Action<Action> say)
    {
        Close();
        string what = $"The process of run {SweepRunFolder.Name(run)} ended: {cause.Message}";
        if (queue.CountLoss(run) == 1)
        {
            say(() => Cmdlet.WriteWarning($"{what} The run is tried once more."));
            queue.GiveBack(run);
            return true;
        }
        SweepFailure.Write(Sweep.FolderOf(run), "SweepProcessLost", $"{what} It was tried twice; where the system killed it, less memory would help: a lower -ThrottleLimit.");
        queue.Finished();
        say(() => Cmdlet.WriteObject(Sweep.Row(run)));
        return true;
    }
}

/// <summary>A host, reached over PowerShell's own remoting. It needs no part of the sweep's folder: it is given the job, and what came of it is fetched.</summary>
internal sealed class RemoteWorker(ClrCommand cmdlet, SweepFolder sweep, string host, string module, string? device) : SweepWorker(cmdlet, sweep)
{
    private const string Script = """
        param($module, $job, $key, $run, $device)
        $ErrorActionPreference, $ProgressPreference, $InformationPreference = 'Stop', 'SilentlyContinue', 'Continue'
        Import-Module $module
        $sweep = Join-Path ([Environment]::GetFolderPath('LocalApplicationData', 'Create')) Clr sweeps $key
        $folder = Join-Path $sweep ('{0:d3}' -f $run)
        $null = New-Item $folder -ItemType Directory -Force
        [IO.File]::WriteAllText((Join-Path $folder job.json), $job)
        $given = if ($device) { @{ Device = $device } } else { @{} }
        $null = ClrModule\Invoke-TrainingSweep $sweep -Index $run @given -ErrorAction SilentlyContinue -Verbose
        $folder
        Get-ChildItem $folder -Name -Include schedule.json, models, error.json, history.json
        """;

    private const string Connect = "param($connection) $global:ClrHost = New-PSSession @connection -ErrorAction Stop";
    private const string OverThere = "param($script, $arguments) Invoke-Command -Session $global:ClrHost -ScriptBlock ([scriptblock]::Create($script)) -ArgumentList $arguments -ErrorAction Stop -Verbose";
    private const string Fetch = "param($from, $to, $session = $global:ClrHost) Copy-Item -LiteralPath $from -Destination $to -FromSession $session -Recurse -ErrorAction Stop";

    /// <summary>A session that is open already.</summary>
    public PSSession? Session { get; init; }

    /// <summary>How to reach the host where there is none.</summary>
    public IReadOnlyDictionary<string, object?> Connection { get; init; } = new Dictionary<string, object?>();

    /// <summary>Options of ssh by which a host that is gone, or that would ask for a password, is given up and not waited for.</summary>
    public static Hashtable WithoutQuestions(Hashtable further)
    {
        var options = new Hashtable(StringComparer.OrdinalIgnoreCase) { ["BatchMode"] = "yes", ["ServerAliveInterval"] = "15", ["ServerAliveCountMax"] = "3" };
        foreach (DictionaryEntry option in further)
            options[option.Key] = option.Value;
        return options;
    }

    protected override Runspace? Runspace => Session?.Runspace ?? base.Runspace;

    // A connection that breaks may end the process that holds it, by an exception on a thread of PowerShell's own.
    protected override void Open()
    {
        if (Session is null)
            base.Open();
    }

    protected override void Begin()
    {
        var connection = new Hashtable { ["ConnectingTimeout"] = 30_000 };
        foreach ((string name, object? value) in Connection.Where(static part => part.Value is not null))
            connection[name] = value;
        Nearby(Connect, connection);
    }

    protected override void Train(int run, SweepQueue queue, Action<Action> say)
    {
        string folder = Sweep.FolderOf(run), job = Sweep.JobOf(run).ToString();
        using RunLock? claim = RunLock.TryTake(folder);
        if (claim is null)
            say(() => Cmdlet.WriteWarning(Sweep.Held(run)));
        if (claim is null || File.Exists(Path.Combine(folder, SweepRunFolder.HistoryFile)))
            return;
        File.Delete(Path.Combine(folder, SweepRunFolder.ErrorFile));
        // The same run finds its checkpoints on the host again, and another run of this number does not.
        string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{folder}\n{job}")))[..16].ToLowerInvariant();
        string[] made = [.. There(Script, [module, job, key, run, device]).Select(name => name.ToString())];
        if (made.Length < 2)
            throw new InvalidOperationException("it left neither a history nor an error.");
        string there = made[0], beside = Directory.CreateDirectory(Path.Combine(folder, $".new-{Guid.NewGuid():N}")).FullName;
        try
        {
            foreach (string name in made[1..])
                Nearby(Fetch, Session is null ? [$"{there}/{name}", beside] : [$"{there}/{name}", beside, Session]);
            foreach (string name in made[1..].Where(name => name is not (SweepRunFolder.HistoryFile or SweepRunFolder.ScheduleFile)))
                Place(Path.Combine(beside, name), Path.Combine(folder, name));
            if (made.Contains(SweepRunFolder.ScheduleFile))
                SweepRunFolder.Keep(folder, Sweep.JobOf(run), Path.Combine(beside, SweepRunFolder.ScheduleFile), on: null);
            // With it the run is done.
            if (made.Contains(SweepRunFolder.HistoryFile))
                SweepRunFolder.End(folder, Sweep.JobOf(run), Path.Combine(beside, SweepRunFolder.HistoryFile));
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
        if (made.Contains(SweepRunFolder.HistoryFile))
            There("param($folder) Remove-Item (Split-Path $folder) -Recurse -Force", [there]);

        IReadOnlyList<PSObject> There(string script, object?[] arguments) =>
            Session is null ? Invoke(run, OverThere, [script, arguments], say, queue.Stop) : Invoke(run, script, arguments, say, queue.Stop);
    }

    protected override bool Lost(int run, Exception cause, SweepQueue queue, Action<Action> say)
    {
        say(() => Cmdlet.WriteWarning($"The host {host} is given up, and run {SweepRunFolder.Name(run)} waits for another: {cause.Message}{Advice()}"));
        queue.GiveBack(run);
        return false;
    }

    // PowerShell often loses what ssh says, such as that it knows no host of this name.
    private string Advice()
    {
        if (Session is not null)
            return "";
        string[] options = [.. new[] { ("-p", "Port"), ("-l", "UserName"), ("-i", "KeyFilePath") }.Where(option => Connection.GetValueOrDefault(option.Item2) is not null).Select(option => $"{option.Item1} {Connection[option.Item2]} ")];
        return $" If it was not reached, 'ssh {string.Concat(options)}{host}' says why: a name that does not resolve, a port, a key.";
    }

    private static void Place(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            File.Move(from, to, overwrite: true);
            return;
        }
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        Directory.Move(from, to);
    }

    // Where the connection is: in its own process, or in this one for a session that was given.
    private void Nearby(string script, params object?[] arguments)
    {
        using var shell = PowerShell.Create();
        if (base.Runspace is { } nearby)
            shell.Runspace = nearby;
        shell.AddScript(script);
        foreach (object? argument in arguments)
            shell.AddArgument(argument);
        shell.Invoke();
    }
}
