using System.Runtime.ExceptionServices;
using ClrEngine.Data;
using ClrEngine.Files;
using ClrEngine.Training;

namespace ClrEngine.Torch.Trained;

/// <summary>The models that a run leaves in a folder: the last, the best, the moving average of the weights where one is kept, and where snapshots are kept, these and their mean.</summary>
internal sealed class RunModels(string folder, TrainedModelInfo info, ILearner learner)
{
    private const string Final = "final", Best = "best", Average = "swa", MovingAverage = "ema", SnapshotPrefix = "snapshot-", Suffix = ".safetensors";

    // Those of which a run has one.
    private static readonly string[] Single = [Final, Best, Average, MovingAverage];

    private static readonly ErrorCause DestinationHasWeights = new(nameof(DestinationHasWeights), ErrorKind.InvalidArgument,
        "The models of a run would take the place of the file of weights that it begins with.", "Give another `-DestinationPath`, or a copy of the file under another name.");

    private (EpochRecord Epoch, IReadOnlyList<StateTensor> Tensors)? _best;

    /// <summary>Refuses a run that would write over the file of weights that it begins with, and so could not be repeated.</summary>
    /// <exception cref="InvalidParameterException">The file is one of those that a run writes to the folder.</exception>
    public static void RefuseOwnStart(string? folder, string? weights)
    {
        if (folder is null || weights is null || Path.GetRelativePath(FolderLinks.RealPath(folder), FolderLinks.RealPath(weights)) is var name && Path.GetFileName(name) != name)
            return;
        if (name.EndsWith(Suffix, StringComparison.Ordinal) && (name.StartsWith(SnapshotPrefix, StringComparison.Ordinal) || Single.Contains(name[..^Suffix.Length])))
            throw new InvalidParameterException("DestinationPath", folder, $"The run would write its models over '{weights}', with which it begins, and could not be repeated; give another folder, or begin with a copy of the file under another name.", DestinationHasWeights);
    }

    /// <summary>Takes over the best model of the process before.</summary>
    public void ContinueFrom(EpochRecord epoch, IReadOnlyList<StateTensor> tensors) => _best = (epoch, tensors);

    /// <summary>Makes the folder, sees that it can be written to, and refuses models of another run unless they may be replaced.</summary>
    public void Prepare(bool replace)
    {
        AtomicFile.RequireWritableFolder(folder);
        foreach (string path in Files())
        {
            if (Directory.Exists(path) || FilePlace.IsDeviceAt(path))
                throw new FileNotWrittenException(path, new IOException($"it is a {(Directory.Exists(path) ? "folder" : "pipe or a device")}, and the run's models need a file there; move it, or give another folder."));
            if (!replace)
                throw new TrainedModelException(TrainedModelErrors.Exists, $"'{path}' is there already, from another run: give Force to replace its models, or another folder.");
            // Refuses what is another's.
            _ = new FilePlace(path);
        }
    }

    /// <summary>Keeps the model where an epoch ended better than all before it.</summary>
    public void KeepIfBest(EpochRecord epoch, TrainingHistory history)
    {
        if (history.BestEpoch == epoch)
            _best = (epoch, State());
    }

    /// <summary>
    /// Writes them and gives their files. A last model whose loss is not finite is left out. One that cannot be written costs no other. Those of an
    /// earlier run stay where this one has none to put in their place.
    /// </summary>
    public IReadOnlyList<string> Write(TrainingHistory history, ISnapshotEnsemble? snapshots, IReadOnlyList<StateTensor>? movingAverage = null)
    {
        var written = new List<string>();
        HashSet<string> tried = [];
        Exception? failed = null;
        // Somebody may have removed it since the run began.
        AtomicFile.RequireWritableFolder(folder);
        if (history.Status != TrainingStatus.Diverged && history.Epochs.Count > 0)
            Add(Final, TrainedModelKind.Final, history.Epochs[^1].Step, State(), history.Epochs[^1].Metrics);
        if (movingAverage is not null && history.Status != TrainingStatus.Diverged && history.Epochs.Count > 0)
            Add(MovingAverage, TrainedModelKind.MovingAverage, history.Epochs[^1].Step, movingAverage);
        if (_best is var (epoch, tensors))
            Add(Best, TrainedModelKind.Best, epoch.Step, tensors, epoch.Metrics);
        for (int i = 0; i < snapshots?.Members.Count; i++)
        {
            if (snapshots.Members[i] is { } member)
                Add(string.Create(CultureInfo.InvariantCulture, $"{SnapshotPrefix}{i + 1:D3}"), TrainedModelKind.Snapshot, history.Cycles[i].Step, member);
        }
        if (snapshots?.Average is { } average)
            Add(Average, TrainedModelKind.Average, history.Cycles[^1].Step, average);
        // Those of an earlier run would be taken for this one's.
        foreach (string path in written.Count == 0 ? [] : Files().Where(path => !tried.Contains(path)))
            File.Delete(path);
        if (failed is not null)
            ExceptionDispatchInfo.Throw(failed);
        return written;

        void Add(string name, TrainedModelKind kind, long step, IReadOnlyList<StateTensor> arrays, IReadOnlyList<MetricValue>? metrics = null)
        {
            string path = Path.Combine(folder, name + Suffix);
            tried.Add(path);
            try
            {
                TrainedModelFile.Write(path, arrays, info with { Kind = kind, Step = step, Metrics = metrics });
                written.Add(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failed ??= exception;
            }
        }
    }

    /// <summary>The models that are there.</summary>
    public string[] Files() => [.. Single.Select(name => Path.Combine(folder, name + Suffix)).Where(Path.Exists), .. Directory.GetFileSystemEntries(folder, SnapshotPrefix + "*" + Suffix)];

    private IReadOnlyList<StateTensor> State()
    {
        using ILearnerState state = learner.Capture();
        return state.Export();
    }
}
