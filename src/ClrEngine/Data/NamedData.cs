namespace ClrEngine.Data;

/// <summary>A data set that loads by its name.</summary>
/// <param name="Name">The name, without regard to case.</param>
/// <param name="Description">What it holds, in a few words.</param>
/// <param name="Load">Loads it.</param>
public sealed record NamedData(string Name, string Description, Func<DataOptions, TrainingData> Load)
{
    /// <summary>The options that have an effect here; others are refused.</summary>
    public DataOptionUse Uses { get; init; } = DataOptionUse.All;
}
