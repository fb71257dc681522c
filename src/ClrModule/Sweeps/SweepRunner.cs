using System.Management.Automation.Runspaces;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrEngine.Torch;
using ClrEngine.Training;
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
            return null;
        File.Delete(Path.Combine(folder, SweepFolder.ErrorFile));
        try
        {
            if (sweep.History(index) is not null)
                return null;
            // Models without a history and without a checkpoint are of a run whose history was lost: it is trained anew.
            if (!Directory.Exists(Path.Combine(folder, SweepFolder.Checkpoints)) && Directory.Exists(Path.Combine(folder, SweepFolder.Models)))
                Directory.Delete(Path.Combine(folder, SweepFolder.Models), recursive: true);
            SweepFolder.Begin(folder, job);
            TrainingHistory history = new SweepTraining(cmdlet, device).Run(job, folder);
            // The process was asked to end: the run goes on from its checkpoint.
            if (history.Status == TrainingStatus.Cancelled)
                return null;
            string written = Path.Combine(folder, SweepFolder.NewHistoryFile);
            TrainingHistoryFile.Write(written, history);
            SweepFolder.End(folder, job, written);
            Directory.Delete(Path.Combine(folder, SweepFolder.Checkpoints), recursive: true);
            return null;
        }
        catch (Exception exception) when (!cmdlet.StopToken.IsCancellationRequested && exception is RuntimeException or IClrError or IOException or UnauthorizedAccessException)
        {
            Exception cause = exception is RuntimeException { ErrorRecord.Exception: { } inner } ? inner : exception;
            SweepFailure.Write(folder, (cause as IClrError)?.ErrorId ?? (exception as IContainsErrorRecord)?.ErrorRecord.FullyQualifiedErrorId ?? cause.GetType().Name, cause.Message);
            return cause.Message;
        }
    }
}

/// <summary>The way of one run through the cmdlets.</summary>
internal sealed class SweepTraining(ClrCommand cmdlet, string? device)
{
    // Long enough for any part of an epoch, where nobody knows yet how long one is.
    private const int AnyStepsPerEpoch = 1_000;

    /// <summary>Refuses, before any data is read, what the run's cmdlets would refuse at their start, and parameters that none of them takes.</summary>
    /// <param name="job">The run.</param>
    /// <param name="folder">Where it would lie.</param>
    public void Check(SweepJob job, string folder)
    {
        if (job.Names.FirstOrDefault(name => name != nameof(job.Schedule) && !job.Cmdlets.Any(taker => SweepParameter.Takes(taker, name))) is { } idle)
            throw SweepParameter.Refused(idle, job.Text(idle), $"{idle} has no effect where the run has {(job.Schedule is null ? "MaxLr, and so no range test" : "a whole Schedule")}; leave one of them out.");
        Invoke(shell => Add<ImportTrainingDataCommand>(shell, job, UnreadData.Any));
        if (job.NeedsRangeTest)
            Invoke(shell => AddSuggestion(shell, job, UnreadData.Any));
        ILrSchedule schedule = job.Schedule ?? (ILrSchedule)Invoke(shell =>
        {
            AddSchedule(shell, job, AnyStepsPerEpoch);
            if (job.NeedsRangeTest)
                shell.AddParameter(nameof(NewCyclicScheduleCommand.MaxLr), double.MaxValue);
            return !job.NeedsRangeTest || job.Has(nameof(NewCyclicScheduleCommand.BaseLr)) ? shell : shell.AddParameter(nameof(NewCyclicScheduleCommand.BaseLr), double.Epsilon);
        }).Single().Plain()!;
        Invoke(shell => AddTraining(shell, job, UnreadData.Any, schedule, folder));
    }

    /// <summary>Trains; checkpoints, models and what a range test found lie in the folder.</summary>
    public TrainingHistory Run(SweepJob job, string folder)
    {
        var data = (TrainingData)One(shell => Add<ImportTrainingDataCommand>(shell, job));
        ILrSchedule schedule = ScheduleOf(job, data, folder);
        return (TrainingHistory)One(shell => AddTraining(shell, job, data, schedule, folder));
    }

