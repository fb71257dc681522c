namespace ClrEngine.Data;

/// <summary>A table that was read: the columns to learn from and the one to predict.</summary>
/// <param name="Path">Where it came from, for errors.</param>
/// <param name="Rows">How many rows each column has.</param>
/// <param name="Features">The columns to learn from: numbers and texts.</param>
/// <param name="Label">The column to predict: exact numbers or texts.</param>
internal sealed record ColumnTable(string Path, int Rows, IReadOnlyList<TableColumn> Features, TableColumn Label)
{
    /// <summary>Adds all that the table holds to a hash.</summary>
    public void AddTo(ContentHash contents)
    {
        contents.Add("table");
        foreach (TableColumn column in Features.Append(Label))
        {
            contents.Add(column.Name);
            switch (column)
            {
                case NumberColumn numbers:
                    contents.Add(numbers.Values);
                    break;
                case ExactNumberColumn numbers:
                    contents.Add(numbers.Values);
                    break;
                case TextColumn texts:
                    contents.Add(texts.Codes);
                    foreach (string text in texts.Texts) contents.Add(text);
                    break;
            }
        }
    }
}
