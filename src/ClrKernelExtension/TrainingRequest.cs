using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;

namespace ClrKernelExtension;

/// <summary>What a magic command was asked to train, on what, and how.</summary>
internal sealed record TrainingRequest(ModelSource Model, TrainingJobOptions Options)
{
    private object GivenModel { get; init; } = "";

    private object GivenData { get; init; } = "";

    // The variables that hold the metrics, and what each has.
    private (string Variable, IReadOnlyList<Metric> Metrics)[] GivenMetrics { get; init; } = [];

    /// <summary>What is trained on what, before the data are read.</summary>
    public string Subject => $"{Model.Name} on {(GivenData is TrainingData held ? held.Name : Path.GetFileName(Path.TrimEndingDirectorySeparator((string)GivenData)))}";

    /// <summary>What an interrupted run says of itself.</summary>
    public string Cancelled => "cancelled" + (Options.Checkpoints is null ? "; with --checkpoint-path it could go on" : "; the same line with --resume goes on");

    /// <summary>Reads what was typed; what was not is as in the run that the bounds were measured on, or as usual.</summary>
    public static TrainingRequest Read(MagicArguments arguments, NotebookCell cell, RunDescription? measured)
    {
        AttachedRun.Given? before = measured is null ? null : AttachedRun.GivenTo(measured);
        object model = Given(arguments, "--model", before?.Model, measured?.ModelIdentity is null ? null : measured.Model, "mlp", cell);
        object data = Given(arguments, "--data", before?.Data, measured?.DataPath ?? measured?.Data, "digits", cell);
        if (data is not (string or TrainingData))
            throw new InvalidParameterException("Data", data, $"The data of the range test is a {data.GetType().Name}, which a magic command cannot take: give --data.");
        ModelSource source = ModelSource.FromModule(model) is { } module ? Continued(module, arguments.Text("--model", ""), cell) : model switch
        {
            ModelSource made => made,
            string text when ModelSource.IsFile(text) => ModelSource.FromFile(Path.GetFullPath(text)),
            string text => new ModelSource(text),
            _ => throw new InvalidParameterException("Model", model, $"The model of the range test is a {model.GetType().Name}, which a magic command cannot take: give --model."),
        };
        TrainingJobOptions options = measured is null ? new() : new() { Learning = TorchRun.SettingsOf(measured), BatchSize = measured.BatchSize > 0 ? measured.BatchSize : new TrainingJobOptions().BatchSize, Seed = measured.Seed };
        if (arguments.Has("--optimizer") && arguments.Get("--optimizer", options.Learning.Optimizer.Kind) != options.Learning.Optimizer.Kind)
            options = options with { Learning = options.Learning with { Optimizer = options.Learning.Optimizer.ForAnyKind() } };
        if (options.Learning.KnownWeights is { } known)
        {
            string? path = arguments.Has("--weights") ? null : before?.Weights ?? (File.Exists(known.Name) ? Path.GetFullPath(known.Name) : null);
            options = options with { Learning = options.Learning with { Weights = path, KnownWeights = arguments.Has("--weights") ? null : known } };
        }
        options = OptionParameters<TrainingJobOptions>.Fill(options, arguments) with { BoundsMeasuredOn = measured };
        return new(arguments.Has("--no-script") ? source.WithoutScript() : source, Files(options, arguments)) { GivenModel = model, GivenData = data };
    }

    /// <summary>The same with the metrics of one's own that variables hold.</summary>
    public TrainingRequest WithMetrics(MagicArguments arguments, NotebookCell cell)
    {
        if (!arguments.Has("--metric"))
            return this;
        (string Variable, IReadOnlyList<Metric> Metrics)[] given = [.. ((IReadOnlyList<string>)arguments.Get("--metric", typeof(IReadOnlyList<string>))).Select(name => (name, cell.Get<object>(name, "new Metric(…) in a C# cell") switch
        {
            Metric metric => [metric],
            IEnumerable<Metric> several => (IReadOnlyList<Metric>)[.. several],
            var other => throw new InvalidParameterException("Metric", other, $"The variable '{name}' holds a {other.GetType().Name}, not a metric; make it with new Metric(…) in a C# cell, or name another. Figures such as Accuracy are chosen by --best-by.", NotebookErrors.VariableOfAnotherType),
        }))];
        return this with { GivenMetrics = given, Options = Options with { Learning = Options.Learning with { Metrics = [.. given.SelectMany(static one => one.Metrics)] } } };
    }

