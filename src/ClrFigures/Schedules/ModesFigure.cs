using System.Globalization;
using ClrEngine.Schedules;

namespace ClrFigures.Schedules;

/// <summary>The three modes of the cyclic learning rate in one figure, a row for each, over the same steps and rates.</summary>
public static class ModesFigure
{
    private static readonly CyclicMode[] Modes = [CyclicMode.Triangular, CyclicMode.Triangular2, CyclicMode.ExpRange];

    // What is left of the amplitude at the figure's end where no gamma is given: the decay is seen, and so are the last cycles.
    private const double Remainder = 0.25;

    /// <summary>Draws the modes. The defaults are those of Smith's CIFAR-10 runs (arXiv 1506.01186).</summary>
    /// <param name="baseLr">The lower rate, above 0 and below <paramref name="maxLr"/>.</param>
    /// <param name="maxLr">The upper rate.</param>
    /// <param name="stepSize">Steps of half a cycle, at least 1.</param>
    /// <param name="gamma">The factor of each step under <see cref="CyclicMode.ExpRange"/>, in (0, 1]; if null, a quarter of the amplitude is left at the end.</param>
    /// <param name="count">How many steps from 0, at least 2; four cycles if null.</param>
    /// <exception cref="ClrEngine.Errors.InvalidParameterException">A value is outside its range; the error names it.</exception>
    public static ClrFigure Of(double baseLr = 0.001, double maxLr = 0.006, long stepSize = 2000, double? gamma = null, long? count = null)
    {
        var first = new CyclicSchedule(baseLr, maxLr, stepSize, cycleMomentum: false);
        double decay = gamma ?? Math.Round(Math.Pow(Remainder, 1.0 / (count ?? 4 * first.CycleLength)), 8);
        return ScheduleRows.Of(
            [.. Modes.Select(mode => Named(first, mode, decay))],
            count,
            string.Create(CultureInfo.InvariantCulture, $"Cyclic learning rate from {baseLr:G4} to {maxLr:G4}, step size {stepSize:N0}"));
    }

    private static NamedSchedule Named(CyclicSchedule like, CyclicMode mode, double gamma) => new(
        mode switch
        {
            CyclicMode.Triangular => "Triangular: the amplitude stays",
            CyclicMode.Triangular2 => "Triangular2: the amplitude halves each cycle",
            CyclicMode.ExpRange => string.Create(CultureInfo.InvariantCulture, $"ExpRange: each step shrinks the amplitude, γ = {gamma:G6}"),
            _ => mode.ToString(),
        },
        new CyclicSchedule(like.BaseLr, like.MaxLr, like.StepSizeUp, mode: mode, gamma: mode == CyclicMode.ExpRange ? gamma : 1, cycleMomentum: false));
}
