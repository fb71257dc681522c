using System.Management.Automation.Runspaces;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;
using ClrModule.Commands;
using ClrModule.Commands.RangeTests;
using ClrModule.Commands.Schedules;
using ClrModule.Commands.Training;

namespace ClrModule.Sweeps;

/// <summary>Trains runs of a sweep in this process, through the cmdlets that a person would type, and leaves in the run's folder what came of it.</summary>
internal sealed class SweepRunner(ClrCommand cmdlet, SweepFolder sweep, string? device)
{
    /// <summary>Takes a run, unless another process has it or it is done, and gives its failure; null where there is none.</summary>
    public string? Run(int index)
    {
        string folder = sweep.FolderOf(index);
        SweepJob job = sweep.JobOf(index);
        using RunLock? claim = RunLock.TryTake(folder);
        if (claim is null)
        {
            cmdlet.WriteWarning(sweep.Held(index));
            return null;
        }
        File.Delete(Path.Combine(folder, SweepRunFolder.ErrorFile));
        try
        {
            if (SweepRunFolder.History(folder) is not null)
                return null;
            // Models without a history and without a checkpoint are of a run whose history was lost: it is trained anew.
            if (CheckpointsOf(folder).Length == 0 && Directory.Exists(Path.Combine(folder, SweepRunFolder.Models)))
                Directory.Delete(Path.Combine(folder, SweepRunFolder.Models), recursive: true);
            if (!job.IsOnAnyDevice)
                TorchDevices.Resolve(job.Text(nameof(LearningCommand.Device))!, $"The run's job names it, and -Device is for jobs that name none: train the run where that device is, or write another one in '{Path.Combine(folder, SweepRunFolder.JobFile)}'.");
            SweepRunFolder.Begin(folder, job);
            TrainingHistory history = new SweepTraining(cmdlet, device).Run(job, folder);
            // The process was asked to end: the run goes on from its checkpoint.
            if (history.Status == TrainingStatus.Cancelled)
                return null;
            string written = Path.Combine(folder, SweepRunFolder.NewFile);
            TrainingHistoryFile.Write(written, history);
            SweepRunFolder.End(folder, job, written);
            RemoveCheckpoints(folder);
            return null;
        }
        catch (Exception exception) when (!cmdlet.StopToken.IsCancellationRequested && exception is RuntimeException or IClrError or IOException or UnauthorizedAccessException)
        {
            Exception cause = exception is RuntimeException { ErrorRecord.Exception: { } inner } ? inner : exception;
            string said = cause is not CheckpointException { Cause: var why } || why != CheckpointErrors.OtherRun ? cause.Message
                : $"{cause.Message} In a sweep: put {SweepRunFolder.JobFile} back as it was when the run began, or move '{Path.Combine(folder, SweepRunFolder.Checkpoints)}' away, and the run begins anew.";
            SweepFailure.Write(folder, (cause as IClrError)?.ErrorId ?? (exception as IContainsErrorRecord)?.ErrorRecord.FullyQualifiedErrorId ?? cause.GetType().Name, said);
            return said;
        }
    }

    // What was set aside as damaged is no checkpoint: nothing goes on from it, and it stays for people to look at.
    public static string[] CheckpointsOf(string folder) => Path.Combine(folder, SweepRunFolder.Checkpoints) is var place && Directory.Exists(place)
        ? [.. Directory.GetFileSystemEntries(place).Where(static path => !CheckpointFiles.IsRefused(path))]
        : [];

    private static void RemoveCheckpoints(string folder)
    {
        foreach (string path in CheckpointsOf(folder))
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        if (Path.Combine(folder, SweepRunFolder.Checkpoints) is var place && !Directory.EnumerateFileSystemEntries(place).Any())
            Directory.Delete(place);
    }
}

/// <summary>The way of one run through the cmdlets.</summary>
internal sealed class SweepTraining(ClrCommand cmdlet, string? device)
{
    // Long enough for any part of an epoch, where nobody knows yet how long one is.
    private const int AnyStepsPerEpoch = 1_000;

    // The streams of a pipeline within another go past the cmdlet that runs it, to the host, unless the script itself merges them.
    private const string Script = """
        param($command, $values, $given)
        $ErrorActionPreference = 'Stop'
        if ($null -eq $given) { & $command @values *>&1 } else { $given | & $command @values *>&1 }
        """;

    private readonly ScriptBlock _block = ScriptBlock.Create(Script);

    // PowerShell looks at a cmdlet's parameters anew for each object that stands for it.
    private readonly Dictionary<Type, CmdletInfo> _known = [];

