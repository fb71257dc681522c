using Parquet;
using Parquet.Schema;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Makes Parquet files: columns of a name and as many values each, in groups of rows.</summary>
internal static class ParquetMaker
{
    public static byte[] Bytes(params (string Name, Array Values)[] columns) => Bytes(CompressionMethod.Snappy, int.MaxValue, columns);

    public static byte[] Bytes(CompressionMethod codec, int groupRows, params (string Name, Array Values)[] columns) =>
        BytesAsync(codec, groupRows, columns).GetAwaiter().GetResult();

    private static async Task<byte[]> BytesAsync(CompressionMethod codec, int groupRows, (string Name, Array Values)[] columns)
    {
        DataField[] fields = [.. columns.Select(static column => new DataField(column.Name, column.Values.GetType().GetElementType()!, column.Values is string?[] or float?[]))];
        using var target = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), target, new ParquetOptions { CompressionMethod = codec }))
        {
            int rows = columns[0].Values.Length;
            for (int start = 0; start < rows; start += groupRows)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                Range some = start..(int)Math.Min(rows, (long)start + groupRows);
                for (int i = 0; i < fields.Length; i++) await WriteAsync(group, fields[i], columns[i].Values, some);
                group.CompleteValidate();
                if (groupRows == int.MaxValue) break;
            }
        }

        return target.ToArray();
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Array values, Range some) => values switch
    {
        string?[] texts => group.WriteAsync(field, texts[some]!),
        bool[] flags => group.WriteAsync<bool>(field, flags[some]),
        // An int[] passes for a uint[], so the type is asked for by itself.
        uint[] numbers when values.GetType() == typeof(uint[]) => group.WriteAsync<uint>(field, numbers[some]),
        int[] numbers => group.WriteAsync<int>(field, numbers[some]),
        long[] numbers => group.WriteAsync<long>(field, numbers[some]),
        float[] numbers => group.WriteAsync<float>(field, numbers[some]),
        float?[] numbers => group.WriteAsync<float>(field, numbers[some].AsMemory()),
        double[] numbers => group.WriteAsync<double>(field, numbers[some]),
        DateTime[] times => group.WriteAsync<DateTime>(field, times[some]),
        _ => throw new NotSupportedException(values.GetType().Name),
    };
}
