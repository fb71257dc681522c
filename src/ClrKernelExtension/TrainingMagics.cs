using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using static System.FormattableString;
using static TorchSharp.torch;

namespace ClrKernelExtension;

/// <summary>What trains: the range test, what is read off it, and the training itself.</summary>
internal static class TrainingMagics
{
    private const int FewestDrawn = 2;

    private static readonly TrainingJobOptions Usual = new();
    private static readonly LrRangeTestOptions UsualTest = new();

    private static readonly MagicParameter[] Learning =
    [
        new("--model", "The model: a name such as mlp or mlp:256,128, the path of a TorchScript file, or a variable that holds a TorchSharp module; mlp if left out.", () => ModelCatalog.Known.Keys),
        new("--no-script", "true refuses a model that is TorchScript, whose code would run; false if left out.", () => ["true", "false"]),
        new("--data", "The data: a name such as digits, a path, or a variable that holds a data set; digits if left out.", () => DataCatalog.Default.Known.Where(data => !data.IsFormat).Select(data => data.Name)),
        new("--batch-size", $"Samples of a batch; {Usual.BatchSize} if left out."),
        MagicParameter.OneOf<OptimizerKind>("--optimizer", $"Sgd, Adam, AdamW or RMSprop; {Usual.Learning.Optimizer.Kind} if left out."),
        new("--seed", $"The seed of weights and batch order; {Usual.Seed} if left out."),
        new("--device", $"auto, cpu, cuda or cuda:N; {Usual.Learning.Device} if left out.", () => ["auto", "cpu", "cuda"]),
    ];

    public static Magic RangeTest { get; } = new(
        "#!clr-range-test",
        "Trains briefly under a growing rate, draws the losses, and stores the result; the model is left as it was.",
        [
            .. Learning,
            new("--start-lr", Invariant($"The rate of the first step; {UsualTest.StartLr} if left out.")),
            new("--end-lr", Invariant($"The rate of the last step; {UsualTest.EndLr} if left out.")),
            new("--iterations", $"Steps of the sweep; {UsualTest.Iterations} if left out."),
            new("--epochs", $"Epochs of the run that the bounds are for: no long trial lasts longer; {LrRangeTestOptions.UsualEpochs} if left out."),
            new("--trial-steps", $"Steps of each trial after the sweep, 0 for none; {LrRangeTestOptions.ShortTrialSteps}, and then more where a step costs little, if left out."),
            MagicParameter.OneOf<SweepKind>("--sweep", $"Exponential or Linear; {UsualTest.Sweep} if left out."),
            new("--name", "The variable that it is stored in; 'rangeTest' if left out."),
        ],
        TestAsync);

    public static Magic Suggest { get; } = new(
        "#!clr-suggest",
        "Reads bounds off a range test by every rule, draws them, and stores those of one rule.",
        [
            new("--range-test", "The variable that holds the range test; 'rangeTest' if left out."),
            MagicParameter.OneOf<SuggestionMethod>("--method", $"The rule whose bounds are stored; {LrBoundsSuggester.UsualMethod} if left out."),
            new("--name", "The variable that they are stored in; 'bounds' if left out."),
        ],
        SuggestAsync);

    public static Magic Train { get; } = new(
        "#!clr-train",
        "Trains a model under a schedule, with a figure that grows epoch by epoch, and stores the history.",
        [
            .. Learning,
            new("--schedule", "The variable that holds the schedule; 'schedule' if left out."),
            new("--epochs", $"Passes over the training samples; {Usual.Length.Epochs} if left out."),
            new("--name", "The variable that the history is stored in; 'history' if left out."),
        ],
        TrainAsync);

