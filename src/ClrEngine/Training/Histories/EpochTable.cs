using Parquet;
using Parquet.Schema;

namespace ClrEngine.Training.Histories;

/// <summary>
/// Epochs of histories as a table of one row each: columns named as the properties of <see cref="EpochRecord"/>, and then what tells the histories apart.
/// </summary>
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
        (nameof(EpochRecord.ValidationFigure), static e => e.ValidationFigure),
        (nameof(EpochRecord.EmaLoss), static e => e.EmaLoss),
        (nameof(EpochRecord.EmaAccuracy), static e => e.EmaAccuracy),
        (nameof(EpochRecord.Seconds), static e => e.Seconds),
    ];

    // The metrics of one's own come last of the numbers, each by its name.
    private static (string Name, Func<EpochRecord, double?> Value)[] NumbersOf(IReadOnlyList<TrainingHistory> histories) =>
    [
        .. Numbers,
        .. histories.SelectMany(static history => history.Epochs).SelectMany(static epoch => epoch.Metrics ?? []).Select(static metric => metric.Name).Distinct()
            .Select(static name => ($"{nameof(EpochRecord.Metrics)}.{name}", (Func<EpochRecord, double?>)(epoch => epoch.Metrics?.FirstOrDefault(metric => metric.Name == name)?.Value))),
    ];

    // The histories are numbered from 1, in their order.
    private static readonly (string Name, Func<TrainingHistory, int, string?> Value)[] Texts =
    [
        ("Run", static (_, run) => run.ToString(CultureInfo.InvariantCulture)),
        (nameof(TrainingHistory.Model), static (h, _) => h.Model),
        (nameof(TrainingHistory.Data), static (h, _) => h.Data),
        (nameof(TrainingHistory.Seed), static (h, _) => h.Seed.ToString(CultureInfo.InvariantCulture)),
        (nameof(TrainingHistory.BatchSize), static (h, _) => h.BatchSize.ToString(CultureInfo.InvariantCulture)),
        (nameof(RunDescription.Optimizer), static (h, _) => h.Run.Optimizer),
        (nameof(TrainingHistory.Schedule), static (h, _) => h.Schedule.ToString()),
        (nameof(RunDescription.BestBy), static (h, _) => h.Run.BestBy?.ToString()),
    ];

    /// <summary>Comma-separated text: a header, numbers with a point and all their digits, an empty field for none.</summary>
    public static void WriteCsv(Stream stream, IReadOnlyList<TrainingHistory> histories)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        (string Name, Func<EpochRecord, double?> Value)[] numbers = NumbersOf(histories);
        writer.WriteLine(string.Join(',', Whole.Select(static c => c.Name).Concat(numbers.Select(static c => Field(c.Name))).Concat(Texts.Select(static c => c.Name))));
        foreach ((TrainingHistory history, EpochRecord epoch, int run) in Rows(histories))
        {
            writer.WriteLine(string.Join(
                ',',
                Whole.Select(c => c.Value(epoch).ToString(CultureInfo.InvariantCulture))
                    .Concat(numbers.Select(c => c.Value(epoch)?.ToString("R", CultureInfo.InvariantCulture) ?? ""))
                    .Concat(Texts.Select(c => Field(c.Value(history, run) ?? "")))));
        }
    }

    /// <summary>A Parquet file; a number that an epoch does not have is null.</summary>
    public static void WriteParquet(Stream stream, IReadOnlyList<TrainingHistory> histories) => WriteParquetAsync(stream, [.. Rows(histories)], NumbersOf(histories)).GetAwaiter().GetResult();

    private static IEnumerable<(TrainingHistory History, EpochRecord Epoch, int Run)> Rows(IReadOnlyList<TrainingHistory> histories) =>
        histories.SelectMany(static (history, i) => history.Epochs.Select(epoch => (history, epoch, i + 1)));

    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task WriteParquetAsync(Stream stream, IReadOnlyList<(TrainingHistory History, EpochRecord Epoch, int Run)> rows, (string Name, Func<EpochRecord, double?> Value)[] columns)
    {
        DataField[] whole = [.. Whole.Select(static c => new DataField(c.Name, typeof(long), isNullable: false))];
        DataField[] numbers = [.. columns.Select(static c => new DataField(c.Name, typeof(double), isNullable: true))];
        DataField[] texts = [.. Texts.Select(static c => new DataField(c.Name, typeof(string), isNullable: true))];
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. whole, .. numbers, .. texts]), stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int i = 0; i < whole.Length; i++)
                await group.WriteAsync<long>(whole[i], rows.Select(row => Whole[i].Value(row.Epoch)).ToArray()).ConfigureAwait(false);
            for (int i = 0; i < numbers.Length; i++)
                await group.WriteAsync<double>(numbers[i], rows.Select(row => columns[i].Value(row.Epoch)).ToArray().AsMemory()).ConfigureAwait(false);
            for (int i = 0; i < texts.Length; i++)
                await group.WriteAsync(texts[i], rows.Select(row => Texts[i].Value(row.History, row.Run)!).ToArray()).ConfigureAwait(false);
            group.CompleteValidate();
        }
    }
}
