using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>What one optimiser update measured.</summary>
/// <param name="Point">The update, counted from 0, with the rate and momentum in force.</param>
/// <param name="Loss">The mean loss of its batch, before the update.</param>
public readonly record struct StepRecord(SchedulePoint Point, double Loss);
