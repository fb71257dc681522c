using ClrEngine.Data;

namespace ClrEngine.Torch.Losses;

/// <summary>How much the samples of each class weigh in the loss, which is the weighted mean over the samples (as PyTorch has it).</summary>
public sealed record ClassWeights
{
    private ClassWeights()
    {
    }

    /// <summary>Each class weighs as much as every other: samples over classes times the class's samples, counted in the training part.</summary>
    public static ClassWeights Balanced { get; } = new() { IsBalanced = true };

    /// <summary>Whether the weights follow from the counts of the classes.</summary>
    public bool IsBalanced { get; private init; }

    /// <summary>A weight for each class in the order of the classes; null where they are given otherwise.</summary>
    public IReadOnlyList<double>? PerClass { get; private init; }

    /// <summary>A weight for some classes by their names, the others weigh 1; null where they are given otherwise.</summary>
    public IReadOnlyDictionary<string, double>? PerName { get; private init; }

    /// <summary>A weight for each class: as many finite numbers above 0 as there are classes.</summary>
    public static ClassWeights From(IEnumerable<double> weights) => new() { PerClass = weights.Select(Usable).ToArray() };

    /// <summary>Weights for some classes, finite numbers above 0 by their names; the others weigh 1.</summary>
    public static ClassWeights From(IReadOnlyDictionary<string, double> weights) =>
        new() { PerName = new SortedDictionary<string, double>(weights.ToDictionary(w => w.Key, w => Usable(w.Value)), StringComparer.Ordinal) };

    internal double[] For(ClassTargets targets) => IsBalanced ? ByCount(targets) : PerName is not null ? ByName(targets) : ByNumber(targets);

    // A class without a training sample has no count to be weighed by; it counts as any sample would.
    private static double[] ByCount(ClassTargets targets)
    {
        var counts = new long[targets.Classes];
        foreach (long label in targets.Labels)
            counts[label]++;
        int present = counts.Count(count => count > 0);
        return Array.ConvertAll(counts, count => count > 0 ? (double)targets.Count / present / count : 1);
    }

    private double[] ByName(ClassTargets targets)
    {
        if (PerName!.Keys.FirstOrDefault(name => !targets.ClassNames.Contains(name)) is { } stranger)
            throw Refused(stranger, $"there is no class '{stranger}'; the classes are {string.Join(", ", targets.ClassNames)}.");
        return targets.ClassNames.Select(name => PerName.GetValueOrDefault(name, 1)).ToArray();
    }

    private double[] ByNumber(ClassTargets targets) => PerClass!.Count == targets.Classes
        ? [.. PerClass]
        : throw Refused(PerClass, $"there are {PerClass.Count} weights for {targets.Classes} classes; give one for each of {string.Join(", ", targets.ClassNames)}.");

    // A batch of samples that all weigh 0 has no mean.
    private static double Usable(double weight) => double.IsFinite(weight) && weight > 0
        ? weight
        : throw Refused(weight, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"a class weighs {weight}; give finite numbers above 0."));

    private static InvalidParameterException Refused(object value, string reason) => new("ClassWeight", value, $"ClassWeight does not fit: {reason}");
}

/// <summary>How much samples weigh together, where classes weigh differently: known on the host, so that the device is not waited for.</summary>
internal sealed class SampleWeights(ClassTargets targets, double[] perClass)
{
    /// <summary>The weights of a training part; null where each sample weighs 1.</summary>
    public static SampleWeights? From(LossOptions options, Targets targets) =>
        options.WeightsFor(targets) is { } perClass ? new SampleWeights((ClassTargets)targets, perClass) : null;

    public double Sum(ReadOnlySpan<long> samples)
    {
        double sum = 0;
        foreach (long sample in samples)
            sum += perClass[targets.Labels[(int)sample]];
        return sum;
    }
}
