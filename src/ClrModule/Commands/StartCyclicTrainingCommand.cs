using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.TensorBoard;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Cycles;
using ClrModule.Binding;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Trains a model under a schedule.</summary>
[Cmdlet(VerbsLifecycle.Start, "CyclicTraining", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingHistory))]
public sealed partial class StartCyclicTrainingCommand : LearningCommand
{
    /// <summary>The schedule, which is set before every update. Several train one after the other, and each history holds its own.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AcceptDeserialized]
    public ILrSchedule[] Schedule { get; set; } = [];

    /// <summary>Passes over the training samples.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EpochCount]
    [PointDecimal]
    public int Epochs { get; set; } = 12;

    /// <summary>A folder for the trained models: final.safetensors, best.safetensors, and with Snapshots also these and swa.safetensors.</summary>
    [Parameter]
    public string? OutPath { get; set; }

    private bool _hasTrained;

    /// <inheritdoc/>
    protected override void Process()
    {
        TrainingOptions options = TrainingOptions();
        CheckpointOptions? checkpointing = Checkpointing();
        string? outPath = OutPath is null ? null : FullPath(OutPath);
        ModelSource model = ModelSource;
        TrainingData data = TrainingData;
        var plan = new BatchPlan(data.Train.Count, BatchSize, Seed);
        foreach (ILrSchedule schedule in Schedule)
        {
            if (ShouldProcess(RunDescription.Target(model, data), RunDescription.Action(schedule, plan, options, TorchDevices.Resolve(Device).ToString(), checkpointing, outPath, EventsPath)))
                Train(model, data, schedule, options, checkpointing, outPath);
        }
    }

    private void Train(ModelSource model, TrainingData data, ILrSchedule schedule, TrainingOptions options, CheckpointOptions? checkpointing, string? outPath)
    {
        RefuseSharedFolders();
        using TorchSession session = OpenSession(model, data);
        // Before the run, so that nothing in it can cost the run's end.
        string command = CommandLine(model, data, schedule, session);
        using ISnapshotEnsemble? snapshots = Snapshots ? session.NewEnsemble() : null;
        using TrainingCheckpoints? checkpoints = checkpointing is null ? null : OpenCheckpoints(checkpointing, model, data, schedule, session, snapshots);
        RunModels? models = outPath is null ? null : new RunModels(outPath, TrainedModelInfo.Of(model.Name, data, LossOptions), session.Learner);
        if (checkpoints is not null)
            Report(checkpoints, models);
        var run = new TrainingRun(session.Learner, session.Plan, schedule, options, checkpoints?.Progress, snapshots) { KeepsSteps = EventsPath is not null };
        foreach (ScheduleWarning warning in ScheduleAdvice.For(schedule, run.TotalSteps, session.Plan.StepsPerEpoch))
            WriteWarning(warning.Message);
        Train(run, $"Training {model.Name} on {data.Name}", checkpoints, models, schedule);
        TrainingHistory history = session.Describe(run.History) with { Command = command };
        foreach (string path in models?.Write(history, snapshots) ?? [])
            WriteVerbose($"Written: '{path}'.");
        _hasTrained = true;
        if (snapshots?.Warning is { } ofAverage)
            WriteWarning(ofAverage);
        if (history.StatusReason is { } reason)
            WriteWarning(reason);
        WriteObject(history);
    }

    private void Train(TrainingRun run, string activity, TrainingCheckpoints? checkpoints, RunModels? models, ILrSchedule schedule)
    {
        using TrainingEvents? events = OpenEvents(run, checkpoints);
        using var progress = new StepProgress(this, activity, run.TotalSteps, run.Step);
        try
        {
            foreach (TrainingTick tick in checkpoints?.Run(run, schedule, StopToken) ?? run.Run(StopToken))
            {
                progress.Show(tick.Point.Step + 1, tick.Point.LearningRate, run.LatestLoss);
                events?.Add(run);
                if (tick.Epoch is { } epoch)
                    Report(epoch, run, models);
            }
        }
        finally
        {
            events?.Flush(run);
        }
    }

    private void Report(EpochRecord epoch, TrainingRun run, RunModels? models)
    {
        models?.Look(epoch, run.History);
        WriteInformation(EpochLine.Of(epoch, run), [EpochLine.Tag]);
    }

    private void RefuseSharedFolders()
    {
        if (_hasTrained && OutPath is not null)
            throw new InvalidParameterException(nameof(OutPath), OutPath, "The models of several runs would go to one folder; train each schedule by itself, and give each an OutPath of its own.", "OutPathOfSeveralRuns");
        if (_hasTrained && TensorBoardPath is not null)
            throw new InvalidParameterException(nameof(TensorBoardPath), TensorBoardPath, "The events of several runs would go to one folder, which TensorBoard shows as one run; train each schedule by itself, and give each a TensorBoardPath of its own.", "TensorBoardPathOfSeveralRuns");
    }

    private TrainingOptions TrainingOptions()
    {
        if (Cycles.HasValue && MyInvocation.BoundParameters.ContainsKey(nameof(Epochs)))
            throw new InvalidParameterException(nameof(Cycles), Cycles, "Epochs and Cycles both say how long the run goes on; give one of them.", "EpochsAndCycles");
        var options = new TrainingOptions { Epochs = Epochs, Cycles = Cycles, Patience = Patience };
        options.Validate();
        return options;
    }

    private string FullPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
}
