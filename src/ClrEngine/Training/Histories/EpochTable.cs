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
