using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ClrEngine.Data;

/// <summary>The steps that every format shares: hold out a part, scale both, name the result.</summary>
public static class DataPreparation
{
    /// <summary>How a set was split that brings its own validation part.</summary>
    internal const string OwnPart = "own validation part";

    /// <summary>Prepares loaded data for training.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where it came from: a path, or <c>embedded</c>.</param>
    /// <param name="train">All samples, or the training part where <paramref name="validation"/> is given.</param>
    /// <param name="validation">The set's own validation part; null to hold some out.</param>
    /// <param name="contents">A hash of the contents of both, see <see cref="TrainingData.Identity"/>.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <returns>The two parts, scaled as the options say.</returns>
    /// <exception cref="DataFormatException">There are too few samples to hold some out, or the parts differ in shape.</exception>
    public static TrainingData Prepare(
        string name, string source, LabelledData train, LabelledData? validation, string contents, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(options);

        string split = OwnPart;
        if (validation is null)
        {
            StratifiedSplit parts = StratifiedSplit.HoldOut(source, train.Targets, options);
            split = parts.Description;
            (train, validation) = parts.Divide(train);
        }
        else if (!train.Samples.Shape.SequenceEqual(validation.Samples.Shape))
        {
            throw new DataFormatException(
                DataErrors.ShapeMismatch, source, $"has training samples of the shape [{string.Join(", ", train.Samples.Shape)}] and validation samples of [{string.Join(", ", validation.Samples.Shape)}]: give both the same shape.");
        }

        FeatureScaling scaling = options.Standardize
            ? ScalingEstimator.Estimate(train.Samples)
            : FeatureScaling.Identity(checked((int)train.Samples.Shape[0]));
        return Join(name, source, train, validation, split, scaling, contents, options);
    }

    /// <summary>A data set's name: its folder's, or another where that has none.</summary>
    internal static string NameOf(string folder, string otherwise) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name ? name : otherwise;

    /// <summary>Scales both parts and names the result.</summary>
    internal static TrainingData Join(
        string name, string source, LabelledData train, LabelledData validation, string split, FeatureScaling scaling, string contents, DataOptions options)
    {
        using var identity = new ContentHash();
        identity.Add("training data 1").Add(contents).Add(split).Add(options.Standardize ? "standardised" : "as it is");
        return new TrainingData(name, source, Scaled(train, scaling), Scaled(validation, scaling), scaling, identity.Finish());
    }

    private static LabelledData Scaled(LabelledData data, FeatureScaling scaling) =>
        scaling.IsIdentity ? data : new LabelledData(new ScaledSamples(data.Samples, scaling), data.Targets);
}

/// <summary>The names under which the parts of a set are found, in files, folders and arrays alike.</summary>
internal static class PartNames
{
    /// <summary>The part to learn from.</summary>
    public static readonly string[] Training = ["train", "training"];

    /// <summary>The part held out.</summary>
    public static readonly string[] Validation = ["validation", "valid", "val", "test"];
}

/// <summary>A SHA-256 over parts, each preceded by its length, so that moving a boundary changes the hash.</summary>
internal sealed class ContentHash : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash Add(ReadOnlySpan<byte> part)
    {
        AddLength(part.Length);
        _hash.AppendData(part);
        return this;
    }

    public ContentHash Add(string part) => Add(Encoding.UTF8.GetBytes(part));

    public ContentHash Add(ReadOnlySpan<long> part)
    {
        if (BitConverter.IsLittleEndian) return Add(MemoryMarshal.AsBytes(part));
        var swapped = new long[part.Length];
        BinaryPrimitives.ReverseEndianness(part, swapped);
        return Add(MemoryMarshal.AsBytes<long>(swapped));
    }

    public ContentHash Add(ReadOnlySpan<float> part) => AddWords(MemoryMarshal.Cast<float, uint>(part));

    public ContentHash Add(ReadOnlySpan<int> part) => AddWords(MemoryMarshal.Cast<int, uint>(part));

    public ContentHash Add(ReadOnlySpan<double> part) => Add(MemoryMarshal.Cast<double, long>(part));

    /// <summary>Adds the bytes from a place to the end as one part, without holding them all in memory.</summary>
    public ContentHash Add(ByteSource source, long offset)
    {
        AddLength(source.Length - offset);
        var block = new byte[Math.Min(BlockBytes, source.Length - offset)];
        for (long start = offset; start < source.Length; start += block.Length)
            _hash.AppendData(source.Read(start, block.AsSpan(0, (int)Math.Min(block.Length, source.Length - start))));
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

    private ContentHash AddWords(ReadOnlySpan<uint> part)
    {
        if (BitConverter.IsLittleEndian) return Add(MemoryMarshal.AsBytes(part));
        var swapped = new uint[part.Length];
        BinaryPrimitives.ReverseEndianness(part, swapped);
        return Add(MemoryMarshal.AsBytes<uint>(swapped));
    }
}