    // Bounds that a range test found are kept: it is not run again where the run goes on.
    private ILrSchedule ScheduleOf(SweepJob job, TrainingData data, string folder)
    {
        string kept = Path.Combine(folder, SweepFolder.ScheduleFile);
        if (job.Schedule is { } given)
            return given;
        if (File.Exists(kept))
            return ScheduleFile.Read(kept);
        int batch = job.For<StartCyclicTrainingCommand>().TryGetValue(nameof(LearningCommand.BatchSize), out object? size) ? Convert.ToInt32(size, System.Globalization.CultureInfo.InvariantCulture) : new TrainingJobOptions().BatchSize;
        var made = (ILrSchedule)One(shell => AddSchedule(job.NeedsRangeTest ? AddSuggestion(shell, job, data) : shell, job, new BatchPlan(data.Train.Count, batch, 0).StepsPerEpoch));
        if (job.NeedsRangeTest)
            ScheduleFile.Write(kept, made);
        return made;
    }

    private PowerShell AddSuggestion(PowerShell shell, SweepJob job, object data) => Add<GetSuggestedLrBoundsCommand>(Add<InvokeLrRangeTestCommand>(shell, job, data), job);

    private PowerShell AddSchedule(PowerShell shell, SweepJob job, long stepsPerEpoch)
    {
        Add<NewCyclicScheduleCommand>(shell, job);
        return job.Has(nameof(NewCyclicScheduleCommand.StepsPerEpoch)) ? shell : shell.AddParameter(nameof(NewCyclicScheduleCommand.StepsPerEpoch), stepsPerEpoch);
    }

    private PowerShell AddTraining(PowerShell shell, SweepJob job, object data, ILrSchedule schedule, string folder) => Add<StartCyclicTrainingCommand>(shell, job, data)
        .AddParameter(nameof(StartCyclicTrainingCommand.Schedule), schedule)
        .AddParameter(nameof(StartCyclicTrainingCommand.CheckpointPath), Path.Combine(folder, SweepFolder.Checkpoints))
        .AddParameter(nameof(StartCyclicTrainingCommand.Resume))
        .AddParameter(nameof(StartCyclicTrainingCommand.DestinationPath), Path.Combine(folder, SweepFolder.Models));

    private PowerShell Add<T>(PowerShell shell, SweepJob job, object? data = null) where T : Cmdlet
    {
        var name = (CmdletAttribute)Attribute.GetCustomAttribute(typeof(T), typeof(CmdletAttribute))!;
        Dictionary<string, object?> values = job.For<T>();
        if (data is not null)
            values[nameof(LearningCommand.Data)] = data;
        if (data is TrainingData && device is not null && values.GetValueOrDefault(nameof(LearningCommand.Device)) is null or "auto")
            values[nameof(LearningCommand.Device)] = device;
        // More threads than this machine can have are for another to refuse.
        if (data is UnreadData && values.GetValueOrDefault(nameof(LearningCommand.Threads)) is > 1L)
            values[nameof(LearningCommand.Threads)] = 1;
        return shell.AddCommand(new CmdletInfo($"{name.VerbName}-{name.NounName}", typeof(T))).AddParameters(values).AddParameter("ErrorAction", ActionPreference.Stop);
    }

    private object One(Func<PowerShell, PowerShell> build) => Invoke(build, shell =>
    {
        shell.Streams.Warning.DataAdded += (_, at) => cmdlet.WriteWarning(shell.Streams.Warning[at.Index].Message);
        shell.Streams.Verbose.DataAdded += (_, at) => cmdlet.WriteVerbose(shell.Streams.Verbose[at.Index].Message);
        shell.Streams.Information.DataAdded += (_, at) => cmdlet.WriteInformation(shell.Streams.Information[at.Index]);
        shell.Streams.Progress.DataAdded += (_, at) => cmdlet.WriteProgress(shell.Streams.Progress[at.Index]);
    }) switch
    {
        [var one] => one.Plain()!,
        // The pipeline is being stopped, which the cmdlet hears of later.
        [] => throw new OperationCanceledException(),
        _ => throw SweepParameter.Refused(nameof(LearningCommand.Data), null, "Data is a path with wildcards that several data sets match, and a run has one; give one path."),
    };

    // A pipeline within the cmdlet's own: its warnings are the cmdlet's, and what stops the cmdlet stops it.
    private IReadOnlyList<PSObject> Invoke(Func<PowerShell, PowerShell> build, Action<PowerShell>? listen = null)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        build(shell);
        listen?.Invoke(shell);
        using CancellationTokenRegistration stop = cmdlet.StopToken.Register(() => shell.BeginStop(null, null));
        IReadOnlyList<PSObject> made = shell.Invoke();
        cmdlet.StopToken.ThrowIfCancellationRequested();
        return made;
    }
}
