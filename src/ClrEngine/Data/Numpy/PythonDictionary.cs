using System.Globalization;

namespace ClrEngine.Data;

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
