using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Torch.Learning;

/// <summary>What decides how a run on torch goes.</summary>
public static class LearningIdentity
{
    /// <summary>The identity of a run.</summary>
    /// <param name="model">Where the model comes from.</param>
    /// <param name="data">The data set.</param>
    /// <param name="options">How the model learns; its device and threads are no part of the identity.</param>
    /// <param name="plan">Which samples each update sees.</param>
    /// <param name="schedule">The rate and momentum of each update.</param>
    /// <param name="cycles">What the run does where a cycle ends.</param>
    public static RunIdentity Of(ModelSource model, TrainingData data, LearnerOptions options, BatchPlan plan, ILrSchedule schedule, CycleUse cycles = CycleUse.None)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(plan);
        JsonObject learning = JsonSerializer.SerializeToNode(options, CheckpointJson.Options)!.AsObject();
        learning.Remove(nameof(LearnerOptions.Device));
        learning.Remove(nameof(LearnerOptions.Threads));
        return new RunIdentity
        {
            Model = model.Name,
            Data = data.Name,
            DataIdentity = data.Identity,
            SampleCount = plan.SampleCount,
            BatchSize = plan.BatchSize,
            Seed = plan.Seed,
            Schedule = ScheduleIdentity.Of(schedule),
            Learning = learning,
            Cycles = cycles,
        };
    }
}
