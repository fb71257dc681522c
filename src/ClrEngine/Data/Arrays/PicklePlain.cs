using System.Buffers.Binary;
using System.Text;

namespace ClrEngine.Data.Arrays;

/// <summary>Reads the plain values of a Python pickle: dictionaries, lists, texts, bytes, numbers, and NumPy's arrays of bytes. Nothing in it is run, and nothing else is read.</summary>
/// <remarks>
/// Format: Python's pickletools, protocols 2 to 5. A name of Python is looked up in a short list, and stands for what this reader does itself.
/// Values become <see cref="Dictionary{TKey, TValue}"/> by text, <see cref="List{T}"/>, string, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, null,
/// <see cref="PickledBytes"/>, which stay where they lie in the file, and <see cref="PickledArray"/>.
/// </remarks>
internal sealed class PicklePlain
{
    // A batch of CIFAR has some ten thousand names and labels; each value costs memory.
    private const int MostValues = 2_000_000;
    private const int LongestText = 1 << 16;
    private const int MostSides = 4;

    private static readonly object Mark = new();

    private readonly string _path;
    private readonly ByteSource _bytes;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly byte[] _scratch = new byte[sizeof(long)];
    private long _place, _decoded;

    private PicklePlain(string path, ByteSource bytes) => (_path, _bytes) = (path, bytes);

    /// <summary>Whether bytes start as a pickle: of a protocol that is read, or of the first ones, which are not.</summary>
    public static bool IsPickle(ByteSource bytes) => bytes.Length > 2 && bytes.Read(0, new byte[2]) is [0x80, >= 2 and <= 5] or [(byte)'(', (byte)'d'];

    /// <summary>Reads the one value of a pickle.</summary>
    /// <exception cref="DataFormatException">It is damaged, or has something else in it.</exception>
    public static object? Read(string path, ByteSource bytes)
    {
        var reader = new PicklePlain(path, bytes);
        try
        {
            return reader.Run();
        }
        catch (Exception error) when (error is InvalidCastException or ArgumentException or OverflowException)
        {
            throw reader.Damaged(error);
        }
    }

    private object? Run()
    {
        for (int steps = 0; ; steps++)
        {
            if (steps % 4096 == 0) ReadStop.Check();
            if (steps > 2 * MostValues || _stack.Count > MostValues || _memo.Count > MostValues)
                throw new DataFormatException(DataErrors.TooLarge, _path, $"has more than {MostValues} values, which no batch of images has: fetch it again.");
            byte code = Take(1)[0];
            switch ((char)code)
            {
                case '.': return Pop();
                case '\x80': Take(1); break;
                case '\x95': Take(8); break;
                case '(': _stack.Add(Mark); break;
                case '0': Pop(); break;
                case '1': PopToMark(); break;
                case 'N': _stack.Add(null); break;
                case '\x88': _stack.Add(true); break;
                case '\x89': _stack.Add(false); break;
                case 'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 'K': _stack.Add((long)Take(1)[0]); break;
                case 'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case '\x8a': _stack.Add(Long(Take(1)[0])); break;
                case 'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 'U' or 'C': _stack.Add(Bytes(Take(1)[0])); break;
                case 'T' or 'B': _stack.Add(Bytes(Length(4))); break;
                case '\x8e' or '\x96': _stack.Add(Bytes(Length(8))); break;
                case '\x8c': _stack.Add(Text(Take(1)[0])); break;
                case 'X': _stack.Add(Text(Length(4))); break;
                case '\x8d': _stack.Add(Text(Length(8))); break;
                case '}': _stack.Add(new Dictionary<string, object?>(StringComparer.Ordinal)); break;
                case ']': _stack.Add(new List<object?>()); break;
                case ')': _stack.Add(Array.Empty<object?>()); break;
                case 't': _stack.Add(PopToMark()); break;
                case '\x85': _stack.Add(PopMany(1)); break;
                case '\x86': _stack.Add(PopMany(2)); break;
                case '\x87': _stack.Add(PopMany(3)); break;
                case 'a': Append([Pop()]); break;
                case 'e': Append(PopToMark()); break;
                case 's': SetItems(PopMany(2)); break;
                case 'u': SetItems(PopToMark()); break;
                case 'q': _memo[Take(1)[0]] = _stack[^1]; break;
                case 'r': _memo[Length(4)] = _stack[^1]; break;
                case '\x94': _memo[_memo.Count] = _stack[^1]; break;
                case 'h': _stack.Add(Remembered(Take(1)[0])); break;
                case 'j': _stack.Add(Remembered(Length(4))); break;
                case 'c': _stack.Add(Name(Line(), Line())); break;
                case '\x93': _stack.Add(PopMany(2) is [string module, string name] ? Name(module, name) : throw Damaged()); break;
                case 'R': _stack.Add(PopMany(2) is [PickleName made, object?[] given] ? Make(made, given) : throw Damaged()); break;
                case 'b': Fill(Pop()); break;
                default:
                    throw new DataFormatException(DataErrors.Pickle, _path, $"is a Python pickle with something in it that is not read (0x{code:x2} at byte {_place - 1}): give the set as it was published, or its binary version.");
            }
        }
    }

