using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>Lowers the rate of a run whose validation loss no longer falls: PyTorch's <c>ReduceLROnPlateau</c>, as a factor on any schedule.</summary>
public sealed record PlateauOptions
{
    /// <summary>Epochs without a better validation loss that are let pass before the rate is lowered, at least 0; null never lowers it.</summary>
    public int? Patience { get; init; }

    /// <summary>The factor by which the rate is lowered each time, in (0, 1).</summary>
    public double Factor { get; init; } = 0.1;

    internal void Validate()
    {
        Require.AtLeast(Patience ?? 0, 0, "PlateauPatience");
        ScheduleErrors.InOpenUnitInterval(Factor, "PlateauFactor");
        if (Patience is null && Factor != new PlateauOptions().Factor)
            throw new InvalidParameterException("PlateauFactor", Factor, "PlateauFactor goes with PlateauPatience, and has no effect without it; give PlateauPatience too, or leave PlateauFactor out.");
    }
}

/// <summary>
/// By how much the rate has been lowered: a function of the validation losses of the epochs that have ended, so that a run that goes on needs
/// no state of its own for it. The rule is that of <c>ReduceLROnPlateau</c> with <c>mode='min'</c>, a relative threshold of 1e-4 and no cooldown.
/// </summary>
internal static class PlateauRule
{
    private const double Threshold = 1e-4;

    /// <summary>The factor on the rates of the epoch that follows these.</summary>
    public static double Factor(IEnumerable<double> validationLosses, PlateauOptions options)
    {
        double best = double.PositiveInfinity, factor = 1;
        int waited = 0;
        foreach (double loss in validationLosses)
        {
            // A loss that is not a number is never better.
            if (loss < best * (1 - Threshold))
                (best, waited) = (loss, 0);
            else if (++waited > options.Patience)
                (factor, waited) = (factor * options.Factor, 0);
        }
        return factor;
    }

    /// <summary>The schedule as the epoch that follows these takes it.</summary>
    public static ILrSchedule Lowered(ILrSchedule schedule, IEnumerable<EpochRecord> epochs, PlateauOptions options) =>
        Factor(epochs.Select(static epoch => epoch.ValidationLoss), options) is var factor && factor < 1 ? new LoweredSchedule(schedule, factor) : schedule;

    private sealed record LoweredSchedule(ILrSchedule Schedule, double Factor) : ILrSchedule
    {
        public SchedulePoint At(long step) => Schedule.At(step).Times(Factor);
    }
}
