using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ClrEngine.Data.Preparation;

namespace ClrEngine.Data;

/// <summary>The steps that every format shares: hold out a part, scale both, name the result.</summary>
public static class DataPreparation
{
    /// <summary>Prepares loaded data for training.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where it came from: a path, or <c>embedded</c>.</param>
    /// <param name="train">All samples, or the training part where <paramref name="validation"/> is given.</param>
    /// <param name="validation">The set's own validation part; null to hold some out.</param>
    /// <param name="contents">A hash of the contents of both, see <see cref="TrainingData.Identity"/>.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <exception cref="DataFormatException">There are too few samples to hold some out, or the parts differ in shape.</exception>
    public static TrainingData Prepare(
        string name, string source, LabelledData train, LabelledData? validation, string contents, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(options);

        StratifiedSplit? split = validation is null ? StratifiedSplit.HoldOut(source, train.Targets, options) : null;
        return Prepare(name, source, train, validation, split, null, contents, options);
    }

    /// <summary>Splits, scales and names a set: by the split, or with the validation part where there is none.</summary>
    internal static TrainingData Prepare(
        string name,
        string source,
        LabelledData train,
        LabelledData? validation,
        StratifiedSplit? split,
        FeatureColumns? columns,
        string contents,
        DataOptions options)
    {
        options.RefuseUnused(train.Targets);
        if (split is null) options.RefuseSplit(source);
        else (train, validation) = split.Divide(train);
        if (!train.Samples.Shape.SequenceEqual(validation!.Samples.Shape))
            throw new DataFormatException(
                DataErrors.ShapeMismatch, source, $"has training samples of the shape [{string.Join(", ", train.Samples.Shape)}] and validation samples of [{string.Join(", ", validation.Samples.Shape)}]: give both the same shape.");

        bool channelsLast = train.Samples.Shape.Count == 2 && options.Layout != SampleLayout.ChannelsFirst;
        List<string> warnings = [.. DataChecks.WarningsOf(source, train, validation, columns, channelsLast, options)];
        FeatureScaling scaling = ScalingOf(train.Samples, options, channelsLast, columns);
        if (options.Scaling is { IsIdentity: false } && train.Samples.Shape.Count == 3 && SampleUnits.Differ(SampleUnits.LargestOf(train.Samples), SampleUnits.LargestOf(scaling)))
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"Training samples hold values up to {SampleUnits.LargestOf(train.Samples):G6}, as they are read, and -Mean and -StandardDeviation fit values up to about {SampleUnits.LargestOf(scaling):G3}, as if in another unit: give figures in that of the samples; those of bytes are from 0 to 1."));
        if (split is null && train != validation && train.Samples.Shape.Count == 1 && options.Scaling is null && (options.Standardize
            ? SampleUnits.MostDiffer(validation.Samples, scaling)
            : SampleUnits.Differ(SampleUnits.LargestOf(train.Samples), SampleUnits.LargestOf(validation.Samples))))
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"Validation samples hold values up to {SampleUnits.LargestOf(validation.Samples):G6}, and training samples up to {SampleUnits.LargestOf(train.Samples):G6}, as if in another unit: give both in one, such as divided by 255."));
        using var identity = new ContentHash();
        identity.Add("training data 1").Add(contents).Add(split?.Description ?? "own validation part").Add(options.Standardize ? "standardised" : "as it is");
        if (options.Scaling is not null) identity.Add("scaling as given").Add(scaling.Means.AsSpan()).Add(scaling.StandardDeviations.AsSpan());
        if (channelsLast) identity.Add("channels last");
        FeatureScaling? targetScaling = options.ScaleTargets && train.Targets is ValueTargets values
            ? ScalingEstimator.Estimate(new DoubleSamples(values.Values.AsMemory(), [values.Width]))
            : null;
        if (targetScaling is not null)
            identity.Add("targets standardised");
        LabelledData learnt = Scaled(train), held = train == validation ? learnt : Scaled(validation);
        DataChecks.RequireFinite(source, held.Samples);
        return new TrainingData(name, source, learnt, held, scaling, identity.Finish()) { TargetScaling = targetScaling, Warnings = warnings };

        LabelledData Scaled(LabelledData data) =>
            options.Standardize ? new LabelledData(new ScaledSamples(data.Samples, scaling), data.Targets) : data;
    }

    // As given, or measured; the 0 and 1 of a category stay as they are.
    private static FeatureScaling ScalingOf(ISampleReader samples, DataOptions options, bool channelsLast, FeatureColumns? columns)
    {
        int channels = FeatureScaling.ChannelsOf(samples, channelsLast);
        FeatureScaling identity = FeatureScaling.Identity(channels, channelsLast);
        if (options.Scaling is not { } given)
        {
            if (!options.Standardize) return identity;
            FeatureScaling measured = ScalingEstimator.Estimate(samples, channelsLast);
            return columns is null ? measured : new FeatureScaling(
                [.. measured.Means.Select((mean, c) => columns.AreNumbers[c] ? mean : 0)],
                [.. measured.StandardDeviations.Select((deviation, c) => columns.AreNumbers[c] ? deviation : 1)]);
        }

        if (!options.Standardize)
            throw new InvalidParameterException("AsIs", true, "AsIs leaves samples as they are, and Mean and StandardDeviation scale them; give one of them.");
        int[] scaled = [.. Enumerable.Range(0, channels).Where(c => columns?.AreNumbers[c] ?? true)];
        if (given.Channels != 1 && given.Channels != scaled.Length)
            throw new InvalidParameterException("Mean", given.Means, $"Mean and StandardDeviation have a figure for each of {Counted.Of(given.Channels, "channel")}, and a sample, [{string.Join(", ", samples.Shape)}], has {scaled.Length} {(columns is null ? "to scale" : "columns of numbers")}; give one figure for all, or one for each.");
        int far = Enumerable.Range(0, given.Channels).FirstOrDefault(c => !float.IsFinite((float)(given.Means[c] / given.StandardDeviations[c])), -1);
        if (far >= 0)
            throw new InvalidParameterException("Mean", given.Means, string.Create(CultureInfo.InvariantCulture, $"A mean of {given.Means[far]} lies so many standard deviations of {given.StandardDeviations[far]} from 0 that single precision does not hold what it makes of the samples; give figures in their unit."));
        if (StandardScalings.NameOf(given) is { } name) RequirePixels(samples, name, given);
        double[] means = [.. identity.Means], deviations = [.. identity.StandardDeviations];
        for (int i = 0; i < scaled.Length; i++)
        {
            means[scaled[i]] = given.Means[given.Channels == 1 ? 0 : i];
            deviations[scaled[i]] = given.StandardDeviations[given.Channels == 1 ? 0 : i];
        }

        return new FeatureScaling([.. means], [.. deviations]) { ChannelsLast = channelsLast };
    }

    private static void RequirePixels(ISampleReader samples, string name, FeatureScaling given)
    {
        if (samples is SampleReader { ByteDivisor: byte.MaxValue }) return;
        samples.ReadBlocks((_, block) =>
        {
            int stray = block.IndexOfAnyExceptInRange(0, 1);
            return stray < 0 ? true : throw new InvalidParameterException("Mean", given.Means, string.Create(
                CultureInfo.InvariantCulture, $"The figures of {name} hold for pixels from 0 to 1, and a training sample holds {block[stray]}; divide the samples by their largest value, such as 255, or give figures in their own unit."));
        });
    }

    /// <summary>A data set's name: its folder's, or another where that has none.</summary>
    internal static string NameOf(string folder, string otherwise) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name ? name : otherwise;
}

