namespace ClrEngine.Tests.Training;

/// <summary>
/// A learner without torch: one weight w, loss curvature * w² / 2 + floor, plain gradient descent.
/// It diverges above a rate of 2 / curvature, as the theory says.
/// </summary>
internal sealed class QuadraticLearner : ILearner
{
    private readonly List<double> _losses = [];

    public double Weight { get; set; } = 1;

    public double Curvature { get; init; } = 1;

    public double Floor { get; init; }

    public Func<long, double, double> Disturb { get; init; } = (_, loss) => loss;

    public int ReadInterval { get; init; } = 1;

    public long SampleCount { get; init; } = 100;

    public double MultiplyAdds { get; init; } = double.PositiveInfinity;

    public List<SchedulePoint> Taken { get; } = [];

    public List<long[]> Seen { get; } = [];

    public int Reads { get; private set; }

    public double Loss => Curvature * Weight * Weight / 2 + Floor;

    public void Step(in Batch batch, in SchedulePoint point)
    {
        Taken.Add(point);
        Seen.Add(batch.Indices.ToArray());
        _losses.Add(Disturb(point.Step, Loss));
        Weight -= point.LearningRate * Curvature * Weight;
    }

    public StepReadings Read()
    {
        Reads++;
        double[] losses = [.. _losses];
        _losses.Clear();
        return new StepReadings(losses, losses.Length);
    }

    /// <summary>The validation loss, where it is not that of the weight.</summary>
    public Func<QuadraticLearner, double>? Validated { get; init; }

    public bool HasClasses { get; init; } = true;

    /// <summary>What happens while it validates.</summary>
    public Action? Validating { get; init; }

    public Evaluation Evaluate(CancellationToken cancellationToken = default)
    {
        Validating?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        return new(Validated?.Invoke(this) ?? Loss, HasClasses ? 50 : null, 10);
    }

    public ILearnerState Capture() => new State(Weight);

    public void Restore(ILearnerState state)
    {
        _losses.Clear();
        Weight = ((State)state).Weight;
    }

    private sealed class State(double weight) : ILearnerState
    {
        public double Weight { get; private set; } = weight;

        public IReadOnlyList<StateTensor> Export() => [new("model.weight", TensorType.Float64, [], BitConverter.GetBytes(Weight))];

        public void Import(IReadOnlyList<StateTensor> tensors) =>
            Weight = BitConverter.ToDouble(StateMatch.InOrder([("model.weight", TensorType.Float64, [])], tensors)[0].Bytes.Span);

        public void Dispose()
        {
        }
    }
}