    // Python's own names, and what each stands for here; no other is ever looked up.
    private PickleName Name(string module, string name) => (module, name) switch
    {
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => PickleName.NewArray,
        ("numpy.core.numeric" or "numpy._core.numeric", "_frombuffer") => PickleName.ArrayOfBytes,
        ("numpy", "ndarray") => PickleName.ArrayType,
        ("numpy", "dtype") => PickleName.NumberType,
        ("_codecs", "encode") => PickleName.Encode,
        _ => throw new DataFormatException(DataErrors.Pickle, _path, $"is a Python pickle that calls for {Shown(module)}.{Shown(name)}; nothing in a pickle is ever run: give the set as it was published, or its binary version."),
    };

    private object Make(PickleName made, object?[] given) => (made, given) switch
    {
        (PickleName.NewArray, [PickleName.ArrayType, ..]) => new PickledArray(),
        (PickleName.NumberType, [string or PickledBytes, ..]) => new PickledType(Decoded(given[0])),
        // How protocol 2 of Python 3 writes bytes: a text whose characters are they.
        (PickleName.Encode, [string text, _]) => new PickledBytes(new MemoryBytes(Encoding.Latin1.GetBytes(text)), 0, Charged(text.Length)),
        (PickleName.Encode, [PickledBytes text, _]) when Charged(text.Length) >= 0 => text.FromText(),
        (PickleName.ArrayOfBytes, [PickledBytes data, PickledType type, object?[] shape, ..]) => new PickledArray { Data = data, Type = type.Name, Shape = Sides(shape) },
        _ => throw new InvalidCastException(),
    };

    private void Fill(object? state)
    {
        switch (_stack[^1], state)
        {
            case (PickledArray array, object?[] and [long, object?[] shape, PickledType type, bool isFortran, PickledBytes data]):
                if (isFortran && shape.Length > 1) throw Damaged();
                (array.Data, array.Type, array.Shape) = (data, type.Name, Sides(shape));
                break;
            case (PickledType, object?[]): break;
            default: throw Damaged();
        }
    }

    private static long[] Sides(object?[] shape) => shape.Length <= MostSides && shape.All(static side => side is long)
        ? [.. shape.Cast<long>()]
        : throw new InvalidCastException();

    private void Append(object?[] values)
    {
        if (_stack[^1] is not List<object?> list) throw Damaged();
        list.AddRange(values);
    }

    private void SetItems(object?[] pairs)
    {
        if (_stack[^1] is not Dictionary<string, object?> table || pairs.Length % 2 != 0) throw Damaged();
        for (int i = 0; i < pairs.Length; i += 2) table[Decoded(pairs[i])] = pairs[i + 1];
    }

