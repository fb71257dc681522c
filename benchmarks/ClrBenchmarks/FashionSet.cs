using System.Collections.Immutable;
using ClrEngine.Data;
using ClrEngine.Numerics;

namespace ClrBenchmarks;

/// <summary>Fashion-MNIST, or made numbers of the same shape where it is not on this machine: the work is the same.</summary>
internal static class FashionSet
{
    public const string DefaultFolder = "/usr/share/datasets/fashion-mnist";

    public static TrainingData Load(BenchmarkOptions options, Report report)
    {
        if (Directory.Exists(options.Data))
            return DataCatalog.Default.Load(options.Data);
        report.Note($"{options.Data} is absent: made numbers of the shape of Fashion-MNIST");
        return Made(60_000, 10_000, [1, 28, 28]);
    }

    /// <summary>Made images of ten classes.</summary>
    public static TrainingData Made(int train, int validation, long[] shape) => new(
        "made", "made", Part(train, shape, 1), Part(validation, shape, 2), FeatureScaling.Identity((int)shape[0]), $"made {train} {validation}");

    private static LabelledData Part(int count, long[] shape, long stream)
    {
        var random = new SeededRandom(0, stream);
        int length = (int)shape.Aggregate(1L, (product, side) => product * side);
        var values = new float[count * length];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextInt(1 << 16) / 32768f - 1;
        var labels = new long[count];
        for (int i = 0; i < count; i++)
            labels[i] = random.NextInt(10);
        return new LabelledData(
            new FloatSamples(values, shape),
            new ClassTargets(ImmutableArray.Create(labels), [.. Enumerable.Range(0, 10).Select(i => $"{i}")]));
    }
}
