using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;

namespace ClrKernelExtension;

/// <summary>What trains: the range test, what is read off it, and the training itself.</summary>
internal static class TrainingMagics
{
    private static readonly LrRangeTestOptions UsualTest = new();

    private static readonly MagicParameter[] Learning =
    [
        new("--model", "The model: a name such as mlp or mlp:256,128, the path of a TorchScript file, or a variable that holds a TorchSharp module, which goes on from the weights that it has; that of the bounds, or else mlp, if left out.") { Values = () => ModelCatalog.Known.Keys },
        new("--data", "The data: a name such as digits, a path, or a variable that holds a data set; that of the bounds, or else digits, if left out.") { Values = () => DataCatalog.Default.Known.Where(data => !data.IsFormat).Select(data => data.Name) },
        new("--no-script", "Refuses a model that is TorchScript, whose code would run.") { IsFlag = true },
        .. OptionParameters<TrainingJobOptions>.Within(nameof(TrainingJobOptions.BatchSize), nameof(TrainingJobOptions.Seed), nameof(TrainingJobOptions.Learning))
            .Where(parameter => parameter.Field is not ("PlateauPatience" or "PlateauFactor" or "EmaDecay")),
    ];

    public static Magic RangeTest { get; } = new(
        "#!clr-range-test",
        "Trains briefly under a growing rate, draws the losses, and stores the result; the model is left as it was.",
        [
            .. Learning,
            Rates(nameof(LrRangeTestOptions.StartLr), UsualTest.StartLr),
            Rates(nameof(LrRangeTestOptions.EndLr), UsualTest.EndLr),
            .. OptionParameters<LrRangeTestOptions>.All,
            new("--validation-data", "Data whose validation part is evaluated in place of that of --data, in at least one batch."),
            new("--repeats", "How many tests are run, each with the next seed; their curves are pooled and kept; 1 if left out."),
            ScheduleMagics.Stored("rangeTest"),
        ],
        TestAsync);

    public static Magic Suggest { get; } = new(
        "#!clr-suggest",
        "Reads bounds off a range test by every rule, draws them, and stores those of one rule.",
        [
            new("--range-test", "The variable that holds the range test; 'rangeTest' if left out."),
            new("--method", $"The rule whose bounds are stored, or All for a list of what each rule says; {LrBoundsSuggester.UsualMethod} if left out.") { Values = () => [.. Enum.GetNames<SuggestionMethod>(), "All"] },
            ScheduleMagics.Stored("bounds"),
        ],
        SuggestAsync);

    public static Magic Train { get; } = new(
        "#!clr-train",
        "Trains a model under a schedule, with a figure that grows epoch by epoch, and stores the history.",
        [
            .. Learning,
            new("--schedule", "The variable that holds the schedule; 'schedule' if left out."),
            .. OptionParameters<TrainingJobOptions>.All.Except(Learning),
            new("--metric", "The variables that hold metrics of one's own, each a Metric or several, with commas between; the first is the one of --best-by HighestMetric or LowestMetric."),
            new("--force", "Begins anew in --checkpoint-path and replaces another run's models in --destination-path: what is there goes when this run has a checkpoint, or models, to put in its place.") { IsFlag = true },
            ScheduleMagics.Stored("history"),
        ],
        TrainAsync);

    private static async Task TestAsync(MagicArguments arguments, NotebookCell cell)
    {
        string name = arguments.Variable("rangeTest");
        double[] start = arguments.Get("--start-lr", new[] { UsualTest.StartLr }), end = arguments.Get("--end-lr", new[] { UsualTest.EndLr });
        bool validates = arguments.Has("--validation-data");
        LrRangeTestOptions options = OptionParameters<LrRangeTestOptions>.Fill(new(), arguments) with { StartLr = start[0], EndLr = end[0], Groups = GroupSweep.Pair(start, end) };
        options = options with { ValidationBatches = validates ? Math.Max(1, options.ValidationBatches) : options.ValidationBatches };
        options.Validate();
        int repeats = arguments.Get("--repeats", 1);
        if (repeats < 1)
            throw new InvalidParameterException("Repeats", repeats, $"Repeats is {repeats}; give a whole number of at least 1.");
        var asked = TrainingRequest.Read(arguments, cell, null);
        using var live = new LiveOutput(cell, $"Range test of {asked.Subject}");
        TrainingData data = asked.Load(cell);
        data = validates ? BoundedValidation.WithValidation(data, TrainingRequest.Load(arguments.Text("--validation-data", ""), cell)) : data;
        data = BoundedValidation.For(data, options, asked.Options.BatchSize);
        live.Begin(options.Iterations, $"rate {NumberText.Rate(options.StartLr)}");
        List<LrRangeTestResult> tests = [];
        try
        {
            for (int i = 0; i < repeats; i++)
            {
                using TorchSession session = TorchSession.Open(asked.Model, data, asked.Options.Learning, asked.Options.BatchSize, asked.Options.Seed + i);
                foreach (string warning in session.Warnings)
                    cell.Warn(warning);
                session.GivesWeightsBack = true;
                var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
                try
                {
                    foreach (LrRangeTestPoint point in test.Run(cell.CancellationToken))
                        live.Offer(point.Step + 1, () => $"rate {NumberText.Rate(point.LearningRate)}, loss {NumberText.Loss(point.Loss)}", () => test.Result, Running, View);
                    foreach (LrTrialStep step in test.RunTrials(cell.CancellationToken))
                        live.Offer(step.Step + 1, () => $"trial {step.Trial} up to {NumberText.Rate(step.MaxLr)}", () => test.Result, Running, View, step.Steps);
                }
                finally
                {
                    // An interrupted test keeps the curve so far.
                    tests.Add(test.Result);
                }
            }
        }
        finally
        {
            if (tests.Count > 0)
            {
                LrRangeTestResult found = tests.Count == 1 ? tests[0] : LrRangeTestResult.Pool(tests);
                asked.Remember(found.Run);
                await cell.StoreAsync(name, found);
                live.End(View(found), found.StopReason == RangeTestStopReason.Cancelled ? "cancelled" : $"ended after {Counted.InThousands(found.Steps, "step")}");
            }
        }

        static LrRangeTestResult Running(LrRangeTestResult test) => test with { StopReason = RangeTestStopReason.Running };
        static LiveView View(LrRangeTestResult test) =>
            new(test.Points.Count < 2 ? null : RangeTestFigure.Draw(test), HtmlOutput.From(NotebookText.Table(Tables.RangeTests([test]), RangeTest.Parameters)));
    }

