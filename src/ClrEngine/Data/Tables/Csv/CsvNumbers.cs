namespace ClrEngine.Data;

/// <summary>A column of numbers to learn from that is being read from text.</summary>
internal sealed class CsvNumbers(string path, string name, int rows) : ICsvColumn
{
    private readonly float[] _values = new float[rows];

    public void Set(int row, ReadOnlySpan<char> text) => _values[row] = CsvFields.Feature(path, text, name, row + 1);

    public TableColumn Finish() => new NumberColumn(name, _values);
}
