using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation.Language;
using System.Reflection;
using System.Text.Json.Nodes;
using ClrEngine.Torch.Models;
using ClrModule.Commands.Training;
using static ClrModule.Repeating.PowerShellText;
using static TorchSharp.torch;

namespace ClrModule.Repeating;

/// <summary>The PowerShell line that repeats a training run from its beginning, without its files.</summary>
internal static class RepeatLine
{
    // Written by themselves, or of files that a repeated run shall not touch.
    private static readonly string[] WrittenApart =
    [
        nameof(StartCyclicTrainingCommand.Schedule), nameof(StartCyclicTrainingCommand.Run), nameof(StartCyclicTrainingCommand.Definition), nameof(LearningCommand.Model), nameof(LearningCommand.Data),
        nameof(StartCyclicTrainingCommand.Epochs), nameof(StartCyclicTrainingCommand.Cycles), nameof(LearningCommand.BatchSize), nameof(LearningCommand.Seed),
        nameof(LearningCommand.Device), nameof(LearningCommand.Threads), nameof(LearningCommand.WeightsSha256), nameof(StartCyclicTrainingCommand.CheckpointPath),
        nameof(StartCyclicTrainingCommand.CheckpointEvery), nameof(StartCyclicTrainingCommand.CheckpointKeep), nameof(StartCyclicTrainingCommand.Resume),
        nameof(StartCyclicTrainingCommand.Force), nameof(StartCyclicTrainingCommand.DestinationPath), nameof(StartCyclicTrainingCommand.TensorBoardPath), nameof(StartCyclicTrainingCommand.MlflowPath), nameof(StartCyclicTrainingCommand.Repeats),
    ];

    /// <summary>The line; a comment at its end says what its variables held.</summary>
    public static string Write(StartCyclicTrainingCommand cmdlet, object given, ModelSource model, TrainingData data, RunDescription run)
    {
        var notes = new List<string>();
        if (cmdlet.LossFunction is { } loss && ScriptBlocks.FreeVariables(loss) is { Length: > 0 } variables)
            notes.Add($"the loss reads {string.Join(", ", variables)}");
        foreach (DictionaryEntry metric in cmdlet.Metric ?? new Hashtable())
        {
            if (metric.Value.Plain() is ScriptBlock block && ScriptBlocks.FreeVariables(block) is { Length: > 0 } free)
                notes.Add($"the metric {metric.Key} reads {string.Join(", ", free)}");
        }
        string line = $"{ScheduleText.Expression(run.Schedule!, notes)} | Start-CyclicTraining -Model {Model(given, model, cmdlet, notes)} -Data {Data(data, notes)}"
            + (cmdlet.Cycles.HasValue ? Parameter(nameof(cmdlet.Cycles), cmdlet.Cycles) : Parameter(nameof(cmdlet.Epochs), cmdlet.Epochs))
            + Parameter(nameof(cmdlet.BatchSize), run.BatchSize)
            + Parameter(nameof(cmdlet.Seed), run.Seed)
            + Settings(cmdlet, run)
            + Parameter(nameof(cmdlet.WeightsSha256), run.WeightsSha256)
            + Parameter(nameof(cmdlet.Device), run.Device)
            + Parameter(nameof(cmdlet.Threads), run.Threads);
        return notes.Count == 0 ? line : $"{line} # {string.Join("; ", notes)}";
    }

    // What was written on the line, and what came along the pipeline and is not as usual. A precision that was left open is what was taken.
    private static string Settings(StartCyclicTrainingCommand cmdlet, RunDescription run)
    {
        using var usual = new StartCyclicTrainingCommand();
        return string.Concat(cmdlet.GetType().GetProperties()
            .Where(property => property.IsDefined(typeof(ParameterAttribute)) && !WrittenApart.Contains(property.Name))
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => (property.Name, Own: Parameter(property.Name, property.Name == nameof(cmdlet.Precision) ? run.Precision : property.GetValue(cmdlet)), Usual: Parameter(property.Name, property.GetValue(usual))))
            .Where(text => cmdlet.MyInvocation.BoundParameters.ContainsKey(text.Name) || text.Own != text.Usual)
            .Select(text => text.Own));
    }

    private static string Data(TrainingData data, List<string> notes)
    {
        if (data.Origin is not { } origin)
        {
            notes.Add($"$data is the data '{data.Name}' with the identity {data.Identity}, which was made of tensors");
            return "$data";
        }
        string options = Options(origin.Options);
        return options.Length == 0 ? Argument(origin.Text) : $"(Import-TrainingData -Data {Argument(origin.Text)}{options})";
    }

    private static string Options(DataOptions options)
    {
        DataOptions usual = DataOptions.Default;
        return Parameter("ValidationFraction", options.ValidationFraction == usual.ValidationFraction ? null : options.ValidationFraction)
            + Parameter("SplitSeed", options.Seed == usual.Seed ? null : options.Seed)
            + Parameter("LabelColumn", options.LabelColumn)
            + Parameter("IgnoreColumn", options.IgnoreColumns.Count == 0 ? null : options.IgnoreColumns)
            + Parameter("CategoryColumn", options.CategoryColumns.Count == 0 ? null : options.CategoryColumns)
            + Parameter("MaxColumns", options.MaxColumns == usual.MaxColumns ? null : options.MaxColumns)
            + Parameter("Delimiter", options.Delimiter)
            + Parameter("DecimalComma", options.DecimalComma)
            + Parameter("Encoding", options.Encoding)
            + (options.MissingValues is { Count: 0 } ? " -MissingValue @()" : Parameter("MissingValue", options.MissingValues))
            + Parameter("HeaderRow", options.HeaderRow == usual.HeaderRow ? null : options.HeaderRow)
            + Parameter("Regression", options.Regression)
            + Parameter("AsIs", options.Standardize ? null : true)
            + Parameter("Mean", options.Scaling is { } given ? StandardScalings.NameOf(given) ?? (object)given.Means : null)
            + Parameter("StandardDeviation", options.Scaling is { } numbers && StandardScalings.NameOf(numbers) is null ? (object)numbers.StandardDeviations : null)
            + Parameter("Layout", options.Layout == usual.Layout ? null : options.Layout)
            + Parameter("ScaleTargets", options.ScaleTargets == usual.ScaleTargets ? null : options.ScaleTargets)
            + Parameter("CoarseLabels", options.FineLabels ? null : true)
            + Parameter("ImageSize", options.ImageSize is { } size ? new[] { size.Height, size.Width } : null)
            + Parameter("Stream", options.Stream ? true : null)
            + Parameter("Cache", options.Cache ? true : null)
            + Parameter("MaxImagePixels", options.MaxImagePixels == usual.MaxImagePixels ? null : options.MaxImagePixels);
    }

    // The name of a model is whole in its source, with the widths that are usual today.
    private static string Model(object model, ModelSource source, PSCmdlet cmdlet, List<string> notes)
    {
        switch (model.Plain())
        {
            case ScriptBlock block:
                if (ScriptBlocks.FreeVariables(block) is { Length: > 0 } variables)
                    notes.Add($"the script block reads {string.Join(", ", variables)}");
                return $"{{{block}}}";
            case string text:
                return Argument(ModelArgument.FileOf(text, cmdlet) ?? source.Name);
            case FileInfo file:
                return ModelSource.IsFile(file.FullName) ? Argument(file.FullName) : $"([System.IO.FileInfo]{Argument(file.FullName)})";
            case ModelSource:
                notes.Add($"$model is the source '{source.Name}', which code made");
                return "$model";
            case Func<nn.Module<Tensor, Tensor>>:
                notes.Add("$model is the function that made a module");
                return "$model";
            case var module:
                notes.Add($"$model is the module {module!.GetType().Name} as it was before the run");
                return "$model";
        }
    }
}

