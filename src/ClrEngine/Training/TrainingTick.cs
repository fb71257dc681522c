using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>What a training run tells the caller after each update.</summary>
/// <param name="Point">The rate and momentum of the update.</param>
/// <param name="Epoch">The epoch's record, where the update ended one.</param>
public readonly record struct TrainingTick(SchedulePoint Point, EpochRecord? Epoch);
