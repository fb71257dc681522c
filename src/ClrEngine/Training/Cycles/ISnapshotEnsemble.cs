namespace ClrEngine.Training.Cycles;

/// <summary>The models of one run at the ends of its cycles, and what they make together. The learner is left as it was.</summary>
public interface ISnapshotEnsemble : IDisposable
{
    /// <summary>The snapshots' weights and buffers, in order; names begin with <c>model.</c>.</summary>
    IReadOnlyList<IReadOnlyList<StateTensor>> Members { get; }

    /// <summary>The mean of the snapshots' weights with statistics taken anew; null before the first.</summary>
    IReadOnlyList<StateTensor>? Average { get; }

    /// <summary>What people should know of the mean of the weights; null where it is as it should be.</summary>
    string? Warning => null;

    /// <summary>Takes the learner's model as it is.</summary>
    /// <param name="cancellationToken">Ends it between two batches. The model then is no member, and the ensemble is good for its members only.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    SnapshotScores Add(CancellationToken cancellationToken = default);

    /// <summary>Takes a snapshot of an earlier process.</summary>
    /// <param name="member">Its weights and buffers.</param>
    /// <exception cref="StateMismatchException">They are of another model.</exception>
    void AddSaved(IReadOnlyList<StateTensor> member);
}

/// <summary>How a snapshot does on the validation samples, alone and with those before it.</summary>
/// <param name="Model">The snapshot alone.</param>
/// <param name="Ensemble">The mean of all snapshots' predictions.</param>
/// <param name="Average">The mean of all snapshots' weights.</param>
public sealed record SnapshotScores(Evaluation Model, Evaluation Ensemble, Evaluation Average);
