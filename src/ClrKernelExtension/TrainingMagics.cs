using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrKernelExtension;

/// <summary>What trains: the range test, what is read off it, and the training itself.</summary>
internal static class TrainingMagics
{
    private const int FewestDrawn = 2;

    private static readonly MagicParameter[] Learning =
    [
        new("--model", "The model: a name such as mlp or mlp:256,128, or a variable that holds a TorchSharp module; mlp if left out.", () => ModelCatalog.Known.Keys),
        new("--data", "The data: a name such as digits, a path, or a variable that holds a data set; digits if left out.", () => DataCatalog.Default.Known.Where(data => !data.IsFormat).Select(data => data.Name)),
        new("--batch-size", "Samples of a batch; 64 if left out."),
        MagicParameter.Of<OptimizerKind>("--optimizer", "Sgd, Adam, AdamW or RMSprop; Sgd if left out."),
        new("--seed", "The seed of weights and batch order; 0 if left out."),
        new("--device", "auto, cpu, cuda or cuda:N; auto if left out.", () => ["auto", "cpu", "cuda"]),
    ];

    public static Magic RangeTest { get; } = new(
        "#!clr-range-test",
        "Trains briefly under a growing rate, draws the losses, and stores the result; the model is left as it was.",
        [
            .. Learning,
            new("--start-lr", "The rate of the first step; 1e-7 if left out."),
            new("--end-lr", "The rate of the last step; 10 if left out."),
            new("--iterations", "Steps of the sweep; 100 if left out."),
            MagicParameter.Of<SweepKind>("--sweep", "Exponential or Linear; Exponential if left out."),
            new("--name", "The variable that it is stored in; 'rangeTest' if left out."),
        ],
        TestAsync);

    public static Magic Suggest { get; } = new(
        "#!clr-suggest",
        "Reads bounds off a range test by every rule, draws them, and stores those of one rule.",
        [
            new("--range-test", "The variable that holds the range test; 'rangeTest' if left out."),
            MagicParameter.Of<SuggestionMethod>("--method", "The rule whose bounds are stored; Balanced if left out."),
            new("--name", "The variable that they are stored in; 'bounds' if left out."),
        ],
        SuggestAsync);

    public static Magic Train { get; } = new(
        "#!clr-train",
        "Trains a model under a schedule, with a figure that grows epoch by epoch, and stores the history.",
        [
            .. Learning,
            new("--schedule", "The variable that holds the schedule; 'schedule' if left out."),
            new("--epochs", "Passes over the training samples; 12 if left out."),
            new("--name", "The variable that the history is stored in; 'history' if left out."),
        ],
        TrainAsync);

    private static async Task TestAsync(MagicArguments arguments, NotebookCell cell)
    {
        var options = new LrRangeTestOptions
        {
            StartLr = arguments.Number("--start-lr", 1e-7),
            EndLr = arguments.Number("--end-lr", 10),
            Iterations = arguments.Count("--iterations", 100),
            Sweep = arguments.Choice("--sweep", SweepKind.Exponential),
        };
        options.Validate();
        (ModelSource model, TrainingData data, TorchSession session) = Open(arguments, cell);
        using (session)
        {
            var test = new LrRangeTest(session.Learner, session.Plan, options);
            using var live = new LiveOutput<LrRangeTestResult>(cell, result => NotebookOutputs.Of(result));
            try
            {
                foreach (LrRangeTestPoint point in test.Run(cell.CancellationToken))
                {
                    if (point.Step >= FewestDrawn)
                        live.Offer(Result(), Result() with { StopReason = RangeTestStopReason.Running });
                }
            }
            finally
            {
                // An interrupted test keeps the curve so far.
                LrRangeTestResult found = Result();
                await cell.StoreAsync(arguments.Text("--name", "rangeTest"), found);
                if (found.Points.Count >= FewestDrawn)
                    live.End(found);
            }

            LrRangeTestResult Result() => test.Result with { Model = model.Name, Data = data.Name, Device = session.Device };
        }
    }

    private static async Task SuggestAsync(MagicArguments arguments, NotebookCell cell)
    {
        var test = cell.Get<LrRangeTestResult>(arguments.Text("--range-test", "rangeTest"), "#!clr-range-test");
        LrSuggestion chosen = LrBoundsSuggester.Suggest(test, arguments.Choice("--method", SuggestionMethod.Balanced));
        if (chosen is NoSuggestion none)
            throw new NoSuggestionException(none);
        await cell.StoreAsync(arguments.Text("--name", "bounds"), chosen);
        cell.Display(NotebookOutputs.Of(test, LrBoundsSuggester.SuggestAll(test)));
    }

    private static async Task TrainAsync(MagicArguments arguments, NotebookCell cell)
    {
        var schedule = cell.Get<ILrSchedule>(arguments.Text("--schedule", "schedule"), "#!clr-schedule");
        var options = new TrainingOptions { Epochs = arguments.Count("--epochs", 12) };
        options.Validate();
        (_, _, TorchSession session) = Open(arguments, cell);
        using (session)
        {
            var run = new TrainingRun(session.Learner, session.Plan, schedule, options);
            foreach (ScheduleWarning warning in ScheduleAdvice.For(schedule, run.TotalSteps, session.Plan.StepsPerEpoch))
                cell.Display(HtmlOutput.Line($"Warning: {warning.Message}"));
            using var live = new LiveOutput<TrainingHistory>(cell, history => NotebookOutputs.Of([history]));
            try
            {
                foreach (TrainingTick tick in run.Run(cell.CancellationToken))
                {
                    if (tick.Epoch is not null)
                        live.Offer(History(), History() with { Status = TrainingStatus.Running });
                }
            }
            finally
            {
                // An interrupted run keeps the epochs that ended.
                await cell.StoreAsync(arguments.Text("--name", "history"), History());
                live.End(History());
            }

            TrainingHistory History() => session.Describe(run.History);
        }
    }

    private static (ModelSource Model, TrainingData Data, TorchSession Session) Open(MagicArguments arguments, NotebookCell cell)
    {
        string name = arguments.Text("--model", "mlp");
        ModelSource model = cell.Find(name) is nn.Module<Tensor, Tensor> module ? new ModelSource(module) : new ModelSource(name);
        string text = arguments.Text("--data", "digits");
        TrainingData data = cell.Find(text) as TrainingData ?? DataCatalog.Default.Load(text);
        return (model, data, TorchSession.Open(
            model,
            data,
            new LearnerOptions
            {
                Device = arguments.Text("--device", "auto"),
                Optimizer = new OptimizerOptions { Kind = arguments.Choice("--optimizer", OptimizerKind.Sgd) },
            },
            arguments.Count("--batch-size", 64),
            arguments.Count("--seed", 0)));
    }
}