    /// <summary>Refuses, before any data is read, what the run's cmdlets would refuse at their start, and parameters that none of them takes.</summary>
    /// <param name="job">The run.</param>
    /// <param name="folder">Where it would lie.</param>
    public void Check(SweepJob job, string folder)
    {
        if (job.Names.FirstOrDefault(name => name != nameof(job.Schedule) && !job.Cmdlets.Any(taker => SweepParameter.Takes(taker, name))) is { } idle)
            throw SweepParameter.Refused(idle, job.Text(idle), $"{idle} has no effect where the run has {(job.Schedule is null ? "MaxLr, and so no range test" : "a whole Schedule")}; leave one of them out.");
        InvokeQuickly(Step<ImportTrainingDataCommand>(job, UnreadData.Any));
        List<PSObject>? given = null;
        foreach (CmdletStep step in job.NeedsRangeTest ? Suggestion(job, UnreadData.Any) : [])
            given = InvokeQuickly(step, given);
        ILrSchedule schedule = job.Schedule ?? (ILrSchedule)One(InvokeQuickly(Scheduling(job, AnyStepsPerEpoch) is var scheduling && job.NeedsRangeTest
            ? scheduling.With(nameof(NewCyclicScheduleCommand.MaxLr), double.MaxValue).With(nameof(NewCyclicScheduleCommand.BaseLr), double.Epsilon)
            : scheduling));
        // A range test takes the momentum that is given.
        if (!job.NeedsRangeTest && schedule.At(0).Momentum is not null && job.Names.FirstOrDefault(static name => name is nameof(LearningCommand.Momentum) or nameof(LearningCommand.Beta1)) is { } cycled)
            throw SweepParameter.Refused(cycled, job.Text(cycled), $"{cycled} has no effect where the schedule moves the momentum; give BaseMomentum and MaxMomentum in its place, or set CycleMomentum to false.");
        InvokeQuickly(Training(job, UnreadData.Any, schedule, folder));
    }

    /// <summary>Trains; checkpoints, models and what a range test found lie in the folder.</summary>
    public TrainingHistory Run(SweepJob job, string folder)
    {
        var data = (TrainingData)One(Invoke(Step<ImportTrainingDataCommand>(job)));
        ILrSchedule schedule = ScheduleOf(job, data, folder);
        return (TrainingHistory)One(Invoke(Training(job, data, schedule, folder)));
    }

    // Bounds that a range test found are kept: it is not run again where the run goes on, unless data or weights are others than it ran on.
    private ILrSchedule ScheduleOf(SweepJob job, TrainingData data, string folder)
    {
        string on = $"{data.Identity}{(job.Text(nameof(LearningCommand.Weights)) is { } weights && File.Exists(weights) ? $" {SweepRunFolder.HashOf(weights)}" : "")}";
        // A run that goes on from a checkpoint refuses other data and weights itself.
        if ((SweepRunFolder.Schedule(folder, SweepRunner.CheckpointsOf(folder).Length > 0 ? null : on) ?? job.Schedule) is { } known)
            return known;
        if (File.Exists(Path.Combine(folder, SweepRunFolder.ScheduleFile)))
            cmdlet.WriteWarning($"The bounds of the run in '{folder}' were found on other data, or other weights, than lie there now: they are found anew.");
        int batch = job.For<StartCyclicTrainingCommand>().TryGetValue(nameof(LearningCommand.BatchSize), out object? size) ? Convert.ToInt32(size, System.Globalization.CultureInfo.InvariantCulture) : new TrainingJobOptions().BatchSize;
        CmdletStep last = Scheduling(job, new BatchPlan(data.Train.Count, batch, 0).StepsPerEpoch);
        var made = (ILrSchedule)One(Invoke(job.NeedsRangeTest ? [.. Suggestion(job, data), last] : [last]));
        if (job.NeedsRangeTest)
        {
            string written = Path.Combine(folder, SweepRunFolder.NewFile);
            ScheduleFile.Write(written, made);
            SweepRunFolder.Keep(folder, job, written, on);
        }
        return made;
    }

    private CmdletStep[] Suggestion(SweepJob job, object data) => [Step<InvokeLrRangeTestCommand>(job, data), Step<GetSuggestedLrBoundsCommand>(job)];

    private CmdletStep Scheduling(SweepJob job, long stepsPerEpoch) => Step<NewCyclicScheduleCommand>(job).With(nameof(NewCyclicScheduleCommand.StepsPerEpoch), stepsPerEpoch);