    private static async Task TestAsync(MagicArguments arguments, NotebookCell cell)
    {
        var options = new LrRangeTestOptions
        {
            StartLr = arguments.Number("--start-lr", UsualTest.StartLr),
            EndLr = arguments.Number("--end-lr", UsualTest.EndLr),
            Iterations = arguments.Count("--iterations", UsualTest.Iterations),
            Sweep = arguments.Choice("--sweep", UsualTest.Sweep),
            Epochs = arguments.Has("--epochs") ? arguments.Count("--epochs", 1) : null,
            TrialSteps = arguments.Has("--trial-steps") ? arguments.Count("--trial-steps", 0) : null,
        };
        options.Validate();
        (ModelSource model, TrainingData data, TrainingJobOptions job) = Read(arguments, cell);
        using TorchSession session = TorchSession.Open(model, BoundedValidation.For(data, options, job.BatchSize), job.Learning, job.BatchSize, job.Seed);
        foreach (string warning in session.Warnings)
            cell.Display(HtmlOutput.Line($"Warning: {warning}"));
        var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
        using var live = new LiveOutput<LrRangeTestResult>(cell, result => NotebookOutputs.Show(result));
        try
        {
            foreach (LrRangeTestPoint point in test.Run(cell.CancellationToken))
            {
                if (point.Step >= FewestDrawn)
                    live.Offer(test.Result, test.Result with { StopReason = RangeTestStopReason.Running });
            }
            foreach (LrTrialStep _ in test.RunTrials(cell.CancellationToken))
                live.Offer(test.Result, test.Result with { StopReason = RangeTestStopReason.Running });
        }
        finally
        {
            // An interrupted test keeps the curve so far.
            LrRangeTestResult found = test.Result;
            await cell.Notebook.StoreAsync(arguments.Text("--name", "rangeTest"), found);
            if (found.Points.Count >= FewestDrawn)
                live.End(found);
        }
    }

    private static async Task SuggestAsync(MagicArguments arguments, NotebookCell cell)
    {
        var test = cell.Get<LrRangeTestResult>(arguments.Text("--range-test", "rangeTest"), "#!clr-range-test");
        LrSuggestion chosen = LrBoundsSuggester.Suggest(test, arguments.Choice("--method", LrBoundsSuggester.UsualMethod));
        if (chosen is NoSuggestion none)
            throw new NoSuggestionException(none);
        await cell.Notebook.StoreAsync(arguments.Text("--name", "bounds"), chosen);
        cell.Display(NotebookOutputs.Show(test, LrBoundsSuggester.SuggestAll(test)));
    }

    private static async Task TrainAsync(MagicArguments arguments, NotebookCell cell)
    {
        var schedule = cell.Get<ILrSchedule>(arguments.Text("--schedule", "schedule"), "#!clr-schedule");
        (ModelSource model, TrainingData data, TrainingJobOptions options) = Read(arguments, cell);
        using var job = new TrainingJob(model, data, schedule, options with { Length = new TrainingOptions { Epochs = arguments.Count("--epochs", Usual.Length.Epochs) } })
        {
            Warn = warning => cell.Display(HtmlOutput.Line($"Warning: {warning}")),
        };
        job.Open();
        using var live = new LiveOutput<TrainingHistory>(cell, history => NotebookOutputs.Show([history]));
        try
        {
            foreach (TrainingTick tick in job.Run(cell.CancellationToken))
            {
                if (tick.Epoch is not null)
                    live.Offer(job.Progress.History, job.Progress.History with { Status = TrainingStatus.Running });
            }
        }
        finally
        {
            // An interrupted run keeps the epochs that ended.
            TrainingHistory found = job.Finish();
            await cell.Notebook.StoreAsync(arguments.Text("--name", "history"), found);
            live.End(found);
        }
    }

    private static (ModelSource Model, TrainingData Data, TrainingJobOptions Options) Read(MagicArguments arguments, NotebookCell cell)
    {
        string name = arguments.Text("--model", "mlp");
        ModelSource model = ModelSource.FromModule(cell.Notebook.Find(name))
            ?? (ModelSource.IsFile(name) ? ModelSource.FromFile(Path.GetFullPath(name)) : new ModelSource(name));
        model = arguments.Flag("--no-script", false) ? model.WithoutScript() : model;
        string text = arguments.Text("--data", "digits");
        TrainingData? held = cell.Notebook.Find(text) as TrainingData;
        TrainingData data = held ?? DataCatalog.Default.Load(text, cancellationToken: cell.CancellationToken);
        foreach (string warning in held is null ? data.Warnings : [])
            cell.Display(HtmlOutput.Line($"Warning: {warning}"));
        return (model, data, new TrainingJobOptions
        {
            Learning = new LearnerOptions
            {
                Device = arguments.Text("--device", Usual.Learning.Device),
                Optimizer = new OptimizerOptions { Kind = arguments.Choice("--optimizer", Usual.Learning.Optimizer.Kind) },
            },
            BatchSize = arguments.Count("--batch-size", Usual.BatchSize),
            Seed = arguments.Count("--seed", Usual.Seed),
        });
    }
}
