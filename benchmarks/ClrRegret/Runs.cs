using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;

namespace ClrRegret;

/// <summary>The two things that the benchmark does with a task: a range test and a training run.</summary>
internal static class Runs
{
    public static LrRangeTestResult RangeTest(RegretTask task, int seed, LrRangeTestOptions options)
    {
        using TorchSession session = task.Open(seed);
        var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
        foreach (LrRangeTestPoint _ in test.Run())
        {
        }
        return test.Result;
    }

    public static TrainingHistory Train(RegretTask task, int seed, Func<long, ILrSchedule> schedule)
    {
        using TrainingJob job = task.Job(seed, schedule);
        job.Open();
        foreach (TrainingTick _ in job.Run())
        {
        }
        return job.Finish();
    }

    /// <summary>The validation accuracy at a run's end, in percent; a run that diverged is as good as a guess.</summary>
    public static double Accuracy(RegretTask task, int seed, Func<long, ILrSchedule> schedule)
    {
        TrainingHistory history = Train(task, seed, schedule);
        return history.Status == TrainingStatus.Completed
            ? history.FinalValidationAccuracy!.Value
            : 100.0 / ((ClassTargets)task.Data(seed).Train.Targets).Classes;
    }
}
