using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Trains a model under a schedule.</summary>
[Cmdlet(VerbsLifecycle.Start, "CyclicTraining", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingHistory))]
public sealed class StartCyclicTrainingCommand : LearningCommand
{
    /// <summary>The schedule, which is set before every update. Several train one after the other, and each history holds its own.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public ILrSchedule[] Schedule { get; set; } = [];

    /// <summary>Passes over the training samples.</summary>
    [Parameter]
    public int Epochs { get; set; } = 12;

    /// <summary>A folder for this run's checkpoints: written at the ends of epochs and cycles, and when the run is stopped.</summary>
    [Parameter]
    public string? CheckpointPath { get; set; }

    /// <summary>Updates from one checkpoint to the next, beside those at the ends of epochs and cycles.</summary>
    [Parameter]
    public long CheckpointEvery { get; set; }

    /// <summary>How many of the newest checkpoints stay; that of the best epoch stays too.</summary>
    [Parameter]
    public int CheckpointKeep { get; set; } = 3;

    /// <summary>Goes on from the newest good checkpoint in CheckpointPath; begins where there is none, so that the same line starts and restarts a run.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Removes the checkpoints of another run from CheckpointPath and begins anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var options = new TrainingOptions { Epochs = Epochs };
        options.Validate();
        CheckpointOptions? checkpointing = Checkpointing();
        ModelSource model = ModelSource;
        TrainingData data = TrainingData;
        var plan = new BatchPlan(data.Train.Count, BatchSize, Seed);
        foreach (ILrSchedule schedule in Schedule)
        {
            if (ShouldProcess(RunDescription.Target(model, data), RunDescription.Action(schedule, plan, options, TorchDevices.Resolve(Device).ToString(), checkpointing)))
                Train(model, data, schedule, options, checkpointing);
        }
    }

    private void Train(ModelSource model, TrainingData data, ILrSchedule schedule, TrainingOptions options, CheckpointOptions? checkpointing)
    {
        using TorchSession session = OpenSession(model, data);
        using TrainingCheckpoints? checkpoints = checkpointing is null ? null : OpenCheckpoints(checkpointing, model, data, schedule, session);
        if (checkpoints is not null)
            Report(checkpoints);
        var run = new TrainingRun(session.Learner, session.Plan, schedule, options, checkpoints?.Progress);
        foreach (ScheduleWarning warning in ScheduleAdvice.For(schedule, run.TotalSteps, session.Plan.StepsPerEpoch))
            WriteWarning(warning.Message);
        using (var progress = new StepProgress(this, $"Training {model.Name} on {data.Name}", run.TotalSteps, run.Step))
        {
            foreach (TrainingTick tick in checkpoints?.Run(run, schedule, StopToken) ?? run.Run(StopToken))
                progress.Show(tick.Point.Step + 1, tick.Point.LearningRate, run.LatestLoss);
        }
        TrainingHistory history = run.History with { Model = model.Name, Data = data.Name, Device = session.Device };
        if (history.StatusReason is { } reason)
            WriteWarning(reason);
        WriteObject(history);
    }

    private CheckpointOptions? Checkpointing()
    {
        if (CheckpointPath is null)
        {
            return Resume || Force || CheckpointEvery != 0
                ? throw new InvalidParameterException(nameof(CheckpointPath), null, "Resume, Force and CheckpointEvery need CheckpointPath: give the folder of the run's checkpoints.", "CheckpointPathMissing")
                : null;
        }
        var options = new CheckpointOptions
        {
            Path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(CheckpointPath),
            Every = CheckpointEvery,
            Keep = CheckpointKeep,
            Resume = Resume,
            Force = Force,
        };
        options.Validate();
        return options;
    }

    private TrainingCheckpoints OpenCheckpoints(CheckpointOptions options, ModelSource model, TrainingData data, ILrSchedule schedule, TorchSession session)
    {
        RunIdentity identity = LearningIdentity.Of(model, data, LearnerOptions, session.Plan, schedule);
        return TrainingCheckpoints.Open(options, identity, session.Environment, session.Learner);
    }

    private void Report(TrainingCheckpoints checkpoints)
    {
        foreach (string note in checkpoints.Notes)
            WriteWarning(note);
        WriteVerbose(checkpoints.ResumedFrom is { } path ? $"The run goes on from '{path}'." : "The run begins.");
    }
}