    private CmdletStep Training(SweepJob job, object data, ILrSchedule schedule, string folder) => Step<StartCyclicTrainingCommand>(job, data)
        .With(nameof(StartCyclicTrainingCommand.Schedule), schedule)
        .With(nameof(StartCyclicTrainingCommand.CheckpointPath), Path.Combine(folder, SweepRunFolder.Checkpoints))
        .With(nameof(StartCyclicTrainingCommand.Resume), true)
        .With(nameof(StartCyclicTrainingCommand.DestinationPath), Path.Combine(folder, SweepRunFolder.Models));

    private CmdletStep Step<T>(SweepJob job, object? data = null) where T : Cmdlet
    {
        if (!_known.TryGetValue(typeof(T), out CmdletInfo? known))
        {
            var name = (CmdletAttribute)Attribute.GetCustomAttribute(typeof(T), typeof(CmdletAttribute))!;
            known = _known[typeof(T)] = new CmdletInfo($"{name.VerbName}-{name.NounName}", typeof(T));
        }
        Dictionary<string, object?> values = job.For<T>();
        if (data is not null)
            values[nameof(LearningCommand.Data)] = data;
        // What is there under its name is meant, whatever its letters.
        else if (values.TryGetValue(nameof(LearningCommand.Data), out object? text) && text is string path && !DataCatalog.Default.IsName(path) && Path.Exists(path) && values.Remove(nameof(LearningCommand.Data)))
            values[nameof(ImportTrainingDataCommand.LiteralPath)] = path;
        if (data is TrainingData && device is not null && values.GetValueOrDefault(nameof(LearningCommand.Device)) is null or "auto")
            values[nameof(LearningCommand.Device)] = device;
        // More threads than this machine can have are for another to refuse.
        if (data is UnreadData && values.GetValueOrDefault(nameof(LearningCommand.Threads)) is > 1L)
            values[nameof(LearningCommand.Threads)] = 1;
        // It says all, and the cmdlet's own parameters decide what of that is shown.
        values["ErrorAction"] = ActionPreference.Stop;
        values["WarningAction"] = values["InformationAction"] = ActionPreference.Continue;
        values["Verbose"] = true;
        foreach ((string common, object given) in cmdlet.MyInvocation.BoundParameters.Where(static bound => bound.Key is "Debug" or "ProgressAction"))
            values[common] = given;
        return new CmdletStep(known, values);
    }

    private static object One(List<PSObject> made) => made switch
    {
        [var one] => one.Plain()!,
        // The pipeline is being stopped, which the cmdlet hears of later.
        [] => throw new OperationCanceledException(),
        _ => throw SweepParameter.Refused(nameof(LearningCommand.Data), null, "Data is a path with wildcards that several data sets match, and a run has one; give one path."),
    };

    // One step after the other, since what a cmdlet says is not the next one's input.
    private List<PSObject> Invoke(params CmdletStep[] line)
    {
        List<PSObject>? given = null;
        foreach (CmdletStep step in line)
            given = Invoke(step, given);
        return given!;
    }

    // A pipeline within the cmdlet's own: what stops the cmdlet stops it.
    private List<PSObject> Invoke(CmdletStep step, List<PSObject>? given)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Script, useLocalScope: true).AddArgument(step.Cmdlet).AddArgument(step.Values).AddArgument(given);
        var made = new List<PSObject>();
        using var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, at) =>
        {
            PSObject item = output[at.Index];
            if (!Say(item.BaseObject))
                made.Add(item);
        };
        using CancellationTokenRegistration stop = cmdlet.StopToken.Register(() => shell.BeginStop(null, null));
        shell.Invoke(null, output);
        cmdlet.StopToken.ThrowIfCancellationRequested();
        return made;
    }

    // Without a pipeline of its own, which takes longer to be made than most cmdlets to look at their parameters; what is said comes at the end.
    private List<PSObject> InvokeQuickly(CmdletStep step, List<PSObject>? given = null)
    {
        List<PSObject> made = [.. _block.Invoke(step.Cmdlet, step.Values, given).Where(item => !Say(item.BaseObject))];
        cmdlet.StopToken.ThrowIfCancellationRequested();
        return made;
    }

    private bool Say(object item)
    {
        switch (item)
        {
            case WarningRecord warning: cmdlet.WriteWarning(warning.Message); return true;
            case VerboseRecord remark: cmdlet.WriteVerbose(remark.Message); return true;
            case DebugRecord detail: cmdlet.WriteDebug(detail.Message); return true;
            case InformationRecord line: cmdlet.WriteInformation(line); return true;
            default: return false;
        }
    }

    private sealed record CmdletStep(CmdletInfo Cmdlet, Dictionary<string, object?> Values)
    {
        // What the run says itself counts.
        public CmdletStep With(string name, object value)
        {
            Values.TryAdd(name, value);
            return this;
        }
    }
}
