namespace ClrEngine.Schedules;

/// <summary>What a schedule sets for one optimiser update.</summary>
/// <param name="Step">The update, counted from 0.</param>
/// <param name="LearningRate">The learning rate in force for the update.</param>
/// <param name="Momentum">The momentum (for the Adam family β1) in force, or null where the schedule leaves the optimiser's own.</param>
public readonly record struct SchedulePoint(long Step, double LearningRate, double? Momentum = null);
