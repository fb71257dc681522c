using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ClrEngine.Data;

/// <summary>Samples and what a model shall answer for them.</summary>
public sealed class LabelledData
{
    /// <summary>Joins samples and as many targets.</summary>
    /// <exception cref="ArgumentException">The counts differ, or there is no sample.</exception>
    public LabelledData(ISampleReader samples, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(targets);
        if (samples.Count != targets.Count)
            throw new ArgumentException($"There are {Counted.Of(samples.Count, "sample")} but {Counted.Of(targets.Count, "target")}: give one target for each sample.", nameof(targets));
        if (samples.Count == 0) throw new ArgumentException("There is no sample: give at least one.", nameof(samples));
        Samples = samples;
        Targets = targets;
    }

    /// <summary>The features.</summary>
    public ISampleReader Samples { get; }

    /// <summary>One target for each sample.</summary>
    public Targets Targets { get; }

    /// <summary>How many samples there are, at least 1.</summary>
    public long Count => Samples.Count;
}

/// <summary>What a model shall answer for each sample: <see cref="ClassTargets"/> or <see cref="ValueTargets"/>.</summary>
public abstract record Targets
{
    private protected Targets()
    {
    }

    /// <summary>How many samples have a target.</summary>
    public abstract long Count { get; }

    /// <summary>The targets of some samples, in the order of their indices.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the set.</exception>
    public abstract Targets Select(ReadOnlySpan<long> indices);

    private protected int Checked(long index) =>
        index >= 0 && index < Count
            ? (int)index
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} targets: give indices from 0 to {Count - 1}.");
}

/// <summary>What a model shall answer is not known: it is asked.</summary>
internal sealed record UnknownTargets(long Samples) : Targets
{
    public override long Count => Samples;

    public override Targets Select(ReadOnlySpan<long> indices) => new UnknownTargets(indices.Length);
}

/// <summary>One class for each sample, counted from 0.</summary>
public sealed record ClassTargets : Targets
{
    private const int MostShown = 5;

