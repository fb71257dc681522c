namespace ClrEngine.Data;

/// <summary>Collects a column of texts, each different one kept once.</summary>
internal sealed class TextColumnBuilder(string path, string name, int rows, int mostTexts)
{
    private readonly int[] _codes = new int[rows];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>Sets the text of a row.</summary>
    /// <exception cref="DataFormatException">There are too many different texts.</exception>
    public void Set(int row, string text)
    {
        if (!_known.TryGetValue(text, out int code))
        {
            code = _texts.Count;
            if (code == mostTexts)
                throw new DataFormatException(
                    DataFault.Categories, path, $"has more than {mostTexts} different texts, such as '{text}', in its column '{name}': leave it out with -IgnoreColumn, or if it shall be numbers, mend the fields that are none.");
            _texts.Add(text);
            _known.Add(text, code);
        }

        _codes[row] = code;
    }

    /// <summary>The column.</summary>
    public TextColumn Finish() => new(name, _codes, _texts);
}
