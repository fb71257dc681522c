using Parquet;
using Parquet.Schema;

namespace ClrEngine.Training.Histories;

/// <summary>Epochs as a table of one row each, whose columns are named as the properties of <see cref="EpochRecord"/>.</summary>
internal static class EpochTable
{
    private static readonly (string Name, Func<EpochRecord, long> Value)[] Whole =
    [
        (nameof(EpochRecord.Epoch), static e => e.Epoch),
        (nameof(EpochRecord.Step), static e => e.Step),
    ];

    private static readonly (string Name, Func<EpochRecord, double?> Value)[] Numbers =
    [
        (nameof(EpochRecord.LearningRate), static e => e.LearningRate),
        (nameof(EpochRecord.TrainLoss), static e => e.TrainLoss),
        (nameof(EpochRecord.TrainAccuracy), static e => e.TrainAccuracy),
        (nameof(EpochRecord.ValidationLoss), static e => e.ValidationLoss),
        (nameof(EpochRecord.ValidationAccuracy), static e => e.ValidationAccuracy),
        (nameof(EpochRecord.ValidationRSquared), static e => e.ValidationRSquared),
        (nameof(EpochRecord.Seconds), static e => e.Seconds),
    ];

    /// <summary>Comma-separated text: a header, numbers with a point and all their digits, an empty field for none.</summary>
    public static void WriteCsv(Stream stream, IReadOnlyList<EpochRecord> epochs)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Whole.Select(static c => c.Name).Concat(Numbers.Select(static c => c.Name))));
        foreach (EpochRecord epoch in epochs)
        {
            writer.WriteLine(string.Join(
                ',',
                Whole.Select(c => c.Value(epoch).ToString(CultureInfo.InvariantCulture))
                    .Concat(Numbers.Select(c => c.Value(epoch)?.ToString("R", CultureInfo.InvariantCulture) ?? ""))));
        }
    }

    /// <summary>A Parquet file; a number that an epoch does not have is null.</summary>
    public static void WriteParquet(Stream stream, IReadOnlyList<EpochRecord> epochs) => WriteParquetAsync(stream, epochs).GetAwaiter().GetResult();

    private static async Task WriteParquetAsync(Stream stream, IReadOnlyList<EpochRecord> epochs)
    {
        DataField[] whole = [.. Whole.Select(static c => new DataField(c.Name, typeof(long), isNullable: false))];
        DataField[] numbers = [.. Numbers.Select(static c => new DataField(c.Name, typeof(double), isNullable: true))];
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. whole, .. numbers]), stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int i = 0; i < whole.Length; i++)
                await group.WriteAsync<long>(whole[i], epochs.Select(Whole[i].Value).ToArray()).ConfigureAwait(false);
            for (int i = 0; i < numbers.Length; i++)
                await group.WriteAsync<double>(numbers[i], epochs.Select(Numbers[i].Value).ToArray().AsMemory()).ConfigureAwait(false);
            group.CompleteValidate();
        }
    }
}
