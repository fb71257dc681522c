using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Torch;
using ClrEngine.Torch.Trained;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension;

/// <summary>What a notebook shows as HTML, with a plain form for clients that show none.</summary>
internal sealed record HtmlOutput(string Markup, string Text)
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";

    /// <summary>A table.</summary>
    public static HtmlOutput From(TextTable table) => new(table.ToHtml(), table.ToText());

    /// <summary>A line of text.</summary>
    public static HtmlOutput Line(string text) => new($"<p>{WebUtility.HtmlEncode(text)}</p>", text);

    /// <summary>This above another.</summary>
    public HtmlOutput Then(HtmlOutput next, string between = "\n") => new(Markup + next.Markup, $"{Text}{between}{next.Text}");
}

/// <summary>Tells the notebook's formatter how to show the product's objects, and sequences of them.</summary>
internal static class NotebookFormatters
{
    private const int MostRows = 20;

    private static readonly ConcurrentDictionary<Type, Func<object[], HtmlOutput>> Kinds = new();

    public static void Register()
    {
        One<HtmlOutput>(output => output);
        One<ClrFigure>(NotebookOutputs.Show);
        One<LrRangeTestResult>(NotebookOutputs.Show);
        Many<LrRangeTestResult>(NotebookOutputs.Show);
        Each<ILrSchedule>(schedules => NotebookOutputs.Show(schedules));
        Table<SchedulePoint>(Tables.Points);
        Table<LrSuggestion>(Tables.Suggestions);
        Each<TrainingHistory>(NotebookOutputs.Show);
        Each<TrainedModelScore>(NotebookOutputs.Show);
        Table<EpochRecord>(NotebookTables.Epochs);
        Table<CycleRecord>(NotebookTables.Cycles);
        Table<LrRangeTestPoint>(NotebookTables.TestPoints);
        Table<LrTrial>(NotebookTables.Trials);
        Table<TrainingData>(NotebookTables.Data);
        Table<TorchDeviceInfo>(NotebookTables.Devices);
        Table<ScheduleWarning>(NotebookTables.Warnings);
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
            RegisterModule(assembly);
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => RegisterModule(loaded.LoadedAssembly);
        Formatter.Register<object[]>((items, context) => ShowMixed(items, HtmlOutput.Html, context.Writer), HtmlOutput.Html);
        Formatter.Register<object[]>((items, context) => ShowMixed(items, HtmlOutput.Plain, context.Writer), HtmlOutput.Plain);
    }

    // The runs of a sweep are of the module, which PowerShell cells load.
    private static void RegisterModule(Assembly assembly)
    {
        if (assembly.GetName().Name != "ClrModule" || assembly.GetType("ClrModule.Sweeps.TrainingSweepRun") is not { } run)
            return;
        Kinds[run] = items => HtmlOutput.From(NotebookTables.SweepRuns(items));
        Formatter.Register(run, (item, writer) => writer.Write(Kinds[run]([item]).Markup), HtmlOutput.Html);
        Formatter.Register(run, (item, writer) => writer.Write(Kinds[run]([item]).Text), HtmlOutput.Plain);
    }

    // A list of PowerShell's has no type of its own; where all that it holds is of one kind, it is shown as a list of that kind.
    private static bool ShowMixed(object[] items, string mime, TextWriter writer)
    {
        object[] plain = [.. items.Select(item => item?.GetType() is { Name: "PSObject" } wrapped ? wrapped.GetProperty("BaseObject")!.GetValue(item)! : item!)];
        if (plain.Length == 0 || Kinds.FirstOrDefault(kind => Array.TrueForAll(plain, kind.Key.IsInstanceOfType)).Value is not { } show)
            return false;
        HtmlOutput output = show(plain);
        writer.Write(mime == HtmlOutput.Html ? output.Markup : output.Text);
        return true;
    }

    // A long list is shown by its beginning.
    private static void Table<T>(Func<IReadOnlyList<T>, TextTable> table) => Each<T>(items => items.Count > MostRows
        ? HtmlOutput.From(table([.. items.Take(MostRows)])).Then(HtmlOutput.Line($"and {NumberText.Whole(items.Count - MostRows)} more"))
        : HtmlOutput.From(table(items)));

