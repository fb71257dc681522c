using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Trains a model under a schedule.</summary>
[Cmdlet(VerbsLifecycle.Start, "CyclicTraining")]
[OutputType(typeof(TrainingHistory))]
public sealed class StartCyclicTrainingCommand : LearningCommand
{
    /// <summary>The schedule, which is set before every update.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <summary>Passes over the training samples.</summary>
    [Parameter]
    public int Epochs { get; set; } = 12;

    /// <inheritdoc/>
    protected override void Process()
    {
        var options = new TrainingOptions { Epochs = Epochs };
        options.Validate();
        ModelSource model = ModelSource;
        TrainingData data = TrainingData;
        using TorchSession session = OpenSession(model, data);
        var run = new TrainingRun(session.Learner, session.Plan, Schedule, options);
        foreach (ScheduleWarning warning in ScheduleAdvice.For(Schedule, run.TotalSteps, session.Plan.StepsPerEpoch))
            WriteWarning(warning.Message);
        using (var progress = new StepProgress(this, $"Training {model.Name} on {data.Name}", run.TotalSteps))
        {
            foreach (TrainingTick tick in run.Run(StopToken))
                progress.Show(tick.Point.Step + 1, tick.Point.LearningRate, run.LatestLoss);
        }
        TrainingHistory history = run.History with { Model = model.Name, Data = data.Name, Device = session.Device };
        if (history.StatusReason is { } reason)
            WriteWarning(reason);
        WriteObject(history);
    }
}
