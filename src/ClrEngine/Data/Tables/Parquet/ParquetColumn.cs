namespace ClrEngine.Data;

/// <summary>A column of a Parquet file, as its schema describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How its values are stored.</param>
/// <param name="IsOptional">Whether values may be missing.</param>
/// <param name="Scale">For decimals, how many digits stand behind the point; else 0.</param>
/// <param name="IsUnsigned">Whether whole numbers have no sign.</param>
/// <param name="Leaf">Its place among the columns that hold values.</param>
internal sealed record ParquetColumn(string Name, ParquetType Type, bool IsOptional, int Scale, bool IsUnsigned, int Leaf);
