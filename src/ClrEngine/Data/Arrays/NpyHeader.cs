using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ClrEngine.Data.Arrays;

/// <summary>The head of a .npy file: the type of its numbers, its dimensions, and how long both parts are.</summary>
/// <param name="Type">How a number is stored.</param>
/// <param name="Shape">The dimensions, all at least 1; none for a single number.</param>
/// <param name="Length">How many bytes the head takes.</param>
/// <param name="Payload">How many bytes follow.</param>
/// <remarks>Format: "NumPy Enhancement Proposal 1", versions 1 to 3.</remarks>
internal sealed record NpyHeader(NpyType Type, ImmutableArray<long> Shape, int Length, long Payload)
{
    /// <summary>More than any head of a plain array: NumPy refuses longer ones too.</summary>
    public const int Longest = 10_000;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads and checks the head.</summary>
    /// <param name="start">The file's first bytes: <see cref="Longest"/>, or all where it has fewer.</param>
    /// <param name="path">The file's path, for errors.</param>
    /// <exception cref="DataFormatException">The head is not that of an array of numbers in C order.</exception>
    public static NpyHeader Read(ReadOnlySpan<byte> start, string path)
    {
        if (!start.StartsWith(Magic))
            throw new DataFormatException(DataErrors.Magic, path, "does not start as a .npy file: give a file that numpy.save or numpy.savez has written.");
        if (start.Length < 12)
            throw new DataFormatException(DataErrors.Truncated, path, $"ends within its header, after {start.Length} bytes: write or fetch it again.");
        if (start[6] is < 1 or > 3)
            throw new DataFormatException(DataErrors.Type, path, $"is of version {start[6]} of the .npy format, 1 to 3 are read: save it again with a plain numpy.save.");
        (int lead, uint text) = start[6] == 1
            ? (10, (uint)BinaryPrimitives.ReadUInt16LittleEndian(start[8..]))
            : (12, BinaryPrimitives.ReadUInt32LittleEndian(start[8..]));
        if (text > Longest - lead)
            throw new DataFormatException(DataErrors.TooLarge, path, $"claims a header of {text} bytes, at most {Longest - lead} describe an array of numbers: save it again.");
        if (start.Length < lead + text)
            throw new DataFormatException(DataErrors.Truncated, path, $"ends within its header, after {start.Length} of {lead + text} bytes: write or fetch it again.");
        return Described(Encoding.Latin1.GetString(start.Slice(lead, (int)text)), lead + (int)text, path);
    }

    private static NpyHeader Described(string text, int length, string path)
    {
        Dictionary<string, object>? values = PythonDictionary.Parse(text);
        if (values is null || values.Count != 3
            || !values.TryGetValue("descr", out object? descr) || !values.TryGetValue("fortran_order", out object? order) || !values.TryGetValue("shape", out object? shape)
            || order is not bool fortran || shape is not long[] dimensions)
            throw new DataFormatException(DataErrors.Magic, path, "has a header that does not describe an array of numbers (descr, fortran_order, shape): save the array again with numpy.save.");
        NpyType type = (descr is string name ? NpyType.Parse(name) : null)
            ?? throw new DataFormatException(DataErrors.Type, path, $"holds values of the type {descr}, numbers of the types {NpyType.Known} are read: convert it with astype.");
        if (fortran && dimensions.Length > 1)
            throw new DataFormatException(DataErrors.Type, path, "is stored column after column (Fortran order): save numpy.ascontiguousarray of it.");
        return new NpyHeader(type, [.. dimensions], length, Bytes(dimensions, type.Size, path));
    }

    private static long Bytes(long[] dimensions, int size, string path)
    {
        if (Array.IndexOf(dimensions, 0) is var empty and >= 0)
            throw new DataFormatException(DataErrors.Empty, path, $"has nothing in it (its dimension {empty} is 0): give at least one sample of at least one value.");
        long bytes = size;
        foreach (long dimension in dimensions)
        {
            if (bytes > long.MaxValue / dimension)
                throw new DataFormatException(DataErrors.TooLarge, path, $"claims the shape ({string.Join(", ", dimensions)}), more than any file holds: the header is damaged, write or fetch it again.");
            bytes *= dimension;
        }

        return bytes;
    }
}

/// <summary>Reads the one kind of Python literal that a .npy header is: a dictionary of texts, booleans and tuples of whole numbers.</summary>
internal ref struct PythonDictionary
{
    // NumPy itself makes at most 64.
    private const int MostDimensions = 64;

    private ReadOnlySpan<char> _rest;

    private PythonDictionary(ReadOnlySpan<char> text) => _rest = text;

    /// <summary>Reads a whole literal: each value is a <see cref="string"/>, a <see cref="bool"/> or an array of <see cref="long"/>.</summary>
    /// <returns>The values by their keys; null where the text is nothing of that kind.</returns>
    public static Dictionary<string, object>? Parse(ReadOnlySpan<char> text) => new PythonDictionary(text).Dictionary();

    private Dictionary<string, object>? Dictionary()
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        if (!Take('{')) return null;
        while (!Take('}'))
        {
            if (Text() is not { } key || !Take(':') || Value() is not { } value || !values.TryAdd(key, value)) return null;
            if (Take(',')) continue;
            return Take('}') && End() ? values : null;
        }

        return End() ? values : null;
    }

    private object? Value()
    {
        if (TakeWord("True")) return true;
        if (TakeWord("False")) return false;
        return Take('(') ? Numbers() : Text();
    }

    private long[]? Numbers()
    {
        var numbers = new List<long>();
        while (!Take(')'))
        {
            int digits = _rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 1 || numbers.Count == MostDimensions) return null;
            if (!long.TryParse(_rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return null;
            numbers.Add(number);
            _rest = _rest[digits..];
            // Python 2 wrote 3L.
            if (_rest is ['L', ..]) _rest = _rest[1..];
            if (!Take(',')) return Take(')') ? [.. numbers] : null;
        }

        return [.. numbers];
    }

    private string? Text()
    {
        _rest = _rest.TrimStart();
        if (_rest is not ['\'' or '"', ..]) return null;
        int end = _rest[1..].IndexOf(_rest[0]);
        if (end < 0) return null;
        ReadOnlySpan<char> text = _rest.Slice(1, end);
        _rest = _rest[(end + 2)..];
        return text.Contains('\\') ? null : text.ToString();
    }

    private bool TakeWord(string word)
    {
        _rest = _rest.TrimStart();
        if (!_rest.StartsWith(word, StringComparison.Ordinal)) return false;
        _rest = _rest[word.Length..];
        return true;
    }

    // Blanks before and behind.
    private bool Take(char sign)
    {
        _rest = _rest.TrimStart();
        if (_rest.IsEmpty || _rest[0] != sign) return false;
        _rest = _rest[1..].TrimStart();
        return true;
    }

    private readonly bool End() => _rest.IsWhiteSpace();
}
