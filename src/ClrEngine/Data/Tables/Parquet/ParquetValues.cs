using Parquet;
using Parquet.Schema;

namespace ClrEngine.Data;

/// <summary>Decodes one chunk: the numbers or the texts of one column in one group of rows.</summary>
internal static class ParquetValues
{
    /// <summary>Passes on each value with its row in the group: a number, or a text.</summary>
    /// <exception cref="DataFormatException">The chunk is damaged, or of a kind that is not read, or a value is missing.</exception>
    public static void Read(ParquetFile file, ParquetColumn column, ParquetChunk chunk, int firstRow, Action<int, double, string> value)
    {
        try
        {
            using MemoryStream one = ParquetPages.Extract(file, column, chunk, firstRow);
            ReadAsync(one, column, value).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ParquetException or ArgumentException or InvalidOperationException
            or IndexOutOfRangeException or NullReferenceException or ArithmeticException or NotSupportedException)
        {
            throw new DataFormatException(DataFault.Compression, file.Path, $"is damaged, or of a kind that is not read, in its column '{column.Name}' ({error.Message.TrimEnd('.')}): write or fetch it again.", error);
        }
    }

    private static async Task ReadAsync(Stream one, ParquetColumn column, Action<int, double, string> value)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(one).ConfigureAwait(false);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        DataField field = reader.Schema.GetDataFields()[0];
        int rows = checked((int)group.RowCount);
        double scale = Math.Pow(10, column.Scale);
        switch (column.Type)
        {
            case ParquetType.Boolean:
                await EachAsync<bool>(static flag => flag ? 1 : 0).ConfigureAwait(false);
                break;
            case ParquetType.Int32:
                await EachAsync<int>(number => (column.IsUnsigned ? (double)(uint)number : number) / scale).ConfigureAwait(false);
                break;
            case ParquetType.Int64:
                await EachAsync<long>(number => (column.IsUnsigned ? (double)(ulong)number : number) / scale).ConfigureAwait(false);
                break;
            case ParquetType.Float:
                await EachAsync<float>(static number => number).ConfigureAwait(false);
                break;
            case ParquetType.Double:
                await EachAsync<double>(static number => number).ConfigureAwait(false);
                break;
            default:
                var texts = new string?[rows];
                await group.ReadAsync(field, texts.AsMemory()).ConfigureAwait(false);
                for (int row = 0; row < rows; row++) value(row, 0, texts[row] ?? "");
                break;
        }

        async Task EachAsync<T>(Func<T, double> number) where T : struct
        {
            var values = new T[rows];
            await group.ReadAsync<T>(field, values.AsMemory()).ConfigureAwait(false);
            for (int row = 0; row < rows; row++) value(row, number(values[row]), "");
        }
    }
}
