using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>Real numbers to predict for each sample (regression).</summary>
public sealed record ValueTargets : Targets
{
    /// <summary>Makes value targets.</summary>
    /// <param name="values">The targets, sample after sample.</param>
    /// <param name="width">How many values one sample has, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is less than 1.</exception>
    /// <exception cref="ArgumentException">The values were never set, do not fill whole samples, or one is not finite.</exception>
    public ValueTargets(ImmutableArray<float> values, int width)
    {
        if (values.IsDefault) throw new ArgumentException("Give the values.", nameof(values));
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, "A sample has at least one target value.");
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} values do not make whole samples of {width}.", nameof(values));
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException($"The target of sample {i / width} is {values[i]}: remove the sample or mend its value.", nameof(values));
        }

        Values = values;
        Width = width;
    }

    /// <summary>The targets, sample after sample: <see cref="Targets.Count"/> × <see cref="Width"/> values.</summary>
    public ImmutableArray<float> Values { get; }

    /// <summary>How many values one sample has.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override long Count => Values.Length / Width;

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<long> indices)
    {
        var chosen = ImmutableArray.CreateBuilder<float>(checked(indices.Length * Width));
        foreach (long index in indices) chosen.AddRange(Values.AsSpan(Checked(index) * Width, Width));
        return new ValueTargets(chosen.MoveToImmutable(), Width);
    }
}
