namespace ClrEngine.Schedules;

/// <summary>
/// A learning-rate schedule: a pure function of the step. It has no state and needs no model,
/// so it can be drawn, listed and resumed from any step.
/// </summary>
public interface ILrSchedule
{
    /// <summary>The point in force for one optimiser update.</summary>
    /// <param name="step">The update, counted from 0; only updates that really happened count.</param>
    /// <returns>The learning rate, and the momentum where the schedule sets one.</returns>
    /// <exception cref="Errors.InvalidParameterException"><paramref name="step"/> is negative.</exception>
    SchedulePoint At(long step);
}