    private static async Task SuggestAsync(MagicArguments arguments, NotebookCell cell)
    {
        string name = arguments.Variable("bounds");
        var test = cell.Get<LrRangeTestResult>(arguments.Text("--range-test", "rangeTest"), "#!clr-range-test");
        bool isAll = arguments.Text("--method", "").Equals("All", StringComparison.OrdinalIgnoreCase);
        LrSuggestion? chosen = isAll ? null : LrBoundsSuggester.Suggest(test, arguments.Get("--method", LrBoundsSuggester.UsualMethod));
        if (chosen is NoSuggestion none)
            throw new NoSuggestionException(none);
        IReadOnlyList<LrSuggestion> all = LrBoundsSuggester.SuggestAll(test);
        foreach (string warning in (chosen as LrBounds)?.Warnings ?? [])
            cell.Warn(warning);
        await cell.StoreAsync(name, chosen ?? (object)all);
        cell.Display(NotebookOutputs.Show(RangeTestFigure.Draw(test, [.. all.OfType<LrBounds>()]))
            .Then(HtmlOutput.From(NotebookText.Table(Tables.RangeTests([test]), RangeTest.Parameters)))
            .Then(HtmlOutput.From(NotebookText.Table(Tables.Suggestions(all), RangeTest.Parameters)), "\n\n"));
    }

    private static async Task TrainAsync(MagicArguments arguments, NotebookCell cell)
    {
        string name = arguments.Variable("history");
        var schedule = cell.Get<ILrSchedule>(arguments.Text("--schedule", "schedule"), "#!clr-schedule");
        TrainingRequest asked = TrainingRequest.Read(arguments, cell, AttachedRun.MeasuredOn(schedule)).WithMetrics(arguments, cell);
        using var live = new LiveOutput(cell, $"Training {asked.Subject}", asked.Cancelled);
        TrainingData data = asked.Load(cell);
        using var job = new TrainingJob(asked.Model, data, schedule, asked.Options) { Warn = cell.Warn };
        live.Begin(job.TotalSteps, asked.Options.Checkpoints is null ? $"rate {NumberText.Rate(schedule.At(0).LearningRate)}" : null);
        job.Open();
        asked.Remember(job.Progress.Description);
        string command = asked.Line(schedule, data, job.Progress.Description);
        try
        {
            foreach (TrainingTick tick in job.Run(cell.CancellationToken))
            {
                live.Offer(
                    tick.Point.Step + 1,
                    () => $"epoch {NumberText.Whole(job.Progress.History.Epochs.Count + (tick.Epoch is null ? 1 : 0))} of {NumberText.Whole(job.Progress.TotalEpochs)}, rate {NumberText.Rate(tick.Point.LearningRate)}{(job.Progress.LatestLoss() is { } loss ? ", loss " + NumberText.Loss(loss) : "")}",
                    () => job.Progress.History,
                    history => history with { Status = TrainingStatus.Running },
                    View);
            }
            job.Finish();
        }
        finally
        {
            // An interrupted run keeps the epochs that ended.
            TrainingHistory found = job.Progress.History with { Command = command };
            await cell.StoreAsync(name, found);
            live.End(View(found), found.Status == TrainingStatus.Cancelled ? asked.Cancelled : $"{found.Status.ToString().ToLowerInvariant()} after {Counted.InThousands(job.Progress.Step, "step")}");
        }

        static LiveView View(TrainingHistory history) => new(
            history.Epochs.Count == 0 ? null : HistoryFigure.Draw(history),
            HtmlOutput.From(NotebookText.Table(Tables.Histories(NamedHistory.From([history])), Train.Parameters)),
            history.Epochs.Count == 0 ? null : NotebookOutputs.Latest(history.Epochs));
    }

    private static MagicParameter Rates(string property, double usual) =>
        new(MagicParameter.NameOf(property), NotebookText.Help(typeof(LrRangeTestOptions).GetProperty(property)!, usual).TrimEnd('.') + ". With --parameter-group, one for all groups or one for each.");
}
