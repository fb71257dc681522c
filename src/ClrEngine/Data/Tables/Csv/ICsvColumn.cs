namespace ClrEngine.Data;

/// <summary>A column that is being read from text.</summary>
internal interface ICsvColumn
{
    /// <summary>Reads one field.</summary>
    /// <exception cref="DataFormatException">The field has no value, or none of the column's kind.</exception>
    void Set(int row, ReadOnlySpan<char> text);

    /// <summary>The column, after its last row.</summary>
    TableColumn Finish();
}