    private string Decoded(object? text) => text switch
    {
        string decoded => decoded,
        PickledBytes bytes when Charged(bytes.Length) <= LongestText => bytes.Text(),
        _ => throw Damaged(),
    };

    // What is remembered can be asked for again and again: all together, no more is decoded than the file has a few times over.
    private long Charged(long length) => (_decoded += length) <= LongestText + (4 * _bytes.Length) ? length : throw Damaged();

    private object? Pop()
    {
        object? top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        object?[] top = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return Array.IndexOf(top, Mark) < 0 ? top : throw Damaged();
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(Mark);
        object?[] above = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return above;
    }

    private object? Remembered(long number) => _memo.TryGetValue(number, out object? value) ? value : throw Damaged();

    private long Length(int size)
    {
        ReadOnlySpan<byte> bytes = Take(size);
        return size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private long Long(int size)
    {
        if (size > sizeof(long)) throw Damaged();
        long value = 0;
        ReadOnlySpan<byte> bytes = Take(size);
        for (int i = 0; i < size; i++) value |= (long)bytes[i] << (8 * i);
        return size is 0 or sizeof(long) ? value : value << (64 - (8 * size)) >> (64 - (8 * size));
    }

    private PickledBytes Bytes(long length)
    {
        if (length < 0 || length > _bytes.Length - _place) throw Damaged();
        var bytes = new PickledBytes(_bytes, _place, length);
        _place += length;
        return bytes;
    }

    // Long ones are the bytes of an array, which are decoded where they are asked for.
    private object Text(long length)
    {
        PickledBytes bytes = Bytes(length);
        return length <= LongestText ? bytes.Text() : bytes;
    }

    private string Line()
    {
        var line = new StringBuilder();
        for (char next = (char)Take(1)[0]; next != '\n'; next = (char)Take(1)[0])
        {
            if (line.Append(next).Length > 100) throw Damaged();
        }

        return line.ToString();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _place) throw Damaged();
        _place += count;
        return _bytes.Read(_place - count, _scratch.AsSpan(0, count));
    }

    private static string Shown(string name) => new([.. name.Take(40).Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.')]);

    private DataFormatException Damaged(Exception? error = null) => new(
        DataErrors.Pickle, _path, $"is a Python pickle that is damaged or cut off (at byte {_place} of {_bytes.Length}): fetch it again.", error);

    private enum PickleName
    {
        NewArray,
        ArrayOfBytes,
        ArrayType,
        NumberType,
        Encode,
    }

    private sealed record PickledType(string Name);
}

/// <summary>Bytes of a pickle.</summary>
/// <param name="Source">Where they are.</param>
/// <param name="Offset">Where they start there.</param>
/// <param name="Length">How many they are.</param>
internal sealed record PickledBytes(ByteSource Source, long Offset, long Length)
{
    /// <summary>Them as a text.</summary>
    public string Text() => Encoding.UTF8.GetString(Source.Read(Offset, new byte[Length]));

    /// <summary>The bytes that stand for the characters of a text that is these bytes in UTF-8.</summary>
    public PickledBytes FromText()
    {
        var bytes = new byte[Length];
        ReadOnlySpan<byte> text = Source.Read(Offset, new byte[Length]);
        int count = 0;
        for (int i = 0; i < text.Length; i++)
            bytes[count++] = text[i] < 0x80 || i + 1 == text.Length ? text[i] : (byte)(((text[i] & 3) << 6) | (text[++i] & 0x3F));
        return new PickledBytes(new MemoryBytes(bytes.AsMemory(0, count)), 0, count);
    }
}

/// <summary>An array of NumPy in a pickle.</summary>
internal sealed class PickledArray
{
    /// <summary>The type of its numbers, as NumPy names it, such as <c>u1</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Its dimensions.</summary>
    public long[] Shape { get; set; } = [];

    /// <summary>Its numbers.</summary>
    public PickledBytes? Data { get; set; }
}
