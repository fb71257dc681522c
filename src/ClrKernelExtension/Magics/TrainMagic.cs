using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using ClrKernelExtension.Formatting;

namespace ClrKernelExtension.Magics;

/// <summary>Training with a figure that grows.</summary>
internal static class TrainMagic
{
    public static Magic Train { get; } = new(
        "#!clr-train",
        "Trains a model under a schedule, with a figure that grows epoch by epoch, and stores the history.",
        [
            .. Learning.Parameters,
            new("--schedule", "The variable that holds the schedule; 'schedule' if left out."),
            new("--epochs", "Passes over the training samples; 12 if left out."),
            new("--name", "The variable that the history is stored in; 'history' if left out."),
        ],
        RunTraining);

    private static async Task RunTraining(MagicArguments arguments, NotebookSurface surface)
    {
        var schedule = Variables.Get<ILrSchedule>(surface, arguments.Text("--schedule", "schedule"), "#!clr-schedule");
        var options = new TrainingOptions { Epochs = checked((int)arguments.Whole("--epochs", 12)) };
        options.Validate();
        var learning = new Learning(arguments, surface);
        using TorchSession session = learning.Open();
        var run = new TrainingRun(session.Learner, session.Plan, schedule, options) { Description = session.Description with { Schedule = schedule } };
        foreach (ScheduleWarning warning in ScheduleAdvice.For(schedule, run.TotalSteps, session.Plan.StepsPerEpoch))
            surface.Display(new HtmlOutput($"<p>Warning: {Encoded.Html(warning.Message)}</p>", $"Warning: {warning.Message}"));
        var live = new LiveOutput(surface);
        try
        {
            foreach (TrainingTick tick in run.Run(surface.CancellationToken))
                if (tick.Epoch is not null)
                    live.Offer(() => NotebookOutputs.Of([History() with { Status = TrainingStatus.Running }]));
        }
        finally
        {
            // An interrupted run keeps the epochs that ended.
            await surface.Store(arguments.Text("--name", "history"), History());
            live.Show(NotebookOutputs.Of([History()]));
        }

        TrainingHistory History() => run.History;
    }
}
