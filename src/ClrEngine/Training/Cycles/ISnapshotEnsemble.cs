namespace ClrEngine.Training.Cycles;

/// <summary>The models of one run at the ends of its cycles, and what they make together. The learner is left as it was.</summary>
internal interface ISnapshotEnsemble : IDisposable
{
    /// <summary>The snapshots' weights and buffers, one a cycle; names begin with <c>model.</c>. Null where a snapshot is lost.</summary>
    IReadOnlyList<IReadOnlyList<StateTensor>?> Members { get; }

    /// <summary>The mean of the snapshots' weights with statistics taken anew; null where there is none.</summary>
    IReadOnlyList<StateTensor>? Average { get; }

    /// <summary>What people should know of the mean of the weights; null where it is as it should be.</summary>
    string? Warning => null;

    /// <summary>Takes the learner's model as it is. Where that is cancelled, the model is no member, and the ensemble is good for its members only.</summary>
    SnapshotScores Add(CancellationToken cancellationToken = default);

    /// <summary>Takes the weights and buffers of a snapshot of an earlier process; null for one that is lost.</summary>
    /// <exception cref="StateMismatchException">They are of another model.</exception>
    void AddSaved(IReadOnlyList<StateTensor>? member);
}

/// <summary>How a snapshot does on the validation samples: alone, in the mean of all snapshots' predictions, and in the mean of all their weights.</summary>
internal sealed record SnapshotScores(Evaluation Model, Evaluation Ensemble, Evaluation Average);