    private static void Each<T>(Func<IReadOnlyList<T>, HtmlOutput> show)
    {
        One<T>(item => show([item]));
        Many(show);
    }

    // An empty sequence has nothing to draw.
    private static void Many<T>(Func<IReadOnlyList<T>, HtmlOutput> show)
    {
        One<IEnumerable<T>>(items => items.ToArray() is { Length: > 0 } found ? show(found) : HtmlOutput.Line("empty"));
        Kinds[typeof(T)] = items => show([.. items.Cast<T>()]);
    }

    private static void One<T>(Func<T, HtmlOutput> show)
    {
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Markup), HtmlOutput.Html);
        Formatter.Register<T>((item, writer) => writer.Write(show(item).Text), HtmlOutput.Plain);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlOutput.Html, HtmlOutput.Plain);
    }
}

/// <summary>What is shown for each kind of object: a figure where there is one, and its table.</summary>
internal static class NotebookOutputs
{
    private const int NewestEpochs = 5;

    public static HtmlOutput Show(ClrFigure figure) => new(FigureHtml.Fragment(figure), figure.Title);

    public static HtmlOutput Show(IReadOnlyList<ILrSchedule> schedules, long? count = null)
    {
        NamedSchedule[] named = [.. schedules.Select(NamedSchedule.From)];
        return Show(named.Length == 1 ? ScheduleFigure.Draw(schedules[0], count) : ScheduleFigure.Draw(named, count)).Then(HtmlOutput.From(Tables.Schedules(named)));
    }

    public static HtmlOutput Show(LrRangeTestResult test) => Show(RangeTestFigure.Draw(test)).Then(HtmlOutput.From(Tables.RangeTests([test])));

    public static HtmlOutput Show(IReadOnlyList<LrRangeTestResult> tests) =>
        tests.Select(Show).Aggregate((above, below) => above.Then(below, "\n\n"));

    /// <summary>The newest epochs of a run that goes on.</summary>
    public static HtmlOutput Latest(IReadOnlyList<EpochRecord> epochs) => HtmlOutput.From(NotebookTables.Epochs([.. epochs.TakeLast(NewestEpochs)]) with
    {
        Caption = epochs.Count > NewestEpochs ? "The newest epochs" : "The epochs",
    });

    /// <summary>Runs by the names of their variables: what sets them apart first.</summary>
    public static HtmlOutput Compare(IReadOnlyList<NamedHistory> runs)
    {
        HtmlOutput table = HtmlOutput.From(NotebookTables.Comparison(runs));
        NamedHistory[] drawn = [.. runs.Where(run => run.History.Epochs.Count > 0)];
        return drawn.Length == 0 ? table : Show(HistoryFigure.Draw(drawn)).Then(table);
    }

    public static HtmlOutput Show(IReadOnlyList<TrainingHistory> histories)
    {
        HtmlOutput table = HtmlOutput.From(Tables.Histories(NamedHistory.From(histories)));
        // Nothing to draw before the first epoch has ended.
        TrainingHistory[] drawn = [.. histories.Where(history => history.Epochs.Count > 0)];
        return drawn.Length switch
        {
            0 => table,
            1 => Show(HistoryFigure.Draw(drawn[0])).Then(table),
            _ => Show(HistoryFigure.Draw(NamedHistory.From(drawn))).Then(table),
        };
    }

    /// <summary>Tests of models: the confusion matrix of each that tells classes apart, and the table of all.</summary>
    public static HtmlOutput Show(IReadOnlyList<TrainedModelScore> scores) => scores.Where(ConfusionFigure.IsOf).Select(score => Show(ConfusionFigure.Draw(score)))
        .Append(HtmlOutput.From(Tables.Scores(scores))).Aggregate((above, below) => above.Then(below));
}

/// <summary>The tables that notebooks alone show; a row for each object.</summary>
internal static class NotebookTables
{
    public static TextTable Epochs(IReadOnlyList<EpochRecord> epochs) => TextTable.From<EpochRecord>("The epochs", epochs,
        new("Epoch", e => NumberText.Whole(e.Epoch), true),
        new("Mean rate", e => NumberText.Rate(e.LearningRate), true),
        new("Training loss", e => NumberText.Loss(e.TrainLoss), true),
        new("Validation loss", e => NumberText.Loss(e.ValidationLoss), true),
        new("Measure", e => e.Measure, true),
        new("Seconds", e => NumberText.Seconds(e.Seconds), true));

