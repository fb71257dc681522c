using ClrEngine.Training;

namespace ClrFigures.Histories;

/// <summary>A training run with the name that a figure shows.</summary>
/// <param name="Name">Any text.</param>
/// <param name="History">The run.</param>
public sealed record NamedHistory(string Name, TrainingHistory History)
{
    /// <summary>Names runs by what sets them apart: model, data, schedule, batch size, seed; else by their number.</summary>
    /// <param name="histories">The runs.</param>
    public static IReadOnlyList<NamedHistory> Of(IReadOnlyList<TrainingHistory> histories)
    {
        ArgumentNullException.ThrowIfNull(histories);
        Func<TrainingHistory, string?>[] telling = [.. Parts.Where(part => histories.Select(part).Distinct().Skip(1).Any())];
        string[] names = [.. histories.Select(h => string.Join(", ", telling.Select(part => part(h)).Where(p => !string.IsNullOrEmpty(p))))];
        bool unique = names.All(n => n.Length > 0) && names.Distinct().Count() == names.Length;
        return [.. histories.Select((h, i) => new NamedHistory(unique ? names[i] : $"run {i + 1}{(names[i].Length > 0 ? ": " + names[i] : "")}", h))];
    }

    private static readonly Func<TrainingHistory, string?>[] Parts =
    [
        h => h.Model,
        h => h.Data,
        h => h.Schedule.ToString(),
        h => $"batch {h.BatchSize}",
        h => $"seed {h.Seed}",
    ];
}
