using ClrEngine.Schedules;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Training;

/// <summary>What a training run tells the caller after each update.</summary>
/// <param name="Point">The rate and momentum of the update.</param>
/// <param name="Epoch">The epoch's record, where the update ended one.</param>
/// <param name="Cycle">The cycle's record, where the update ended one and the run looks at cycles.</param>
public readonly record struct TrainingTick(SchedulePoint Point, EpochRecord? Epoch, CycleRecord? Cycle = null);