    public static TextTable Cycles(IReadOnlyList<CycleRecord> cycles) => TextTable.From<CycleRecord>("The ends of cycles, judged on the validation samples", cycles,
        new("Cycle", c => NumberText.Whole(c.Cycle), true),
        new("Step", c => NumberText.Whole(c.Step), true),
        new("Loss", c => NumberText.Loss(c.ValidationLoss), true),
        new("Accuracy", c => NumberText.Percent(c.ValidationAccuracy), true),
        new("Mean prediction", c => c.EnsembleAccuracy is null ? NumberText.Loss(c.EnsembleLoss) : NumberText.Percent(c.EnsembleAccuracy), true),
        new("Mean weights", c => c.SwaAccuracy is null ? NumberText.Loss(c.SwaLoss) : NumberText.Percent(c.SwaAccuracy), true));

    public static TextTable TestPoints(IReadOnlyList<LrRangeTestPoint> points) => TextTable.From<LrRangeTestPoint>("The steps of the range test", points,
        new("Step", p => NumberText.Whole(p.Step), true),
        new("Learning rate", p => NumberText.Rate(p.LearningRate), true),
        new("Loss", p => NumberText.Loss(p.Loss), true),
        new("Smoothed loss", p => NumberText.Loss(p.SmoothedLoss), true),
        new("Accuracy", p => NumberText.Percent(p.Accuracy), true));

    public static TextTable Trials(IReadOnlyList<LrTrial> trials) => TextTable.From<LrTrial>("The trials, judged on the validation samples", trials,
        new("Max rate", t => NumberText.Rate(t.MaxLr), true),
        new("Steps", t => NumberText.Whole(t.Steps), true),
        new("Loss", t => NumberText.Loss(t.Loss), true),
        new("Accuracy", t => NumberText.Percent(t.Accuracy), true));

    public static TextTable Data(IReadOnlyList<TrainingData> sets) => TextTable.From<TrainingData>("The data", sets,
        new("Data", d => d.Name),
        new("To learn from", d => NumberText.Whole(d.Train.Count), true),
        new("To validate on", d => NumberText.Whole(d.Validation.Count), true),
        new("Sample", d => string.Join('×', d.Shape)),
        new("To predict", d => d.Train.Targets is ClassTargets classes ? Counted.Of(classes.Classes, "class", "classes") : Counted.Of(((ValueTargets)d.Train.Targets).Width, "value")),
        new("Source", d => d.Source));

    public static TextTable Devices(IReadOnlyList<TorchDeviceInfo> devices) => TextTable.From<TorchDeviceInfo>("The devices that can train", devices,
        new("Name", d => d.Name),
        new("Kind", d => d.Kind),
        new("Default", d => d.IsDefault ? "yes" : ""),
        new("libtorch", d => d.Library));

    public static TextTable SweepRuns(IReadOnlyList<object> runs) => TextTable.From<dynamic>("The runs of the sweep", runs,
        new("Run", r => NumberText.Whole((long)r.Index), true),
        new("State", r => r.State.ToString()),
        new("Setting", r => (string)r.Setting),
        new("Best accuracy", r => NumberText.Percent((double?)r.BestValidationAccuracy), true),
        new("Best loss", r => NumberText.Loss((double?)r.BestValidationLoss), true),
        new("Seconds", r => NumberText.Seconds((double?)r.Seconds), true));

    public static TextTable Warnings(IReadOnlyList<ScheduleWarning> warnings) => TextTable.From<ScheduleWarning>("Warnings", warnings,
        new("Warning", w => w.Id),
        new("What to do", w => w.Message));

    public static TextTable Comparison(IReadOnlyList<NamedHistory> runs) => TextTable.From<NamedHistory>("The training runs, judged on the validation samples", runs,
        new("Run", r => r.Name),
        new("Schedule", r => r.History.Schedule.ToString() ?? ""),
        new("Epochs", r => NumberText.Whole(r.History.Epochs.Count), true),
        new("Best", r => r.History.BestEpoch?.Measure ?? "", true),
        new("Last", r => r.History.Epochs.Count > 0 ? r.History.Epochs[^1].Measure : "", true),
        new("Seconds", r => NumberText.Seconds(r.History.Seconds), true));
}
