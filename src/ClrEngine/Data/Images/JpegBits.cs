namespace ClrEngine.Data.Images;

/// <summary>Codes of up to 16 bits: those of up to 9 are looked up at once.</summary>
internal sealed class HuffmanTable
{
    public const int Quick = 9;

    // A length and a value for each beginning; 0 where the code is longer.
    public readonly ushort[] Short = new ushort[1 << Quick];

    // For each length, behind the last code of it, filled up to 16 bits; and what makes the place of a value of a code.
    public readonly int[] Limit = new int[18], Offset = new int[17];
    public readonly byte[] Values = new byte[256];

    public static HuffmanTable? Read(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        var table = new HuffmanTable();
        values.CopyTo(table.Values);
        int code = 0, place = 0;
        for (int length = 1; length <= 16; length++, code <<= 1)
        {
            table.Offset[length] = place - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, place++)
            {
                if (code >= 1 << length) return null;
                if (length <= Quick) Array.Fill(table.Short, (ushort)((length << 8) | values[place]), code << (Quick - length), 1 << (Quick - length));
            }

            table.Limit[length] = code << (16 - length);
        }

        return table;
    }
}

/// <summary>Reads the bits of packed pixels, and says when there were none left.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count, _place, _missing;

    /// <summary>Whether more bits were taken than there are.</summary>
    public readonly bool IsOver => _count < _missing;

    /// <summary>Bytes that are left.</summary>
    public readonly int Left => _data.Length - _place + ((_count - _missing) / 8);

    public bool Skip(int count)
    {
        for (; count > 16; count -= 16) Read(16);
        Read(count);
        return true;
    }

    public int Read(int count)
    {
        Fill();
        _count -= count;
        return (int)(_bits >> _count) & ((1 << count) - 1);
    }

    public int Code(HuffmanTable table)
    {
        Fill();
        int next = (int)(_bits >> (_count - 16)) & 0xFFFF;
        int entry = table.Short[next >> (16 - HuffmanTable.Quick)];
        if (entry != 0)
        {
            _count -= entry >> 8;
            return entry & 0xFF;
        }

        for (int length = HuffmanTable.Quick + 1; length <= 16; length++)
        {
            if (next >= table.Limit[length]) continue;
            _count -= length;
            return table.Values[((next >> (16 - length)) + table.Offset[length]) & 0xFF];
        }

        return -1;
    }

    /// <summary>Goes behind the mark of a restart; false where there is another, or none at once.</summary>
    public bool Restart()
    {
        if (_count - _missing >= 8 || _place + 1 >= _data.Length || _data[_place] != 0xFF) return false;
        while (_place + 1 < _data.Length && _data[_place + 1] == 0xFF) _place++;
        if (_place + 1 >= _data.Length || _data[_place + 1] is not (>= 0xD0 and <= 0xD7)) return false;
        _place += 2;
        (_bits, _count, _missing) = (0, 0, 0);
        return true;
    }

    // At least 32 bits; zeros behind the end, or before a mark.
    private void Fill()
    {
        while (_count <= 48)
        {
            int value = 0;
            if (_place < _data.Length && _data[_place] != 0xFF) value = _data[_place++];
            else if (_place + 1 < _data.Length && _data[_place + 1] == 0) (value, _place) = (0xFF, _place + 2);
            else _missing += 8;
            _bits = (_bits << 8) | (uint)value;
            _count += 8;
        }
    }
}