    /// <summary>Makes targets of labels from 0 to the number of names - 1.</summary>
    /// <exception cref="ArgumentException">An array was never set, or there is no class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label has no name.</exception>
    public ClassTargets(ImmutableArray<long> labels, ImmutableArray<string> classNames)
    {
        if (labels.IsDefault) throw new ArgumentException("Give the labels.", nameof(labels));
        if (classNames.IsDefaultOrEmpty) throw new ArgumentException("Name at least one class.", nameof(classNames));
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= classNames.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[i], $"The label of sample {i} is outside 0 to {classNames.Length - 1}: name every class.");
        }

        Labels = labels;
        ClassNames = classNames;
    }

    /// <summary>The class of each sample, from 0 to <see cref="Classes"/> - 1.</summary>
    public ImmutableArray<long> Labels { get; }

    /// <summary>The classes' names, in the order of their numbers.</summary>
    public ImmutableArray<string> ClassNames { get; }

    /// <summary>How many classes there are, those without a sample included.</summary>
    public int Classes => ClassNames.Length;

    /// <inheritdoc/>
    public override long Count => Labels.Length;

    /// <summary>Classes of rows that have a 1 in the column of their class and 0, or all of them -1, in the others, named by their numbers unless names are known; null where a row has not, or the names are others.</summary>
    internal static ClassTargets? FromOneHot(ReadOnlySpan<double> values, int width, ImmutableArray<string>? names = null)
    {
        if (width < 2 || (names is { } known && known.Length != width)) return null;
        var labels = new long[values.Length / width];
        double off = values.IsEmpty ? 0 : Math.Min(values[0], values[1]);
        if (off is not (0 or -1)) return null;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<double> columns = values.Slice(row * width, width);
            int label = columns.IndexOf(1);
            if (label < 0 || columns[..label].ContainsAnyExcept(off) || columns[(label + 1)..].ContainsAnyExcept(off)) return null;
            labels[row] = label;
        }

        return new ClassTargets(ImmutableCollectionsMarshal.AsImmutableArray(labels), names ?? NumberNames(width));
    }

    /// <summary>What is said of columns that are taken for values though most rows look like those of <see cref="FromOneHot"/>, or all of them with other numbers than 1 and 0; null where they do not.</summary>
    /// <param name="values">The values, row after row.</param>
    /// <param name="width">The columns.</param>
    /// <param name="otherwise">What to give where they are classes.</param>
    /// <param name="isRefused">Whether a row looks otherwise, and nearly all others alike, so that they are not taken.</param>
    internal static string? NotQuiteOneHot(ReadOnlySpan<double> values, int width, string otherwise, out bool isRefused)
    {
        isRefused = false;
        if (width < 2 || values.IsEmpty) return null;
        var (most, least) = (new double[values.Length / width], new double[values.Length / width]);
        for (int row = 0; row < most.Length; row++)
        {
            most[row] = least[row] = values[row * width];
            foreach (double value in values.Slice((row * width) + 1, width - 1)) (most[row], least[row]) = (Math.Max(most[row], value), Math.Min(least[row], value));
        }

        (double on, double off) = (Middle(most), Middle(least));
        int alike = 0, first = -1;
        for (int row = 0; row < most.Length; row++)
        {
            ReadOnlySpan<double> columns = values.Slice(row * width, width);
            if (columns.Count(on) == 1 && columns.Count(off) == width - 1) alike++;
            else if (first < 0) first = row;
        }

        if (on <= off || alike * 2 < most.Length) return null;
        string form = string.Create(CultureInfo.InvariantCulture, $"one {on} and otherwise {off}");
        isRefused = alike < most.Length && Tables.ColumnSurvey.IsNearlyAll(alike, most.Length);
        string doubt = alike == most.Length ? $"every row holds {form}, as those of classes do that are no 1 and 0"
            : string.Create(CultureInfo.InvariantCulture, $"row {first} (counted from 0) holds [{string.Join(", ", values.Slice(first * width, Math.Min(width, MostShown)).ToArray())}{(width > MostShown ? ", …" : "")}], and {alike} of {most.Length} rows hold {form}, as those of classes do");
        return isRefused ? $"{doubt}: mend that row, or say -Regression to predict {width} values." : $"{doubt}: they are taken for {width} values to predict; give -Regression to say so, or {otherwise}.";

        static double Middle(double[] of) => of.Order().ElementAt(of.Length / 2);
    }

    /// <summary>The names of classes that are known by their numbers alone.</summary>
    internal static ImmutableArray<string> NumberNames(int classes) =>
        [.. Enumerable.Range(0, classes).Select(static number => number.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<long> indices)
    {
        var chosen = ImmutableArray.CreateBuilder<long>(indices.Length);
        foreach (long index in indices) chosen.Add(Labels[Checked(index)]);
        return new ClassTargets(chosen.MoveToImmutable(), ClassNames);
    }
}

/// <summary>Real numbers to predict for each sample (regression).</summary>
public sealed record ValueTargets : Targets
{
    /// <summary>Makes targets of values, sample after sample, each sample of a width of at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is less than 1.</exception>
    /// <exception cref="ArgumentException">The values were never set, do not fill whole samples, or one is not a finite number of single precision.</exception>
    public ValueTargets(ImmutableArray<double> values, int width)
    {
        if (values.IsDefault) throw new ArgumentException("Give the values.", nameof(values));
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, "A sample has at least one target value.");
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} values do not make whole samples of {width}.", nameof(values));
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite((float)values[i]))
                throw new ArgumentException($"The target of sample {i / width} is {values[i]}, which single precision does not hold: remove the sample or mend its value.", nameof(values));
        }

        Values = values;
        Width = width;
    }

    /// <summary>The targets, sample after sample: <see cref="Targets.Count"/> × <see cref="Width"/> values.</summary>
    public ImmutableArray<double> Values { get; }

    /// <summary>How many values one sample has.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override long Count => Values.Length / Width;

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<long> indices)
    {
        var chosen = ImmutableArray.CreateBuilder<double>(checked(indices.Length * Width));
        foreach (long index in indices) chosen.AddRange(Values.AsSpan(Checked(index) * Width, Width));
        return new ValueTargets(chosen.MoveToImmutable(), Width);
    }
}
