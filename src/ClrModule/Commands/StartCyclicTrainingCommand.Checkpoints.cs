using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Cycles;
using ClrModule.Binding;

namespace ClrModule.Commands;

/// <content>The run's checkpoints.</content>
public sealed partial class StartCyclicTrainingCommand
{
    /// <summary>A folder for this run's checkpoints: written at the ends of epochs and cycles, and when the run is stopped.</summary>
    [Parameter]
    public string? CheckpointPath { get; set; }

    /// <summary>Updates from one checkpoint to the next, beside those at the ends of epochs and cycles.</summary>
    [Parameter]
    [PointDecimal]
    public long CheckpointEvery { get; set; }

    /// <summary>How many of the newest checkpoints stay; that of the best epoch stays too.</summary>
    [Parameter]
    [PointDecimal]
    public int CheckpointKeep { get; set; } = 3;

    /// <summary>Goes on from the newest good checkpoint in CheckpointPath; begins where there is none, so that the same line starts and restarts a run.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Removes the checkpoints of another run from CheckpointPath and begins anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
            Path = FullPath(CheckpointPath),
            Every = CheckpointEvery,
            Keep = CheckpointKeep,
            Resume = Resume,
            Force = Force,
        };
        options.Validate();
        return options;
    }

    private TrainingCheckpoints OpenCheckpoints(CheckpointOptions options, ModelSource model, TrainingData data, ILrSchedule schedule, TorchSession session, ISnapshotEnsemble? snapshots)
    {
        RunIdentity identity = LearningIdentity.Of(model, data, LearnerOptions, session.Plan, schedule, CycleUse);
        return TrainingCheckpoints.Open(options, identity, session.Environment, session.Learner, snapshots);
    }

    private void Report(TrainingCheckpoints checkpoints, RunModels? models)
    {
        if (models is not null && checkpoints.ReadBest() is var (epoch, tensors))
            models.GoOnFrom(epoch, tensors);
        foreach (string note in checkpoints.Notes)
            WriteWarning(note);
        WriteVerbose(checkpoints.ResumedFrom is { } path ? $"The run goes on from '{path}'." : "The run begins.");
    }
}
