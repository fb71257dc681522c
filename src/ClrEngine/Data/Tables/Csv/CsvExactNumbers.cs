namespace ClrEngine.Data;

/// <summary>A column of numbers to predict that is being read from text.</summary>
internal sealed class CsvExactNumbers(string path, string name, int rows) : ICsvColumn
{
    private readonly double[] _values = new double[rows];

    public void Set(int row, ReadOnlySpan<char> text) => _values[row] = CsvFields.Number(path, text, name, row + 1);

    public TableColumn Finish() => new ExactNumberColumn(name, _values);
}
