using System.Buffers.Binary;

namespace ClrEngine.Data.Images;

/// <summary>CRC-32, the checksum of each part of a PNG, eight bytes at a time.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes), high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][(byte)low] ^ Tables[6][(byte)(low >> 8)] ^ Tables[5][(byte)(low >> 16)] ^ Tables[4][low >> 24]
                ^ Tables[3][(byte)high] ^ Tables[2][(byte)(high >> 8)] ^ Tables[1][(byte)(high >> 16)] ^ Tables[0][high >> 24];
        }

        foreach (byte value in bytes) crc = (crc >> 8) ^ Tables[0][(byte)(crc ^ value)];
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (int t = 0; t < 8; t++)
        {
            tables[t] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint crc = t == 0 ? i : tables[t - 1][i];
                for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                tables[t][i] = crc;
            }
        }

        return tables;
    }
}

/// <summary>The checksum of what zlib packs.</summary>
internal struct Adler
{
    private const uint Modulus = 65521;

    // The most bytes whose sums fit into 32 bits.
    private const int Block = 5552;
    private uint _low = 1, _high;

    public Adler()
    {
    }

    public readonly uint Value => (_high << 16) | _low;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            foreach (byte value in bytes[..Math.Min(Block, bytes.Length)]) _high += _low += value;
            (_low, _high) = (_low % Modulus, _high % Modulus);
            bytes = bytes[Math.Min(Block, bytes.Length)..];
        }
    }
}
