using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;

namespace ClrEngine.Data.Arrays;

/// <summary>What the dimensions of an array are, and what its numbers are divided by when they are read: bytes of pixels by 255.</summary>
/// <param name="Kind">Auto for values without an order of their own, and for more dimensions than images have.</param>
/// <param name="Divisor">1 leaves them as they are.</param>
/// <param name="Guess">What was guessed from the numbers, to be said; null where nothing was.</param>
internal sealed record ArrayLayout(SampleLayout Kind, float Divisor, string? Guess)
{
    private const float MaxPixel = 255;

    private static readonly string[] ImageNames = ["image", "img", "pixel"];

    /// <summary>Numbers as they are.</summary>
    public static ArrayLayout Plain { get; } = new(SampleLayout.Auto, 1, null);

    /// <summary>Decides for the array of a training part, by what was asked for, its name, its type and its numbers.</summary>
    public static ArrayLayout Decide(NpyArray array, string name, SampleLayout asked)
    {
        ImmutableArray<long> rest = array.Shape.IsEmpty ? [] : array.Shape[1..];
        if (ShapeOf(rest, asked) is null)
            throw new DataFormatException(DataErrors.Layout, array.Path, $"has the shape ({string.Join(", ", array.Shape)}), which has not the layout {asked}: an image has two dimensions or three behind the samples, a sequence two, or one where it has one feature.");
        bool mayBeImages = asked is SampleLayout.Auto or SampleLayout.Image && rest.Length is 2 or 3;
        if (!mayBeImages) return new ArrayLayout(asked, rest.Length > 2 ? DivisorOf(array) : 1, null);

        bool isNamed = ImageNames.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
        bool isGuess = asked == SampleLayout.Auto && rest.Length == 2 && !isNamed && !array.Type.IsByte;
        bool isSquare = rest[0] == rest[1];
        (bool areShares, bool areBytes) = array.Type.IsByte ? (IsBinary(array), true)
            : array.Type.IsFloat && !(isGuess && isSquare) ? (false, false)
            : RangeOf(new NpySamples(array, Plain));
        bool isImage = !isGuess || (array.Type.IsFloat ? isSquare && (areShares || areBytes) : areBytes);
        string? guess = !isGuess ? null : $"{name} of the shape ({string.Join(", ", array.Shape)}) is taken for " + (isImage
            ? "grey images (samples, height, width); say -Layout Sequence if it holds sequences (samples, time, features)."
            : "sequences (samples, time, features), each feature scaled by itself; say -Layout Image for grey images (samples, height, width), or -Layout ChannelsFirst for (samples, channels, length).");
        if (asked == SampleLayout.Auto && rest is [var height, var width, var channels] && height == width && channels != width && !HasChannelsLast(rest, SampleLayout.Image))
            guess = $"{name} of the shape ({string.Join(", ", array.Shape)}) is taken for images whose channels come first, {height} of {width} × {channels}; save {name}.transpose(0, 3, 1, 2) if its channels come last, and say -Layout Image if they come first.";
        if (asked == SampleLayout.Auto && HasChannelsLast(rest, SampleLayout.Image) && rest[1] == rest[2])
            guess = $"{name} of the shape ({string.Join(", ", array.Shape)}) is taken for images whose channels come last, {rest[2]} of {rest[0]} × {rest[1]}; say -Layout ChannelsFirst if they come first, {rest[0]} of {rest[1]} × {rest[2]}, and -Layout Image if they come last.";
        return isImage
            ? new ArrayLayout(SampleLayout.Image, !array.Type.IsFloat && areBytes && !areShares ? MaxPixel : 1, guess)
            : new ArrayLayout(SampleLayout.Sequence, 1, guess);
    }

    /// <summary>By what the numbers of images are divided, where bytes are pixels: those of binary images are 0 and 1 already.</summary>
    public static float DivisorOf(NpyArray array) => array.Type.IsByte && !IsBinary(array) ? MaxPixel : 1;

    /// <summary>Whether no number is above 1.</summary>
    public static bool IsBinary(NpyArray array)
    {
        bool isBinary = true;
        new NpySamples(array, Plain).ReadBlocks((_, block) => isBinary = !block.ContainsAnyExceptInRange(0, 1));
        return isBinary;
    }

    /// <summary>What is said of bytes that are 0 and 1; null where others are among them, or there are no bytes.</summary>
    public string? SaidOfBytes(NpyArray array, string name) => Divisor == 1 && array.Type.IsByte && (Kind == SampleLayout.Image || array.Shape.Length > 4)
        ? $"The bytes of {name} are 0 and 1 alone: they are read as 0 and 1, and not divided by 255 as those of other images are." : null;

