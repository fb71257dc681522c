using ClrEngine.Training.Checkpoints;

namespace ClrModule.Commands.Training;

/// <content>What the parameters come to beside those that every learning cmdlet has: length, folders, checkpoints.</content>
public sealed partial class StartCyclicTrainingCommand
{
    private static readonly ErrorCause EpochsAndCycles = new(nameof(EpochsAndCycles), ErrorKind.InvalidArgument,
        "Both say how long a run goes on.", "Give `-Epochs` or `-Cycles`.");

    private static readonly ErrorCause CheckpointPathMissing = new(nameof(CheckpointPathMissing), ErrorKind.InvalidArgument,
        "A parameter of checkpoints was given without their folder.", "Give `-CheckpointPath`.");

    // What a history in the pipeline has as text stands behind what its run was given.
    private bool IsBrought(string parameter, object? value, RunDescription? earlier) => value is null || (earlier is not null && !IsGiven(parameter));

    private TrainingJobOptions Options(RunDescription? measured, RunDescription? earlier, bool isAgain)
    {
        // A history has the number of its epochs, and of the cycles in them: what is given goes before them.
        if (isAgain && !IsGiven(nameof(Cycles)))
            Cycles = null;
        if (Cycles.HasValue && (isAgain ? IsGiven(nameof(Epochs)) : IsBound(nameof(Epochs))))
            throw new InvalidParameterException(nameof(Cycles), Cycles, "Epochs and Cycles both say how long the run goes on; give one of them.", EpochsAndCycles);
        if (!IsBound(nameof(BestBy)))
            BestBy = earlier?.BestBy is { } figure ? figure : (Choice<ValidationFigure>?)null;
        TrainingJobOptions asked = JobOptions;
        return asked with
        {
            Learning = Metric is null ? asked.Learning : asked.Learning with { Metrics = ScriptMetric.FromTable(Metric, BestBy?.Value) },
            Length = new TrainingOptions { Epochs = Epochs, Cycles = Cycles, Patience = Patience, BestBy = BestBy?.Value },
            Snapshots = Snapshots,
            Checkpoints = Checkpointing(),
            ModelFolder = Folder(DestinationPath, nameof(DestinationPath)),
            ReplaceModels = Force,
            EventFolder = Folder(TensorBoardPath, nameof(TensorBoardPath)),
            MlflowFolder = Folder(MlflowPath, nameof(MlflowPath)),
            BoundsMeasuredOn = measured,
        };
    }

    private CheckpointOptions? Checkpointing() => Folder(CheckpointPath, nameof(CheckpointPath)) is { } path
        ? new CheckpointOptions { Path = path, Every = CheckpointEvery, Keep = CheckpointKeep, Resume = Resume, Force = Force }
        : Resume || (Force && Folder(DestinationPath, nameof(DestinationPath)) is null) || CheckpointEvery != 0
            ? throw new InvalidParameterException(nameof(CheckpointPath), null, "Resume, CheckpointEvery, and Force without DestinationPath need CheckpointPath: give the folder of the run's checkpoints.", CheckpointPathMissing)
            : null;

    // An empty cell of a row is no folder; on the line it is a variable that is not set.
    private string? Folder(string? path, string name) => path is null || (path.Length == 0 && !IsGiven(name)) ? null : this.FolderPath(path, name);
}
