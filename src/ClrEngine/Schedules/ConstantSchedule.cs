using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>The same rate at every step.</summary>
public sealed record ConstantSchedule : LrSchedule
{
    /// <summary>Makes a schedule.</summary>
    /// <param name="learningRate">The rate, above 0.</param>
    /// <param name="momentum">The momentum, in [0, 1); the optimiser's own if null.</param>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public ConstantSchedule(double learningRate, double? momentum = null)
    {
        LearningRate = Require.Positive(learningRate, nameof(LearningRate));
        Momentum = momentum is { } value ? Require.InUnitInterval(value, nameof(Momentum)) : null;
    }

    /// <summary>The rate.</summary>
    public double LearningRate { get; }

    /// <summary>The momentum, or null for the optimiser's own.</summary>
    public double? Momentum { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step) => new(Require.AtLeast(step, 0, "Step"), LearningRate, Momentum);

    /// <summary>A line for people: the rate.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Constant {LearningRate:G4}");
}
