using System.Buffers.Binary;

namespace ClrEngine.Data;

/// <summary>Writes the directory of a Parquet file of one column in one group of rows, where no value is missing, and the pages are not packed and follow the first four bytes.</summary>
internal static class ParquetDirectory
{
    private const int Utf8 = 0;

    /// <summary>The column's name in such a file.</summary>
    public const string Name = "column";

    /// <summary>Writes it at the end of a file.</summary>
    public static void Write(MemoryStream file, ParquetColumn column, int rows)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(Name);
        long pages = file.Length - 4;
        var leaf = new ThriftStruct().Set(1, (int)column.Type).Set(3, 0).Set(4, name);
        if (column.Type == ParquetType.Text) leaf.Set(6, Utf8);
        var about = new ThriftStruct()
            .Set(1, (int)column.Type).Set(2, new object[] { 0 }).Set(3, new object[] { name }).Set(4, 0)
            .Set(5, (long)rows).Set(6, pages).Set(7, pages).Set(9, 4L);
        var group = new ThriftStruct()
            .Set(1, new object[] { new ThriftStruct().Set(2, 4L).Set(3, about) }).Set(2, pages).Set(3, (long)rows);
        long start = file.Length;
        ThriftWriter.Write(file, new ThriftStruct()
            .Set(1, 1).Set(2, new object[] { new ThriftStruct().Set(4, "schema"u8.ToArray()).Set(5, 1), leaf }).Set(3, (long)rows).Set(4, new object[] { group }));
        Span<byte> tail = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tail, (int)(file.Length - start));
        "PAR1"u8.CopyTo(tail[4..]);
        file.Write(tail);
    }
}
