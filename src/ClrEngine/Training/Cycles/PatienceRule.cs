using System.Globalization;

namespace ClrEngine.Training.Cycles;

/// <summary>Stops a run when cycles no longer improve it: looked at where a cycle ends, for within one the loss rises on purpose.</summary>
internal static class PatienceRule
{
    /// <summary>Why a run should stop; null where it should not.</summary>
    /// <param name="cycles">The cycles so far.</param>
    /// <param name="patience">How many cycles may pass without a better one, at least 1.</param>
    public static string? ReasonToStop(IReadOnlyList<CycleRecord> cycles, int patience)
    {
        if (cycles.Count <= patience)
            return null;
        CycleRecord best = Best(cycles);
        return cycles.Count - best.Cycle >= patience
            ? string.Create(CultureInfo.InvariantCulture, $"No cycle was better than cycle {best.Cycle} ({Measure(best)}) for {cycles.Count - best.Cycle} cycles; a larger Patience goes on.")
            : null;
    }

    /// <summary>The cycle with the highest accuracy, or the lowest loss where there are no classes; the first of equals.</summary>
    public static CycleRecord Best(IReadOnlyList<CycleRecord> cycles) =>
        cycles.All(static c => c.ValidationAccuracy.HasValue)
            ? cycles.MaxBy(static c => c.ValidationAccuracy)!
            : cycles.MinBy(static c => double.IsNaN(c.ValidationLoss) ? double.PositiveInfinity : c.ValidationLoss)!;

    private static string Measure(CycleRecord cycle) => cycle.ValidationAccuracy is { } accuracy
        ? string.Create(CultureInfo.InvariantCulture, $"{accuracy:F2} %")
        : string.Create(CultureInfo.InvariantCulture, $"loss {cycle.ValidationLoss:G4}");
}
