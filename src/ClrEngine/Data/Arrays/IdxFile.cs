using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ClrEngine.Data.Arrays;

/// <summary>Reads IDX files, packed or not.</summary>
/// <remarks>
/// Format: the MNIST database, Y. LeCun, C. Cortes and C. Burges: two zeros, the type, the number of dimensions, then each dimension as a big-endian
/// 32-bit number, then the numbers. Nothing is allocated on the word of a header alone.
/// </remarks>
internal static class IdxFile
{
    private const int MostDimensions = 4;

    /// <summary>Reads a file of so many dimensions: 3 or 4 for images, 1 or 2 for labels. A large one that is not packed is mapped.</summary>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static NpyArray Read(DataStream source, int least, int most)
    {
        using StoppableStream stream = source.Open();
        Span<byte> head = stackalloc byte[4 + (4 * MostDimensions)];
        int read = stream.ReadAtLeast(head[..4], 4, throwOnEndOfStream: false);
        string wanted = least == most ? $"{least}" : $"{least} or {most}";
        if (read < 4)
            throw new DataFormatException(DataErrors.Truncated, source.Path, $"has {read} bytes, an IDX file at least {4 + (4 * least)}: fetch it again.");
        int dimensions = head[3];
        if (head[0] != 0 || head[1] != 0 || TypeOf(head[2]) is not { } type || dimensions < least || dimensions > most)
            throw new DataFormatException(
                DataErrors.Magic, source.Path, $"starts with 0x{BinaryPrimitives.ReadUInt32BigEndian(head):x8}, an IDX file of {wanted} dimension(s) with 0x0000tt{least:x2}, where tt is its type (08 for bytes): check that this is the right file under this name.");
        int length = 4 + (4 * dimensions);
        read += stream.ReadAtLeast(head[4..length], length - 4, throwOnEndOfStream: false);
        if (read < length)
            throw new DataFormatException(DataErrors.Truncated, source.Path, $"ends within its header, after {read} of {length} bytes: fetch it again.");

        var shape = ImmutableArray.CreateBuilder<long>(dimensions);
        long sample = 1;
        for (int i = 0; i < dimensions; i++)
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(head[(4 + (4 * i))..]);
            if (size < 0)
                throw new DataFormatException(DataErrors.Dimension, source.Path, $"claims {size} for its dimension {i}, at least 1 was expected: the header is damaged, fetch the file again.");
            if (size == 0)
                throw new DataFormatException(DataErrors.Empty, source.Path, $"has nothing in it (its dimension {i} is 0): give at least one sample of at least one value.");
            if (i > 0 && (sample *= size) > Array.MaxLength)
                throw new DataFormatException(DataErrors.TooLarge, source.Path, $"claims samples of more than {Array.MaxLength} values: the header is damaged, fetch the file again.");
            shape.Add(size);
        }

        return NpyArray.ReadNumbers(source.Path, type, shape.MoveToImmutable(), length, stream, stream.IsUnpacked ? null : source.Bytes);
    }

    private static NpyType? TypeOf(byte code) => code switch
    {
        0x08 => new NpyType('u', 1, BigEndian: true),
        0x09 => new NpyType('i', 1, BigEndian: true),
        0x0B => new NpyType('i', 2, BigEndian: true),
        0x0C => new NpyType('i', 4, BigEndian: true),
        0x0D => new NpyType('f', 4, BigEndian: true),
        0x0E => new NpyType('f', 8, BigEndian: true),
        _ => null,
    };
}
