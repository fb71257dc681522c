namespace ClrEngine.Torch.Trained;

/// <summary>Which model of a run a file holds.</summary>
public enum TrainedModelKind
{
    /// <summary>The model at the run's end.</summary>
    Final,

    /// <summary>The model at the end of the best epoch.</summary>
    Best,

    /// <summary>The model at the end of a cycle.</summary>
    Snapshot,

    /// <summary>The mean of the weights of all snapshots.</summary>
    Average,
}
