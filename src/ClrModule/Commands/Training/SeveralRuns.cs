using ClrEngine.Torch.Models;

namespace ClrModule.Commands.Training;

/// <summary>What several runs of one line cannot share: folders, and a module that is trained as it is.</summary>
internal sealed class SeveralRuns
{
    private static readonly ErrorCause OutPathOfSeveralRuns = new(nameof(OutPathOfSeveralRuns), ErrorKind.InvalidArgument,
        "Several runs were given with one `-DestinationPath`.", "Train each by itself, or give rows, with a `-DestinationPath` of its own.");

    private static readonly ErrorCause TensorBoardPathOfSeveralRuns = new(nameof(TensorBoardPathOfSeveralRuns), ErrorKind.InvalidArgument,
        "Several runs were given with one `-TensorBoardPath`.", "Train each by itself, or give rows, with a `-TensorBoardPath` of its own.");

    private static readonly ErrorCause RepeatsNotPossible = new(nameof(RepeatsNotPossible), ErrorKind.InvalidArgument,
        "A run cannot be repeated so: its files would be those of several runs, or its model is trained as it is.", "Leave the folders out, or use a sweep; give a model that is made fresh for each run.");

    private readonly HashSet<string> _folders = [];

    /// <summary>Refuses repeats that would mix their files, or train one module on and on.</summary>
    public static void Require(int repeats, ModelSource model, TrainingJobOptions options)
    {
        ClrEngine.Errors.Require.AtLeast(repeats, 1, "Repeats");
        if (repeats == 1)
            return;
        if (options is { ModelFolder: not null } or { Checkpoints: not null } or { EventFolder: not null })
            throw new InvalidParameterException("Repeats", repeats, "Repeats makes several runs, whose files would go to one folder; leave DestinationPath, CheckpointPath and TensorBoardPath out, or make a sweep over seeds: New-TrainingSweep keeps each run's files apart.", RepeatsNotPossible);
        if (!model.IsBuilt)
            throw new InvalidParameterException("Repeats", repeats, "Repeats makes several runs, and this module would be trained on and on; give a model by name, a file, or a script block that makes one.", RepeatsNotPossible);
        if (options.Seed > int.MaxValue - repeats)
            throw new InvalidParameterException("Repeats", repeats, $"There are not {repeats} seeds from {options.Seed} on; give a smaller Seed.");
    }

    /// <summary>Refuses folders that a run before filled.</summary>
    public void RefuseFolders(TrainingJobOptions options)
    {
        if (options.ModelFolder is { } models && _folders.Contains(models))
            throw new InvalidParameterException(nameof(StartCyclicTrainingCommand.DestinationPath), models, "The models of several runs would go to one folder; train each schedule by itself, and give each a DestinationPath of its own.", OutPathOfSeveralRuns);
        if (options.EventFolder is { } events && _folders.Contains(events))
            throw new InvalidParameterException(nameof(StartCyclicTrainingCommand.TensorBoardPath), events, "The events of several runs would go to one folder, which TensorBoard shows as one run; train each schedule by itself, and give each a TensorBoardPath of its own.", TensorBoardPathOfSeveralRuns);
    }

    /// <summary>Notes the folders that a run fills.</summary>
    public void Add(TrainingJobOptions options) => _folders.UnionWith(new[] { options.ModelFolder, options.EventFolder }.OfType<string>());
}