/// <summary>The values of a table's samples: their names, those of the columns that they come from, and which are numbers, not the 0 and 1 of a category.</summary>
internal sealed record FeatureColumns(IReadOnlyList<string> Names, IReadOnlyList<string> Columns, IReadOnlyList<bool> AreNumbers)
{
    public static FeatureColumns From(IReadOnlyList<string> names, IReadOnlyList<Tables.TableColumn> columns) =>
        new([.. names], [.. columns.Select(static column => column.Name)], [.. columns.Select(static column => column is Tables.NumberColumn)]);
}

/// <summary>The names under which the parts of a set are found, in files, folders and arrays alike.</summary>
internal static class PartNames
{
    public static readonly string[] Training = ["train", "training"];
    public static readonly string[] Validation = ["validation", "valid", "val", "test", "testing", "dev", "eval", "evaluation", "holdout", "heldout"];

    // What a folder of a part is called besides, as in training_set.
    private static readonly string[] Endings = ["", "set", "data", "dataset", "images", "imgs"];

    /// <summary>Whether a folder's name is that of a part, whatever the case of letters, marks between its words, and an ending such as <c>set</c>.</summary>
    public static bool IsFolderOf(string part, string name)
    {
        string letters = string.Concat(name.Where(static c => c is not ('_' or '-' or ' ')));
        return Endings.Any(ending => string.Equals(part + ending, letters, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A SHA-256 over parts, each preceded by its length, so that moving a boundary changes the hash.</summary>
internal sealed class ContentHash : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash Add(string part) => Add(Encoding.UTF8.GetBytes(part));

    /// <summary>Adds values as they lie in memory: libtorch has no machine on which they would lie the other way round.</summary>
    public ContentHash Add<T>(ReadOnlySpan<T> part)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(part);
        AddLength(bytes.Length);
        _hash.AppendData(bytes);
        return this;
    }

    /// <summary>Adds pieces as one part, of so many values that are known before they are.</summary>
    public ContentHash Add<T>(long count, IEnumerable<T[]> pieces)
        where T : unmanaged
    {
        AddLength(count * Unsafe.SizeOf<T>());
        foreach (T[] piece in pieces) _hash.AppendData(MemoryMarshal.AsBytes(piece.AsSpan()));
        return this;
    }

    /// <summary>Adds the bytes from a place to the end as one part, without holding them all in memory.</summary>
    public ContentHash Add(ByteSource source, long offset)
    {
        AddLength(source.Length - offset);
        var block = new byte[Math.Min(BlockBytes, source.Length - offset)];
        for (long start = offset; start < source.Length; start += block.Length)
        {
            ReadStop.Check();
            _hash.AppendData(source.Read(start, block.AsSpan(0, (int)Math.Min(block.Length, source.Length - start))));
        }

        return this;
    }

    /// <summary>64 hex digits in lower case.</summary>
    public string Finish() => Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();

    public void Dispose() => _hash.Dispose();

    private void AddLength(long bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes);
        _hash.AppendData(length);
    }
}
