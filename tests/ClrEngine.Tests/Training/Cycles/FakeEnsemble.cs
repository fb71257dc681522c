using ClrEngine.Training;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Tests.Training.Cycles;

/// <summary>Snapshots of a learner without torch: the mean of the weights plays both the ensemble and the average.</summary>
internal sealed class FakeEnsemble(QuadraticLearner learner) : ISnapshotEnsemble
{
    private readonly List<double> _weights = [];

    public IReadOnlyList<IReadOnlyList<StateTensor>> Members => [.. _weights.Select(Tensors)];

    public IReadOnlyList<StateTensor>? Average => _weights.Count == 0 ? null : Tensors(_weights.Average());

    public SnapshotScores Add(CancellationToken cancellationToken = default)
    {
        Evaluation single = learner.Evaluate(cancellationToken);
        _weights.Add(learner.Weight);
        var mean = new Evaluation(_weights.Average(), 50, 10);
        return new SnapshotScores(single, mean, mean);
    }

    public void AddSaved(IReadOnlyList<StateTensor> member) => _weights.Add(BitConverter.ToDouble(member[0].Bytes.Span));

    public void Dispose()
    {
    }

    private static StateTensor[] Tensors(double weight) => [new("model.weight", TensorType.Float64, [], BitConverter.GetBytes(weight))];
}
