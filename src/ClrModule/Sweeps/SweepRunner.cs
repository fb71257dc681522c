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
            TrainingHistory history = Train(job, folder);
            // The process was asked to end: the run goes on from its checkpoint.
            if (history.Status == TrainingStatus.Cancelled)
                return null;
            TrainingHistoryFile.Write(Path.Combine(folder, SweepFolder.HistoryFile), history);
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

    private TrainingHistory Train(SweepJob job, string folder)
    {
        TrainingData data = One<TrainingData>(shell => Add<ImportTrainingDataCommand>(shell, job));
        return One<TrainingHistory>(shell => Add<StartCyclicTrainingCommand>(shell, job, data)
            .AddParameter(nameof(StartCyclicTrainingCommand.Schedule), ScheduleOf(job, data, folder))
            .AddParameter(nameof(StartCyclicTrainingCommand.CheckpointPath), Path.Combine(folder, SweepFolder.Checkpoints))
            .AddParameter(nameof(StartCyclicTrainingCommand.Resume))
            .AddParameter(nameof(StartCyclicTrainingCommand.DestinationPath), Path.Combine(folder, SweepFolder.Models)));
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
        ILrSchedule made = One<ILrSchedule>(shell =>
        {
            if (job.NeedsRangeTest)
                Add<GetSuggestedLrBoundsCommand>(Add<InvokeLrRangeTestCommand>(shell, job, data), job);
            Add<NewCyclicScheduleCommand>(shell, job);
            return job.Has(nameof(NewCyclicScheduleCommand.StepsPerEpoch)) ? shell : shell.AddParameter(nameof(NewCyclicScheduleCommand.StepsPerEpoch), new BatchPlan(data.Train.Count, batch, 0).StepsPerEpoch);
        });
        if (job.NeedsRangeTest)
            ScheduleFile.Write(kept, made);
        return made;
    }

    private PowerShell Add<T>(PowerShell shell, SweepJob job, TrainingData? data = null) where T : Cmdlet
    {
        var name = (CmdletAttribute)Attribute.GetCustomAttribute(typeof(T), typeof(CmdletAttribute))!;
        Dictionary<string, object?> values = job.For<T>();
        if (data is not null)
        {
            values[nameof(LearningCommand.Data)] = data;
            if (device is not null && values.GetValueOrDefault(nameof(LearningCommand.Device)) is null or "auto")
                values[nameof(LearningCommand.Device)] = device;
        }
        return shell.AddCommand(new CmdletInfo($"{name.VerbName}-{name.NounName}", typeof(T))).AddParameters(values).AddParameter("ErrorAction", ActionPreference.Stop);
    }

    // A pipeline within the cmdlet's own: its warnings are the cmdlet's, and what stops the cmdlet stops it.
    private T One<T>(Func<PowerShell, PowerShell> build)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        build(shell);
        shell.Streams.Warning.DataAdded += (_, at) => cmdlet.WriteWarning(shell.Streams.Warning[at.Index].Message);
        shell.Streams.Verbose.DataAdded += (_, at) => cmdlet.WriteVerbose(shell.Streams.Verbose[at.Index].Message);
        shell.Streams.Information.DataAdded += (_, at) => cmdlet.WriteInformation(shell.Streams.Information[at.Index]);
        shell.Streams.Progress.DataAdded += (_, at) => cmdlet.WriteProgress(shell.Streams.Progress[at.Index]);
        using CancellationTokenRegistration stop = cmdlet.StopToken.Register(() => shell.BeginStop(null, null));
        object? made = shell.Invoke().Single();
        cmdlet.StopToken.ThrowIfCancellationRequested();
        return (T)made.Plain()!;
    }
}
