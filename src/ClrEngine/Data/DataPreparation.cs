using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

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
        return Prepare(name, source, train, validation, split, ScalingEstimator.Estimate, contents, options);
    }

    /// <summary>Splits, scales and names a set: by the split, or with the validation part where there is none.</summary>
    internal static TrainingData Prepare(
        string name,
        string source,
        LabelledData train,
        LabelledData? validation,
        StratifiedSplit? split,
        Func<ISampleReader, FeatureScaling> scalingOf,
        string contents,
        DataOptions options)
    {
        if (split is not null) (train, validation) = split.Divide(train);
        if (!train.Samples.Shape.SequenceEqual(validation!.Samples.Shape))
            throw new DataFormatException(
                DataErrors.ShapeMismatch, source, $"has training samples of the shape [{string.Join(", ", train.Samples.Shape)}] and validation samples of [{string.Join(", ", validation.Samples.Shape)}]: give both the same shape.");

        FeatureScaling scaling = options.Standardize ? scalingOf(train.Samples) : FeatureScaling.Identity(checked((int)train.Samples.Shape[0]));
        using var identity = new ContentHash();
        identity.Add("training data 1").Add(contents).Add(split?.Description ?? "own validation part").Add(options.Standardize ? "standardised" : "as it is");
        FeatureScaling? targetScaling = options.ScaleTargets && train.Targets is ValueTargets values
            ? ScalingEstimator.Estimate(new FloatSamples(values.Values.AsMemory(), [values.Width]))
            : null;
        if (targetScaling is not null)
            identity.Add("targets standardised");
        return new TrainingData(name, source, Scaled(train), Scaled(validation), scaling, identity.Finish()) { TargetScaling = targetScaling };

        LabelledData Scaled(LabelledData data) =>
            scaling.IsIdentity ? data : new LabelledData(new ScaledSamples(data.Samples, scaling), data.Targets);
    }

    /// <summary>A data set's name: its folder's, or another where that has none.</summary>
    internal static string NameOf(string folder, string otherwise) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name ? name : otherwise;
}

/// <summary>The names under which the parts of a set are found, in files, folders and arrays alike.</summary>
internal static class PartNames
{
    public static readonly string[] Training = ["train", "training"];
    public static readonly string[] Validation = ["validation", "valid", "val", "test"];
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
