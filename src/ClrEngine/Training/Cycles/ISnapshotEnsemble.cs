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
    SnapshotScores Add();

    /// <summary>Takes a snapshot of an earlier process.</summary>
    /// <param name="member">Its weights and buffers.</param>
    /// <exception cref="StateMismatchException">They are of another model.</exception>
    void AddSaved(IReadOnlyList<StateTensor> member);
}
