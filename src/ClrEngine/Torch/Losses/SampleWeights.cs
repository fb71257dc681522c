using ClrEngine.Data;

namespace ClrEngine.Torch.Losses;

/// <summary>How much samples weigh together, where classes weigh differently: known on the host, so that the device is not waited for.</summary>
internal sealed class SampleWeights
{
    private readonly ClassTargets _targets;
    private readonly double[] _perClass;

    private SampleWeights(ClassTargets targets, double[] perClass) => (_targets, _perClass) = (targets, perClass);

    /// <summary>The weights of the training samples; null where each weighs 1.</summary>
    /// <param name="options">The loss.</param>
    /// <param name="targets">The targets of the training part.</param>
    public static SampleWeights? Of(LossOptions options, Targets targets) =>
        options.ClassWeights is { } weights && targets is ClassTargets classes ? new SampleWeights(classes, weights.For(classes)) : null;

    /// <summary>The sum of the weights of some samples.</summary>
    /// <param name="samples">Their indices.</param>
    public double Sum(ReadOnlySpan<long> samples)
    {
        double sum = 0;
        foreach (long sample in samples)
            sum += _perClass[_targets.Labels[(int)sample]];
        return sum;
    }
}