    /// <summary>Reads the data.</summary>
    public TrainingData Load(NotebookCell cell) => GivenData as TrainingData ?? Load((string)GivenData, cell);

    /// <summary>The data set of a variable, a name or a path.</summary>
    public static TrainingData Load(string text, NotebookCell cell)
    {
        if (cell.Notebook.Find(text) is TrainingData held)
            return held;
        TrainingData loaded = DataCatalog.Default.Load(text, cancellationToken: cell.CancellationToken);
        foreach (string warning in loaded.Warnings)
            cell.Warn(warning);
        return loaded;
    }

    /// <summary>Lets what follows the run find its model and data again.</summary>
    public void Remember(RunDescription run) => AttachedRun.Remember(run, GivenModel, GivenData, Options.Learning.Weights, Options.Learning.Loss.Function);

    /// <summary>The cell that repeats the run from its beginning, without its files.</summary>
    public string Line(ILrSchedule schedule, TrainingData data, RunDescription run)
    {
        TrainingJobOptions written = Options with { Learning = Options.Learning with { Device = run.Device ?? Options.Learning.Device, Threads = run.Threads, WeightsSha256 = run.WeightsSha256, Precision = TorchRun.SettingsOf(run).Precision } };
        string train = "#!clr-train"
            + $" --model {(GivenModel is string model ? MagicLine.Argument(ModelSource.IsFile(model) ? Path.GetFullPath(model) : Model.Name) : "model")} --data {(GivenData is string name ? MagicLine.Argument(name) : "data")}"
            + OptionParameters<TrainingJobOptions>.Write(written, Options.Length.Cycles is null ? "--epochs" : "--cycles", "--batch-size", "--seed", "--device")
            + (GivenMetrics.Length == 0 ? "" : $" --metric {string.Join(',', GivenMetrics.Select(static given => given.Variable))}");
        string[] notes =
        [
            .. GivenModel is string ? Array.Empty<string>() : [$"// model is the {Model.Name} as it was before the run"],
            .. GivenData is string ? Array.Empty<string>() : [$"// data is the data '{data.Name}' with the identity {data.Identity}"],
            .. GivenMetrics.Select(static given => $"// {given.Variable} is {string.Join(", ", given.Metrics.Select(static metric => $"the metric {metric.Name}, {metric.Text}"))}"),
            .. ScheduleMagics.Line(schedule) is null ? [$"// schedule is the schedule '{schedule}'"] : Array.Empty<string>(),
        ];
        return string.Join('\n', [.. notes, .. ScheduleMagics.Line(schedule) is { } made ? [made] : Array.Empty<string>(), train]);
    }

    private static object Given(MagicArguments arguments, string parameter, object? before, string? known, string usual, NotebookCell cell)
    {
        if (!arguments.Has(parameter))
            return before ?? known ?? usual;
        string text = arguments.Text(parameter, usual);
        // It may name a variable.
        object? held = cell.Notebook.Find(text);
        return held is TrainingData or ModelSource || ModelSource.FromModule(held) is not null ? held! : text;
    }

    private static ModelSource Continued(ModelSource module, string name, NotebookCell cell)
    {
        cell.Display(HtmlOutput.Line($"{(name.Length == 0 ? module.Name : name)} goes on from the weights that it has; a fresh start needs a fresh module."));
        return module;
    }

    private static TrainingJobOptions Files(TrainingJobOptions options, MagicArguments arguments)
    {
        bool isForced = arguments.Has("--force");
        if (options.Checkpoints is { Path: null } || (isForced && options.Checkpoints is null && options.ModelFolder is null))
            throw new InvalidParameterException("CheckpointPath", null, "--resume, --checkpoint-every, --checkpoint-keep, and --force without --destination-path need --checkpoint-path: give the folder of the run's checkpoints.", NotebookErrors.InvalidMagicArgument);
        return options with { ReplaceModels = isForced, Checkpoints = options.Checkpoints is { } checkpoints ? checkpoints with { Force = isForced } : null };
    }
}
