using System.Globalization;
using Parquet.Schema;
using Parquet;

namespace ClrEngine.Training.Histories;

/// <summary>The columns of a table with one row an epoch, named as the properties of <see cref="EpochRecord"/>.</summary>
internal static class EpochTable
{
    /// <summary>Whole numbers.</summary>
    public static IReadOnlyList<(string Name, Func<EpochRecord, long> Value)> Whole { get; } =
    [
        (nameof(EpochRecord.Epoch), static e => e.Epoch),
        (nameof(EpochRecord.Step), static e => e.Step),
    ];

    /// <summary>Numbers, after the whole ones; null where an epoch has none.</summary>
    public static IReadOnlyList<(string Name, Func<EpochRecord, double?> Value)> Numbers { get; } =
    [
        (nameof(EpochRecord.LearningRate), static e => e.LearningRate),
        (nameof(EpochRecord.TrainLoss), static e => e.TrainLoss),
        (nameof(EpochRecord.TrainAccuracy), static e => e.TrainAccuracy),
        (nameof(EpochRecord.ValidationLoss), static e => e.ValidationLoss),
        (nameof(EpochRecord.ValidationAccuracy), static e => e.ValidationAccuracy),
        (nameof(EpochRecord.ValidationRSquared), static e => e.ValidationRSquared),
        (nameof(EpochRecord.Seconds), static e => e.Seconds),
    ];
}

/// <summary>Epochs as comma-separated text: a header, one row an epoch, numbers with a point and all their digits, an empty field for none.</summary>
internal static class EpochCsv
{
    public static void Write(string path, IReadOnlyList<EpochRecord> epochs)
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', EpochTable.Whole.Select(static c => c.Name).Concat(EpochTable.Numbers.Select(static c => c.Name))));
        foreach (EpochRecord epoch in epochs)
        {
            writer.WriteLine(string.Join(
                ',',
                EpochTable.Whole.Select(c => c.Value(epoch).ToString(CultureInfo.InvariantCulture))
                    .Concat(EpochTable.Numbers.Select(c => c.Value(epoch)?.ToString("R", CultureInfo.InvariantCulture) ?? ""))));
        }
    }
}

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
