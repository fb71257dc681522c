using System.Buffers.Binary;
using System.Text;

namespace ClrEngine.Data.Arrays;

/// <summary>Goes through a Python pickle. Nothing in it is run: what its names and calls stand for is said by who reads it, and nothing else is read.</summary>
/// <remarks>
/// Format: Python's pickletools, protocols 2 to 5. Values become <see cref="Dictionary{TKey, TValue}"/> by text, <see cref="List{T}"/>, arrays for tuples,
/// string, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, null, and <see cref="PickledBytes"/>, which stay where they lie in the file.
/// </remarks>
internal abstract class PickleReader(ByteSource bytes)
{
    /// <summary>A text that is longer is given as its bytes.</summary>
    protected const int LongestText = 1 << 16;

    // Each value costs memory. A batch of CIFAR has some ten thousand names and labels, a dictionary of words ten times that.
    private const int MostValues = 2_000_000;
    private const int LongestName = 1_000, Deepest = 1_000;

    private static readonly object Mark = new();

    private readonly ByteSource _bytes = bytes;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<object, (int Depth, bool IsWithin)> _containers = new(ReferenceEqualityComparer.Instance);
    private readonly byte[] _scratch = new byte[sizeof(long)];
    private long _place;

    /// <summary>What a name of Python stands for here; it refuses those that it does not know.</summary>
    protected abstract object Name(string module, string name);

    protected abstract object? Make(object called, object? given);

    /// <summary>What becomes of a thing that is given its state.</summary>
    protected abstract object? Build(object? made, object? state);

    /// <summary>What lies outside the pickle, by its name.</summary>
    protected abstract object? Stored(object? id);

    /// <summary>The text by which an entry of a dictionary is found.</summary>
    protected abstract string Key(object? key);

    protected abstract Exception Unread(string what);

    protected abstract Exception Damaged(string how, Exception? error = null);

    protected object? Run()
    {
        try
        {
            return Steps();
        }
        catch (Exception error) when (error is InvalidCastException or ArgumentException or OverflowException)
        {
            throw Damaged(error);
        }
    }

    private object? Steps()
    {
        for (int steps = 0; ; steps++)
        {
            if (steps % 4096 == 0) ReadStop.Check();
            if (steps > 2 * MostValues || _stack.Count > MostValues || _memo.Count > MostValues)
                throw Unread($"more than {MostValues} values");
            byte code = Take(1)[0];
            switch ((char)code)
            {
                case '.': return Pop() is var value && _stack.Count == 0 ? value : throw Damaged();
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
                case 't': _stack.Add(Within(PopToMark())); break;
                case '\x85': _stack.Add(Within(PopMany(1))); break;
                case '\x86': _stack.Add(Within(PopMany(2))); break;
                case '\x87': _stack.Add(Within(PopMany(3))); break;
                case 'a': Append([Pop()]); break;
                case 'e': Append(PopToMark()); break;
                case 's': SetItems(PopMany(2)); break;
                case 'u': SetItems(PopToMark()); break;
                case 'q': Remember(Take(1)[0]); break;
                case 'r': Remember(Length(4)); break;
                case '\x94': Remember(_memo.Count); break;
                case 'h': _stack.Add(Remembered(Take(1)[0])); break;
                case 'j': _stack.Add(Remembered(Length(4))); break;
                case 'c': _stack.Add(Name(Line(), Line())); break;
                case '\x93': _stack.Add(PopMany(2) is [string module, string name] ? Name(module, name) : throw Damaged()); break;
                case 'R': _stack.Add(PopMany(2) is [{ } called, var given] ? Holding(Make(called, given), given) : throw Damaged()); break;
                // Who fills a new object makes it as well.
                case '\x81' when PopMany(1) is [object?[] { Length: 0 }]: break;
                case 'b': _stack.Add(PopMany(2) is [var made, var state] ? Holding(Build(made, state), state) : throw Damaged()); break;
                case 'Q': _stack.Add(Stored(PopMany(1)[0])); break;
                default: throw Unread($"something in it that is not read (0x{code:x2} at byte {_place - 1})");
            }
        }
    }

    private void Append(object?[] values)
    {
        if (_stack[^1] is not List<object?> list) throw Damaged();
        list.AddRange(Within(values, list));
    }

    private void SetItems(object?[] pairs)
    {
        if (_stack[^1] is not Dictionary<string, object?> table || pairs.Length % 2 != 0) throw Damaged();
        Within(pairs, table);
        for (int i = 0; i < pairs.Length; i += 2) table[Key(pairs[i])] = pairs[i + 1];
    }

    // What lies within another is whole: no value holds itself, and none is so deep that whoever walks through it runs out of stack.
    private object?[] Within(object?[] values, object? holder = null)
    {
        holder ??= values;
        (int depth, bool isWithin) = _containers.GetValueOrDefault(holder);
        if (isWithin && holder is not object?[]) throw Damaged();
        foreach (object value in values.Where(static value => value is not (null or string or long or double or bool))!)
        {
            if (value == holder) throw Damaged();
            int inner = _containers.GetValueOrDefault(value).Depth;
            _containers[value] = (inner, true);
            depth = Math.Max(depth, inner + 1);
        }
        if (depth > Deepest) throw Unread($"values within values, {depth} deep");
        if (depth > 0) _containers[holder] = (depth, isWithin);
        return values;
    }

    // A list that is made by a call is the one that was given.
    private object? Holding(object? made, object? given)
    {
        if (made is not (null or string or long or double or bool or List<object?> or Dictionary<string, object?>)) Within([given], made);
        return made;
    }

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

    private void Remember(long number) => _memo[number] = number <= MostValues && _stack[^1] is var value && value != Mark ? value : throw Damaged();

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
            if (line.Append(next).Length > LongestName) throw Damaged();
        }

        return line.ToString();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _place) throw Damaged();
        _place += count;
        return _bytes.Read(_place - count, _scratch.AsSpan(0, count));
    }

    protected static string Shown(string name) => new([.. name.Take(80).Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '/')]);

    private Exception Damaged(Exception? error = null) => Damaged($"is damaged or cut off (at byte {_place} of {_bytes.Length})", error);
}

internal sealed record PickledBytes(ByteSource Source, long Offset, long Length)
{
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
