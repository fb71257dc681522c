namespace ClrEngine.Data;

/// <summary>A column of texts that is being read from text.</summary>
internal sealed class CsvTexts(string path, string name, int rows, int mostTexts) : ICsvColumn
{
    private readonly TextColumnBuilder _texts = new(path, name, rows, mostTexts);

    public void Set(int row, ReadOnlySpan<char> text) => _texts.Set(row, CsvFields.Text(path, text, name, row + 1).ToString());

    public TableColumn Finish() => _texts.Finish();
}
