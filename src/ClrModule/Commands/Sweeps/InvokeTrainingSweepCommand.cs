using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using ClrEngine.Training.Histories;
using ClrModule.Commands.Training;
using ClrModule.Errors;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Sweeps;

/// <summary>
/// Trains what a sweep still lacks: here, several runs at once in processes of their own; on other hosts over SSH; or single runs in this process, as a
/// task of a Slurm or Kubernetes array does. Started again, it finishes what is missing: runs that were stopped go on from their checkpoints, failed ones are tried again.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "TrainingSweep", SupportsShouldProcess = true, DefaultParameterSetName = Here)]
[OutputType(typeof(TrainingSweepRun))]
public sealed class InvokeTrainingSweepCommand : ClrCommand
{
    private const string Here = "Here", ByIndex = "Index", ByHost = "HostName", BySession = "Session";
    private const int ActivityId = 0x535745;

    private static readonly ErrorCause SweepRunFailed = new(nameof(SweepRunFailed), ErrorKind.InvalidResult,
        "A run of a sweep failed; the others are not touched by it.", "Do what its message says, and start the sweep again.");

    private static readonly ErrorCause SweepWithoutHosts = new(nameof(SweepWithoutHosts), ErrorKind.ResourceUnavailable,
        "No host is left to train on, and runs of the sweep wait.", "Look at the warnings, which say why each was given up, and start the sweep again.");

    /// <summary>The sweep's folder.</summary>
    [Parameter(Mandatory = true, Position = 0), Alias("LiteralPath", "LP")]
    public string Path { get; set; } = "";

    /// <summary>Trains the runs of these numbers in this process, one after the other: the number of a task in an array of jobs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByIndex), WholeNumber<int>(IsList = true), ArgumentCompleter(typeof(RunIndexCompleter))]
    public int[] Index { get; set; } = [];

    /// <summary>How many runs train at once, each in a process of its own; as many as there are CUDA devices, else processors, if omitted.</summary>
    [Parameter(ParameterSetName = Here), WholeNumber<int>(EmptyIsNone = true)]
    public int? ThrottleLimit { get; set; }

    /// <summary>Hosts, each of which trains one run at a time: names for ssh, such as gpu1 or trainer@gpu1:2222. Give a host twice for two runs at once. Each needs PowerShell as an SSH subsystem, and the module.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByHost)]
    public string[] HostName { get; set; } = [];

    /// <summary>The user on the hosts.</summary>
    [Parameter(ParameterSetName = ByHost)]
    public string? UserName { get; set; }

    /// <summary>The port of their SSH servers.</summary>
    [Parameter(ParameterSetName = ByHost), WholeNumber<int>(EmptyIsNone = true)]
    public int? Port { get; set; }

    /// <summary>The file of the private key.</summary>
    [Parameter(ParameterSetName = ByHost)]
    public string? KeyFilePath { get; set; }

    /// <summary>Further options of ssh, as New-PSSession takes them, such as @{ ProxyJump = 'gateway' }.</summary>
    [Parameter(ParameterSetName = ByHost)]
    public Hashtable Options { get; set; } = [];

    /// <summary>Open sessions, such as New-PSSession makes; each trains one run at a time, and stays open.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySession)]
    public PSSession[] Session { get; set; } = [];

    /// <summary>The module on the hosts: its name, or the path of its manifest there.</summary>
    [Parameter(ParameterSetName = ByHost), Parameter(ParameterSetName = BySession)]
    public string RemoteModule { get; set; } = "ClrModule";

    /// <summary>The device of runs whose job names none: auto, cpu, cuda or cuda:N. Runs that train at once here get a CUDA device each in turn if omitted.</summary>
    [Parameter, ArgumentCompleter(typeof(DeviceCompleter))]
    public string? Device { get; set; }

    protected override object? Target => Path;

    protected override void Process()
    {
        if (Device is not null)
            TorchDevices.RequireName(Device);
        SweepFolder sweep = SweepFolder.Open(this.FolderPath(Path, nameof(Path)), WriteWarning);
        TrainingSweepRun[] all = ParameterSetName == ByIndex ? [] : [.. sweep.Runs.Select(sweep.Stand)];
        int[] wanted = ParameterSetName == ByIndex ? Index : [.. all.Where(run => run.State is SweepRunState.Waiting or SweepRunState.Failed).Select(run => run.Index)];
        foreach (TrainingSweepRun held in all.Where(run => run.State == SweepRunState.Running))
            WriteWarning(sweep.Held(held.Index));
        var runs = new List<int>();
        // A job that cannot be read, or a history that is not of its job, is an error of its own, and the others are trained.
        EachOf<object>([.. wanted.Cast<object>()], index =>
        {
            SweepJob job = sweep.JobOf((int)index);
            try
            {
                if (SweepRunFolder.History(sweep.FolderOf((int)index)) is null)
                    SweepRunFolder.RequireFolders(sweep.FolderOf((int)index));
            }
            catch (TrainingHistoryException damaged)
            {
                throw Failed(sweep, (int)index, damaged.Message);
            }
            if (ShouldProcess(sweep.FolderOf((int)index), $"Train {job.Text("Model")} on {job.Text("Data")}{(sweep.SettingOf((int)index) is { Length: > 0 } setting ? $" with {setting}" : "")}"))
                runs.Add((int)index);
        });
        if (runs.Count == 0)
            return;
        // A device that this machine does not have is no failure of the runs.
        if (Device is not null && ParameterSetName is Here or ByIndex && runs.Any(index => sweep.JobOf(index).IsOnAnyDevice))
            TorchDevices.Resolve(Device);
        if (ParameterSetName == ByIndex)
            RunHere(sweep, [.. runs]);
        else
            RunElsewhere(sweep, [.. runs]);
    }