/// <summary>The PowerShell expression that makes a schedule again.</summary>
internal static class ScheduleText
{
    /// <summary>The expression; a note says what stands for a schedule that cannot be written down.</summary>
    public static string Expression(ILrSchedule schedule, ICollection<string> notes)
    {
        try
        {
            string json = JsonNode.Parse(ScheduleJson.Write(schedule))!.ToJsonString();
            bool holdsScript = HoldsScript(json);
            return !holdsScript && IdleSettings.Of(schedule) is null && ScheduleParameters.CmdletFor(schedule.GetType()) is { } cmdlet
                ? Line(cmdlet, schedule)
                : $"Import-LrSchedule -Json {PowerShellText.Argument(json)}{(holdsScript ? " -AllowScript" : "")}";
        }
        catch (ScheduleNotSaveableException)
        {
            notes.Add($"$schedule is the schedule '{schedule}', which holds code");
            return "$schedule";
        }
    }

    private static string Line(Type cmdlet, ILrSchedule schedule)
    {
        var name = cmdlet.GetCustomAttribute<CmdletAttribute>()!;
        return $"{name.VerbName}-{name.NounName}" + string.Concat(ScheduleKind.Find(schedule.GetType())!.Fields
            .Where(field => !Equals(field.ValueIn(schedule), field.Default))
            .Select(field => PowerShellText.Parameter(ScheduleParameters.ParameterOf(cmdlet, field).Name, field.ValueIn(schedule))));
    }

    private static bool HoldsScript(string json)
    {
        try
        {
            ScheduleJson.Read(json);
            return false;
        }
        catch (ScheduleScriptException)
        {
            return true;
        }
    }
}

/// <summary>Values as PowerShell reads them back, to the bit.</summary>
internal static class PowerShellText
{
    /// <summary>A parameter with its value, with a space before it; nothing where there is no value.</summary>
    public static string Parameter(string name, object? value) => value.Plain() switch
    {
        null => "",
        bool or SwitchParameter => LanguagePrimitives.IsTrue(value.Plain()) ? $" -{name}" : $" -{name}:$false",
        var given => $" -{name} {Argument(given)}",
    };

    /// <summary>A value as an argument.</summary>
    public static string Argument(object? value) => value.Plain() switch
    {
        null => "$null",
        bool flag => flag ? "$true" : "$false",
        string text => Text(text),
        ScriptBlock block => $"{{{block}}}",
        OrderedDictionary table => $"([ordered] {Table(table)})",
        IDictionary table => Table(table),
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Argument)) is { Length: > 0 } items ? items : "@()",
        double number => Number(number),
        float number => Number(number),
        IFormattable number when Type.GetTypeCode(number.GetType()) != TypeCode.Object && number is not Enum => number.ToString(null, CultureInfo.InvariantCulture),
        var other => Text(other.ToString()!),
    };

    private static string Table(IDictionary table) => $"@{{ {string.Join("; ", table.Keys.Cast<object>().Select(key => $"{Quoted(Convert.ToString(key.Plain(), CultureInfo.InvariantCulture)!)} = {Argument(table[key])}"))} }}";

    private static string Number(double number) => double.IsFinite(number)
        ? number.ToString("R", CultureInfo.InvariantCulture)
        : $"([double]::{(double.IsNaN(number) ? "NaN" : number > 0 ? "PositiveInfinity" : "NegativeInfinity")})";

    private static string Text(string text) =>
        text.Length > 0 && text.All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetter(text[0]) ? text : Quoted(text);

    // PowerShell takes typographic quotes for plain ones, and doubles each.
    private static string Quoted(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
