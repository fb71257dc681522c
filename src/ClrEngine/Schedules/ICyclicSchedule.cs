namespace ClrEngine.Schedules;

/// <summary>A schedule that runs in cycles.</summary>
public interface ICyclicSchedule : ILrSchedule
{
    /// <summary>The cycle that a step belongs to; null where the schedule has ended and holds its last rate.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <exception cref="Errors.InvalidParameterException"><paramref name="step"/> is negative.</exception>
    ScheduleCycle? CycleAt(long step);
}
