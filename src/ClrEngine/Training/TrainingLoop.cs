using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>The one loop that trains: a range test and a training run both pull from it.</summary>
internal static class TrainingLoop
{
    /// <summary>Takes updates, one each time the caller pulls.</summary>
    /// <param name="learner">What learns.</param>
    /// <param name="plan">Which samples each update sees.</param>
    /// <param name="schedule">The rate and momentum of each update.</param>
    /// <param name="from">The first update.</param>
    /// <param name="to">The update after the last.</param>
    /// <param name="cancellationToken">Looked at before each update.</param>
    /// <returns>Each update's point and batch size, once it has been queued on the device.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the updates yielded so far have happened, no other.</exception>
    public static IEnumerable<(SchedulePoint Point, int Samples)> Steps(
        ILearner learner,
        BatchPlan plan,
        ILrSchedule schedule,
        long from,
        long to,
        CancellationToken cancellationToken)
    {
        for (long step = from; step < to; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SchedulePoint point = schedule.At(step);
            Batch batch = plan.At(step);
            learner.Step(batch, point);
            yield return (point, batch.Count);
        }
    }
}
