using System.Globalization;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Torch.Trained;

/// <summary>The models that a run leaves in a folder: the last, the best, and where snapshots are kept, these and their mean.</summary>
internal sealed class RunModels(string folder, TrainedModelInfo info, ILearner learner)
{
    private const string SnapshotPrefix = "snapshot-";
    private const string Suffix = ".safetensors";

    private (EpochRecord Epoch, IReadOnlyList<StateTensor> Tensors)? _best;

    /// <summary>Knows the best model of the process before.</summary>
    public void ContinueFrom(EpochRecord epoch, IReadOnlyList<StateTensor> tensors) => _best = (epoch, tensors);

    /// <summary>Keeps the model where an epoch ended better than all before it.</summary>
    public void KeepIfBest(EpochRecord epoch, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.BestEpoch == epoch)
            _best = (epoch, State());
    }

    /// <summary>Writes them. A last model whose loss is not finite is left out.</summary>
    public IReadOnlyList<string> Write(TrainingHistory history, ISnapshotEnsemble? snapshots)
    {
        ArgumentNullException.ThrowIfNull(history);
        var written = new List<string>();
        if (history.Status != TrainingStatus.Diverged && history.Epochs.Count > 0)
            Add("final", TrainedModelKind.Final, history.Epochs[^1].Step, State());
        if (_best is var (epoch, tensors))
            Add("best", TrainedModelKind.Best, epoch.Step, tensors);
        RemoveSnapshots();
        for (int i = 0; i < snapshots?.Members.Count; i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"{SnapshotPrefix}{i + 1:D3}"), TrainedModelKind.Snapshot, history.Cycles[i].Step, snapshots.Members[i]);
        if (snapshots?.Average is { } average)
            Add("swa", TrainedModelKind.Average, history.Cycles[^1].Step, average);
        return written;

        void Add(string name, TrainedModelKind kind, long step, IReadOnlyList<StateTensor> arrays)
        {
            string path = Path.Combine(folder, name + Suffix);
            TrainedModelFile.Write(path, arrays, info with { Kind = kind, Step = step });
            written.Add(path);
        }
    }

    // Snapshots of an earlier, longer run would be taken for this one's.
    private void RemoveSnapshots()
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string path in Directory.GetFiles(folder, SnapshotPrefix + "*" + Suffix))
            File.Delete(path);
    }

    private IReadOnlyList<StateTensor> State()
    {
        using ILearnerState state = learner.Capture();
        return state.Export();
    }
}
