using System.Buffers.Binary;
using System.Numerics;

namespace ClrEngine.Data.Images;

/// <summary>Goes through the packed pixels of a JPEG file, which has no checksum: decoders fill up what is missing, and guess where a code is none.</summary>
/// <remarks>Only the codes are read, for what they say of their number: no pixel is computed. The file's parts were gone through before.</remarks>
internal sealed class JpegScans
{
    // Some writers leave a few bytes behind the last pixel.
    private const int MostLeft = 8;

    private readonly HuffmanTable?[] _dc = new HuffmanTable?[4], _ac = new HuffmanTable?[4];
    private readonly string _path;
    private Component[] _components = [];
    private int _interval, _width, _height, _mostAcross, _mostDown;
    private bool _isProgressive;

    private JpegScans(string path) => _path = path;

    /// <exception cref="DataFormatException">There are fewer codes than the pixels need, or more, or one that is none.</exception>
    public static void Check(ReadOnlySpan<byte> file, string path) => new JpegScans(path).Check(file);

    private void Check(ReadOnlySpan<byte> file)
    {
        for (int place = 2; ;)
        {
            int mark = file[place + 1];
            place += mark == 0xFF ? 1 : 2;
            if (mark == 0xD9 && Array.Exists(_components, static component => component.Missing.AsSpan().ContainsAnyExcept((byte)0))) throw ImageDamage.CutOff(ImageKind.Jpeg, _path);
            if (mark == 0xD9) return;
            if (mark is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[place..]);
            ReadOnlySpan<byte> part = file.Slice(place + 2, length - 2);
            place += length;
            switch (mark)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    Frame(part, mark == 0xC2);
                    break;
                case 0xC4:
                    Tables(part);
                    break;
                case 0xDD when part.Length >= 2:
                    _interval = BinaryPrimitives.ReadUInt16BigEndian(part);
                    break;
                case 0xDA:
                    int end = JpegParts.EndOfScan(file, place, _path);
                    Scan(part, file[place..end]);
                    place = end;
                    break;
            }
        }
    }

    private void Frame(ReadOnlySpan<byte> part, bool isProgressive)
    {
        if (part.Length < 6 + (3 * part[5])) throw Wrong("its head is too short");
        (_isProgressive, _height, _width) = (isProgressive, BinaryPrimitives.ReadUInt16BigEndian(part[1..]), BinaryPrimitives.ReadUInt16BigEndian(part[3..]));
        _components = new Component[part[5]];
        for (int i = 0; i < _components.Length; i++)
        {
            (int across, int down) = (part[7 + (3 * i)] >> 4, part[7 + (3 * i)] & 15);
            if (across is < 1 or > 4 || down is < 1 or > 4) throw Wrong("its head has a sampling that JPEG does not have");
            _components[i] = new Component(part[6 + (3 * i)], across, down);
        }

        (_mostAcross, _mostDown) = (_components.Max(static component => component.Across), _components.Max(static component => component.Down));
        if (!isProgressive) return;
        foreach (Component component in _components)
            component.Present = new ulong[Up(_width, 8 * _mostAcross) * component.Across * Up(_height, 8 * _mostDown) * component.Down];
    }

    private void Tables(ReadOnlySpan<byte> part)
    {
        while (part.Length >= 17)
        {
            int codes = 0;
            for (int i = 1; i <= 16; i++) codes += part[i];
            if (part[0] is not (< 4 or (>= 16 and < 20)) || codes > 256 || part.Length < 17 + codes) throw Wrong("a table of codes is none");
            (part[0] < 16 ? _dc : _ac)[part[0] & 3] = HuffmanTable.Read(part.Slice(1, 16), part.Slice(17, codes)) ?? throw Wrong("a table has more codes than there are");
            part = part[(17 + codes)..];
        }
    }

    private void Scan(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        if (head.Length < 4 || head[0] is < 1 or > 4 || head.Length < 4 + (2 * head[0])) throw Wrong("a scan's head is too short");
        var scan = new Component[head[0]];
        for (int i = 0; i < scan.Length; i++)
        {
            int id = head[1 + (2 * i)], tables = head[2 + (2 * i)];
            scan[i] = Array.Find(_components, component => component.Id == id) ?? throw Wrong("a scan has a component that its head does not name");
            (scan[i].Dc, scan[i].Ac) = (_dc[(tables >> 4) & 3], _ac[tables & 3]);
        }

        ReadOnlySpan<byte> range = head[(1 + (2 * scan.Length))..];
        (int first, int last, int high, int low) = _isProgressive ? (range[0], range[1], range[2] >> 4, range[2] & 15) : (0, 63, 0, 0);
        if (last > 63 || first > last || (_isProgressive && first == 0 && last != 0) || (first > 0 && scan.Length > 1)) throw Wrong("a scan has coefficients that JPEG does not have");
        foreach (Component component in scan) component.Missing.AsSpan(first..(last + 1)).Fill((byte)low);
        // A decoder has tables of its own for files without any.
        if (Array.Exists(scan, component => (first == 0 && high == 0 && component.Dc is null) || (last > 0 && component.Ac is null))) return;

        var bits = new BitReader(data);
        int run = 0, left = _interval;
        bool isAlone = scan.Length == 1;
        int across = isAlone ? Up(Up(_width * scan[0].Across, _mostAcross), 8) : Up(_width, 8 * _mostAcross);
        int down = isAlone ? Up(Up(_height * scan[0].Down, _mostDown), 8) : Up(_height, 8 * _mostDown);
        for (int y = 0; y < down; y++)
        {
            ReadStop.Check();
            for (int x = 0; x < across; x++)
            {
                if (_interval > 0 && left-- == 0)
                {
                    if (!bits.Restart()) throw Wrong("a mark of a restart is not where it must be");
                    (run, left) = (0, _interval - 1);
                }

                foreach (Component component in scan)
                {
                    int stride = Up(_width, 8 * _mostAcross) * component.Across;
                    for (int block = 0; block < (isAlone ? 1 : component.Across * component.Down); block++)
                    {
                        int place = isAlone ? (y * stride) + x : (((y * component.Down) + (block / component.Across)) * stride) + (x * component.Across) + (block % component.Across);
                        bool isSound = !_isProgressive ? Sequential(ref bits, component)
                            : first == 0 ? high > 0 ? bits.Skip(1) : Dc(ref bits, component)
                            : high == 0 ? First(ref bits, component.Ac!, ref component.Present[place], first, last, ref run)
                            : Refined(ref bits, component.Ac!, ref component.Present[place], first, last, ref run);
                        if (bits.IsOver) throw ImageDamage.CutOff(ImageKind.Jpeg, _path);
                        if (!isSound) throw Wrong("its pixels have a code that is none");
                    }
                }
            }
        }

        if (bits.Left > MostLeft) throw Wrong("its data goes on behind its pixels");
    }

    private static bool Dc(ref BitReader bits, Component component) => bits.Code(component.Dc!) is var size and >= 0 and < 16 && bits.Skip(size);

    private static bool Sequential(ref BitReader bits, Component component)
    {
        if (!Dc(ref bits, component)) return false;
        for (int k = 1; k < 64; k++)
        {
            int code = bits.Code(component.Ac!);
            if (code < 0) return false;
            if ((code & 15) == 0 && code != 0xF0) return code == 0;
            k += code >> 4;
            if (k > 63) return false;
            bits.Skip(code & 15);
        }

        return true;
    }

    private static bool First(ref BitReader bits, HuffmanTable table, ref ulong present, int first, int last, ref int run)
    {
        if (run > 0)
        {
            run--;
            return true;
        }

        for (int k = first; k <= last; k++)
        {
            int code = bits.Code(table);
            if (code < 0) return false;
            if ((code & 15) == 0 && code != 0xF0)
            {
                run = (1 << (code >> 4)) - 1 + bits.Read(code >> 4);
                return true;
            }

            k += code >> 4;
            if (k > last) return code == 0xF0 && k == last + 1;
            if (code == 0xF0) continue;
            bits.Skip(code & 15);
            present |= 1UL << k;
        }

        return true;
    }

    private static bool Refined(ref BitReader bits, HuffmanTable table, ref ulong present, int first, int last, ref int run)
    {
        int k = first;
        for (; run == 0 && k <= last; k++)
        {
            int code = bits.Code(table);
            if (code < 0) return false;
            if ((code & 15) == 0 && code != 0xF0)
            {
                run = (1 << (code >> 4)) + bits.Read(code >> 4);
                break;
            }

            // One bit is the sign of a new coefficient, which comes behind so many that are still 0; those that are not have a bit each.
            if (code != 0xF0 && ((code & 15) != 1 || !bits.Skip(1))) return false;
            for (int zeros = code >> 4; k <= last; k++)
            {
                if ((present & (1UL << k)) != 0) bits.Skip(1);
                else if (zeros-- == 0) break;
            }

            if (code != 0xF0 && k <= last) present |= 1UL << k;
        }

        if (run == 0) return true;
        run--;
        if (k <= last) bits.Skip(BitOperations.PopCount((present >> k) & (ulong.MaxValue >> (63 - last + k))));
        return true;
    }

    private static int Up(int value, int by) => (value + by - 1) / by;

    private DataFormatException Wrong(string what) => ImageDamage.Wrong(ImageKind.Jpeg, _path, what);

    private sealed class Component(int id, int across, int down)
    {
        /// <summary>Which coefficients of each block are not 0: later scans have a bit for each of these.</summary>
        public ulong[] Present = [];

        /// <summary>How many bits of each coefficient are still to come; none came where it is 255.</summary>
        public readonly byte[] Missing = [.. Enumerable.Repeat(byte.MaxValue, 64)];

        public int Id => id;

        public int Across => across;

        public int Down => down;

        public HuffmanTable? Dc { get; set; }

        public HuffmanTable? Ac { get; set; }
    }
}

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
