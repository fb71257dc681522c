using Parquet;
using Parquet.Schema;

namespace ClrEngine.Training.Histories;

/// <summary>Epochs as a Parquet file: one row an epoch.</summary>
internal static class EpochParquet
{
    public static void Write(string path, IReadOnlyList<EpochRecord> epochs)
    {
        using FileStream file = File.Create(path);
        WriteAsync(file, epochs).GetAwaiter().GetResult();
    }

    private static async Task WriteAsync(Stream stream, IReadOnlyList<EpochRecord> epochs)
    {
        DataField[] whole = [.. EpochTable.Whole.Select(static c => new DataField(c.Name, typeof(long), isNullable: false))];
        DataField[] numbers = [.. EpochTable.Numbers.Select(static c => new DataField(c.Name, typeof(double), isNullable: true))];
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. whole, .. numbers]), stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int i = 0; i < whole.Length; i++)
                await group.WriteAsync<long>(whole[i], epochs.Select(EpochTable.Whole[i].Value).ToArray()).ConfigureAwait(false);
            for (int i = 0; i < numbers.Length; i++)
                await group.WriteAsync<double>(numbers[i], epochs.Select(EpochTable.Numbers[i].Value).ToArray().AsMemory()).ConfigureAwait(false);
            group.CompleteValidate();
        }
    }
}