    /// <summary>The shape of one sample whose dimensions have a layout; null where they cannot have it.</summary>
    public static long[]? ShapeOf(IReadOnlyList<long> dimensions, SampleLayout layout) => (layout, dimensions) switch
    {
        (SampleLayout.Auto, []) => [1],
        (SampleLayout.Sequence, [var time]) => [time, 1],
        (SampleLayout.ChannelsFirst, [var length]) => [1, length],
        (SampleLayout.Image, [var height, var width]) => [1, height, width],
        (SampleLayout.Image, [var height, var width, var channels]) when HasChannelsLast(dimensions, layout) => [channels, height, width],
        (SampleLayout.Auto or SampleLayout.ChannelsFirst, { Count: > 0 }) or (SampleLayout.Sequence, { Count: 2 }) or (SampleLayout.Image, { Count: 3 }) => [.. dimensions],
        _ => null,
    };

    /// <summary>Whether the channels of an image are its last dimension.</summary>
    public static bool HasChannelsLast(IReadOnlyList<long> dimensions, SampleLayout layout) => layout == SampleLayout.Image && dimensions is [not (1 or 3 or 4), _, 1 or 3 or 4];

    // Whether all numbers lie from 0 to 1, and whether all are whole and from 0 to 255.
    private static (bool AreShares, bool AreBytes) RangeOf(NpySamples samples)
    {
        bool areShares = true, areBytes = true;
        samples.ReadBlocks((_, block) =>
        {
            foreach (double value in block)
            {
                areShares &= value is >= 0 and <= 1;
                areBytes &= value is >= 0 and <= MaxPixel && Math.Floor(value) == value;
            }

            return areShares || areBytes;
        });
        return (areShares, areBytes);
    }
}

/// <summary>Samples of an array of any type, its first dimension, converted as they are read; what its other dimensions are is said by a layout.</summary>
internal sealed class NpySamples(NpyArray array, ArrayLayout layout) : SampleReader(array.Samples, ShapeOf(array, layout))
{
    private readonly int _rowBytes = (int)array.SampleBytes;
    private readonly bool _channelsLast = ArrayLayout.HasChannelsLast(DimensionsOf(array), layout.Kind);

    internal override bool IsWide => array.Type.Size > (array.Type.IsFloat ? sizeof(float) : sizeof(short));

    internal override bool IsInteger => array.Type.Kind is 'i' or 'u' && layout.Kind != SampleLayout.Image;

    internal override float? ByteDivisor => array.Type.IsByte ? layout.Divisor : null;

    internal override bool IsInMemory => array.Bytes.IsInMemory;

    internal override void ReadBytes(ReadOnlySpan<long> indices, Span<float> destination, WidenBytes widen)
    {
        byte[] planes = _channelsLast ? new byte[_rowBytes] : [];
        array.Bytes.ReadRows(indices, array.Offset, _rowBytes, _rowBytes, destination, !_channelsLast ? widen : (mixed, values) =>
        {
            ByteSamples.ToPlanes(mixed, planes.AsSpan(), (int)Shape[0]);
            widen(planes, values);
        });
    }

    internal override void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination) => Read(indices, destination);

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination)
    {
        if (ByteDivisor is { } divisor) ReadBytes(indices, destination, (bytes, values) => ByteSamples.Divide(bytes, values, divisor));
        else Read(indices, destination);
    }

    private void Read<T>(ReadOnlySpan<long> indices, Span<T> destination)
        where T : unmanaged, IFloatingPoint<T>
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(_rowBytes);
        T[] planes = ArrayPool<T>.Shared.Rent(_channelsLast ? SampleLength : 0);
        try
        {
            for (int row = 0; row < indices.Length; row++)
            {
                ReadOnlySpan<byte> stored = array.Bytes.Read(array.Offset + (indices[row] * _rowBytes), scratch.AsSpan(0, _rowBytes));
                Span<T> sample = destination.Slice(row * SampleLength, SampleLength);
                Span<T> values = _channelsLast ? planes.AsSpan(0, SampleLength) : sample;
                Convert(stored, values);
                if (_channelsLast) ByteSamples.ToPlanes<T>(values, sample, (int)Shape[0]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            ArrayPool<T>.Shared.Return(planes);
        }
    }

    private void Convert<T>(ReadOnlySpan<byte> stored, Span<T> values)
        where T : unmanaged, IFloatingPoint<T>
    {
        array.Type.Convert(stored, values);
        if (layout.Divisor == 1) return;
        T divisor = T.CreateTruncating(layout.Divisor);
        foreach (ref T value in values) value /= divisor;
    }

    private static long[] DimensionsOf(NpyArray array) => array.Shape.IsEmpty ? [] : [.. array.Shape[1..]];

    private static long[] ShapeOf(NpyArray array, ArrayLayout layout) => array.SampleBytes > Array.MaxLength
        ? throw new DataFormatException(DataErrors.TooLarge, array.Path, $"has samples of {array.SampleBytes} bytes, at most {Array.MaxLength} can be read: make them smaller.")
        : ArrayLayout.ShapeOf(DimensionsOf(array), layout.Kind)
        ?? throw new DataFormatException(DataErrors.ShapeMismatch, array.Path, $"has the shape ({string.Join(", ", array.Shape)}), which has not the layout {layout.Kind} of the training part: give both the same dimensions.");
}
