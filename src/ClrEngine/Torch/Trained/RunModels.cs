using ClrEngine.Files;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Torch.Trained;

/// <summary>The models that a run leaves in a folder: the last, the best, and where snapshots are kept, these and their mean.</summary>
internal sealed class RunModels(string folder, TrainedModelInfo info, ILearner learner)
{
    private const string Final = "final", Best = "best", Average = "swa", SnapshotPrefix = "snapshot-", Suffix = ".safetensors";

    private (EpochRecord Epoch, IReadOnlyList<StateTensor> Tensors)? _best;

    /// <summary>Takes over the best model of the process before.</summary>
    public void ContinueFrom(EpochRecord epoch, IReadOnlyList<StateTensor> tensors) => _best = (epoch, tensors);

    /// <summary>Makes the folder, sees that it can be written to, and refuses models of another run unless they may be replaced.</summary>
    public void Prepare(bool replace)
    {
        AtomicFile.RequireWritableFolder(folder);
        string? taken = new[] { Final, Best, Average }.Select(name => Path.Combine(folder, name + Suffix)).Where(File.Exists).Concat(SnapshotFiles()).FirstOrDefault();
        if (taken is not null && !replace)
            throw new TrainedModelException(TrainedModelErrors.Exists, $"'{taken}' is there already, from another run: give Force to replace its models, or another folder.");
    }

    /// <summary>Keeps the model where an epoch ended better than all before it.</summary>
    public void KeepIfBest(EpochRecord epoch, TrainingHistory history)
    {
        if (history.BestEpoch == epoch)
            _best = (epoch, State());
    }

    /// <summary>Writes them and gives their files. A last model whose loss is not finite is left out.</summary>
    public IReadOnlyList<string> Write(TrainingHistory history, ISnapshotEnsemble? snapshots)
    {
        var written = new List<string>();
        // Somebody may have removed it since the run began.
        AtomicFile.RequireWritableFolder(folder);
        if (history.Status != TrainingStatus.Diverged && history.Epochs.Count > 0)
            Add(Final, TrainedModelKind.Final, history.Epochs[^1].Step, State());
        if (_best is var (epoch, tensors))
            Add(Best, TrainedModelKind.Best, epoch.Step, tensors);
        // Snapshots of an earlier, longer run would be taken for this one's.
        foreach (string path in SnapshotFiles())
            File.Delete(path);
        for (int i = 0; i < snapshots?.Members.Count; i++)
        {
            if (snapshots.Members[i] is { } member)
                Add(string.Create(CultureInfo.InvariantCulture, $"{SnapshotPrefix}{i + 1:D3}"), TrainedModelKind.Snapshot, history.Cycles[i].Step, member);
        }
        if (snapshots?.Average is { } average)
            Add(Average, TrainedModelKind.Average, history.Cycles[^1].Step, average);
        return written;

        void Add(string name, TrainedModelKind kind, long step, IReadOnlyList<StateTensor> arrays)
        {
            string path = Path.Combine(folder, name + Suffix);
            TrainedModelFile.Write(path, arrays, info with { Kind = kind, Step = step });
            written.Add(path);
        }
    }

    private string[] SnapshotFiles() => Directory.GetFiles(folder, SnapshotPrefix + "*" + Suffix);

    private IReadOnlyList<StateTensor> State()
    {
        using ILearnerState state = learner.Capture();
        return state.Export();
    }
}