    private void RunHere(SweepFolder sweep, int[] runs)
    {
        var runner = new SweepRunner(this, sweep, Device);
        EachOf<object>([.. runs.Cast<object>()], run =>
        {
            EndSignal.StopIfReceived(this);
            int index = (int)run;
            string? failure = runner.Run(index);
            WriteObject(sweep.Row(index));
            if (failure is not null)
                throw Failed(sweep, index, failure);
        });
    }

    private void RunElsewhere(SweepFolder sweep, int[] runs)
    {
        using var ending = new EndSignal(this, StopToken);
        var queue = new SweepQueue(runs, ending.Token);
        using var said = new BlockingCollection<Action>();
        SweepWorker[] workers = [.. Workers(sweep, runs).Take(ParameterSetName == Here ? runs.Length : int.MaxValue)];
        Task all = Task.WhenAll(workers.Select(worker => Task.Factory.StartNew(() => worker.Work(queue, said.Add), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        // The end of the last is the end of what is said; who waits for it sees what went wrong in it.
        all.ContinueWith(_ => said.CompleteAdding(), TaskScheduler.Default);
        foreach (Action say in said.GetConsumingEnumerable())
        {
            // A pipeline that is stopped takes no more records; the runs end with their checkpoints.
            if (StopToken.IsCancellationRequested)
                continue;
            say();
            WriteProgress(new ProgressRecord(ActivityId, $"Training the sweep '{sweep.Path}'", $"{queue.Done} of {Counted.Of(runs.Length, "run")}, {queue.InFlight} under way") { PercentComplete = 100 * queue.Done / runs.Length });
        }
        all.GetAwaiter().GetResult();
        StopToken.ThrowIfCancellationRequested();
        if (EndSignal.Received is { } signal)
        {
            WriteWarning($"{signal} stopped the sweep after {queue.Done} of {Counted.Of(runs.Length, "run")}: the same line goes on from the checkpoints of those that were under way.");
            return;
        }
        WriteProgress(new ProgressRecord(ActivityId, "Training a sweep", "Done") { RecordType = ProgressRecordType.Completed });
        foreach (int index in runs.Where(index => sweep.Stand(index).State == SweepRunState.Failed))
            WriteError(ClrErrorRecords.Make(Failed(sweep, index, sweep.Stand(index).Reason ?? ""), sweep.FolderOf(index), MyInvocation.MyCommand.Name));
        if (queue.Left is > 0 and var left)
            throw new SweepException(SweepWithoutHosts, $"No host is left, and {(left == 1 ? "a run" : $"{left} runs")} of '{sweep.Path}' {(left == 1 ? "waits" : "wait")}. The warnings say why each host was given up; start the sweep again to go on.");
    }

    private IEnumerable<SweepWorker> Workers(SweepFolder sweep, int[] runs)
    {
        if (ParameterSetName == Here)
        {
            string[] devices = Device is null && runs.Any(index => sweep.JobOf(index).IsOnAnyDevice) ? [.. TorchDevices.List().Where(known => known.Kind == "CUDA").Select(known => known.Name)] : [];
            string module = System.IO.Path.Combine(MyInvocation.MyCommand.Module.ModuleBase, "ClrModule.psd1");
            return Enumerable.Range(0, (int)Require.AtLeast(ThrottleLimit ?? (devices.Length > 0 ? devices.Length : Environment.ProcessorCount), 1, nameof(ThrottleLimit)))
                .Select(i => new LocalWorker(this, sweep, File.Exists(module) ? module : MyInvocation.MyCommand.Module.Path, devices.Length > 0 ? devices[i % devices.Length] : Device));
        }
        return ParameterSetName == BySession
            ? Session.Select(session => new RemoteWorker(this, sweep, session.ComputerName, RemoteModule, Device) { Session = session })
            : HostName.Select(host => new RemoteWorker(this, sweep, host, RemoteModule, Device)
            {
                Connection = new Dictionary<string, object?> { ["HostName"] = host, ["UserName"] = UserName, ["Port"] = Port, ["KeyFilePath"] = KeyFilePath is null ? null : this.FullPath(KeyFilePath), ["Options"] = RemoteWorker.WithoutQuestions(Options) },
            });
    }


    private static SweepException Failed(SweepFolder sweep, int index, string reason) =>
        new(SweepRunFailed, $"Run {SweepRunFolder.Name(index)}{(sweep.SettingOf(index) is { Length: > 0 } setting ? $" ({setting})" : "")} failed: {reason}");
}
