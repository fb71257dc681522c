using System.Collections;
using System.Management.Automation.Language;
using ClrEngine.Files;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Torch.Models;
using ClrModule.Sweeps;

namespace ClrModule.Binding;

/// <summary>Offers the values of a list that begin as the word does, each with a line on what it is.</summary>
public abstract class ListCompleter : IArgumentCompleter
{
    /// <summary>The values, each with what it is.</summary>
    protected abstract IEnumerable<(string Value, string Text)> Values { get; }

    /// <summary>The values alone.</summary>
    public IEnumerable<string> Listed => Values.Select(item => item.Value);

    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = wordToComplete.Trim('\'', '"');
        return Values
            .Where(item => item.Value.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(item => new CompletionResult(item.Value, item.Value, CompletionResultType.ParameterValue, item.Text))
            .Concat(Paths(word));
    }

    /// <summary>Paths that the word begins, where the parameter takes any.</summary>
    protected virtual IEnumerable<CompletionResult> Paths(string word) => [];
}

/// <summary>Completes an enumeration, each value with its XML comment.</summary>
public sealed class EnumCompleter<T> : ListCompleter where T : struct, Enum
{
    protected override IEnumerable<(string Value, string Text)> Values => XmlSummary.Values<T>();
}

/// <summary>Completes <c>-Method</c>: the rules, and All.</summary>
public sealed class MethodCompleter : ListCompleter
{
    /// <summary>What stands for all rules.</summary>
    public const string All = "All";

    protected override IEnumerable<(string Value, string Text)> Values => [.. XmlSummary.Values<SuggestionMethod>(), (All, "One object a rule, also where a rule has no suggestion.")];
}

/// <summary>Completes <c>-Model</c> from the catalog of models, and paths once the word looks like one.</summary>
public sealed class ModelCompleter : ListCompleter
{
    protected override IEnumerable<(string Value, string Text)> Values => ModelCatalog.Known.Select(model => (model.Key, model.Value));

    protected override IEnumerable<CompletionResult> Paths(string word) => word.AsSpan().ContainsAny(@"./\~") ? FileCompleter.Complete(word, ModelSource.FileExtensions) : [];
}

/// <summary>Completes the path of a file that a cmdlet reads: folders, and files that can be what it wants. Where there are none, PowerShell offers all files.</summary>
public sealed class FileCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Complete(wordToComplete?.Trim('\'', '"') ?? "", ExtensionsOf(commandName ?? ""));

    internal static IEnumerable<CompletionResult> Complete(string word, IReadOnlyCollection<string> extensions) => CompletionCompleters.CompleteFilename(word)
        .Where(found => found.ResultType == CompletionResultType.ProviderContainer || extensions.Contains(Path.GetExtension(found.ListItemText), StringComparer.OrdinalIgnoreCase));

    private static string[] ExtensionsOf(string command) =>
        command.EndsWith("-TrainedModel", StringComparison.OrdinalIgnoreCase) ? [".safetensors"] : command.EndsWith("-TrainingCheckpoint", StringComparison.OrdinalIgnoreCase) || command.EndsWith("-TrainingSweep", StringComparison.OrdinalIgnoreCase) ? [] : [".json"];
}

/// <summary>Completes <c>-Data</c>: the names of the catalog, then paths.</summary>
public sealed class DataCompleter : ListCompleter
{
    protected override IEnumerable<(string Value, string Text)> Values =>
        DataCatalog.Default.Known.Where(known => !known.IsFormat).Select(known => (known.Name, known.Description));

    protected override IEnumerable<CompletionResult> Paths(string word) => CompletionCompleters.CompleteFilename(word);
}

/// <summary>
/// Completes the name of a column from the table that <c>-Data</c> or <c>-LiteralPath</c> of the same line names, or that comes down the pipeline by its path
/// or from Get-Item or Get-ChildItem; a name with a blank is quoted.
/// </summary>
public sealed class ColumnCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        string word = wordToComplete.Trim('\'', '"');
        bool isLiteral = fakeBoundParameters.Contains("LiteralPath");
        if ((fakeBoundParameters["Data"] ?? fakeBoundParameters["LiteralPath"] ?? Piped(commandAst)) is not { } table)
            return [];
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Convert-Path").AddParameter(isLiteral ? "LiteralPath" : "Path", table).Invoke<string>()
            .SelectMany(DataCatalog.Default.ColumnNames)
            .Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(Quoted(name), name, CompletionResultType.ParameterValue, name));
    }

    // What is written as a path right before the command; nothing runs for it.
    private static string? Piped(CommandAst command) => command?.Parent is PipelineAst line && line.PipelineElements.IndexOf(command) is > 0 and var at ? line.PipelineElements[at - 1] switch
    {
        CommandExpressionAst { Expression: StringConstantExpressionAst path } => path.Value,
        CommandAst source when source.GetCommandName()?.ToUpperInvariant() is "GET-ITEM" or "GI" or "GET-CHILDITEM" or "GCI" or "LS" or "DIR" => source.CommandElements.Skip(1).OfType<StringConstantExpressionAst>().FirstOrDefault()?.Value,
        _ => null,
    }
    : null;

    private static string Quoted(string name) =>
        name.All(static letter => char.IsLetterOrDigit(letter) || letter is '_' or '-') ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
}

/// <summary>Completes <c>-Index</c> with the runs of the sweep that the line names, each with its parameters and its state.</summary>
public sealed class RunIndexCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        if (fakeBoundParameters["Path"] is not { } path)
            return [];
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Get-TrainingSweep").AddParameter("LiteralPath", path).Invoke<TrainingSweepRun>()
            .Select(run => (Run: run, Text: run.Index.ToString(CultureInfo.InvariantCulture)))
            .Where(item => item.Text.StartsWith(wordToComplete ?? "", StringComparison.Ordinal))
            .Select(item => new CompletionResult(item.Text, item.Text, CompletionResultType.ParameterValue, item.Run.ToString()));
    }
}

/// <summary>Completes <c>-Mean</c>: the scalings that are known by name.</summary>
public sealed class ScalingCompleter : ListCompleter
{
    protected override IEnumerable<(string Value, string Text)> Values => StandardScalings.All.Select(known =>
        (known.Key, string.Create(CultureInfo.InvariantCulture, $"Mean {string.Join(", ", known.Value.Means)}; standard deviation {string.Join(", ", known.Value.StandardDeviations)}; of pixels from 0 to 1.")));
}

/// <summary>Completes <c>-Device</c> with the devices of this machine, which loads libtorch.</summary>
public sealed class DeviceCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => TorchDevices.Names()
        .Where(device => device.Name.StartsWith(wordToComplete?.Trim('\'', '"') ?? "", StringComparison.OrdinalIgnoreCase))
        .Select(device => new CompletionResult(device.Name, device.Name, CompletionResultType.ParameterValue, device.Text));
}

/// <summary>
/// A value of an enumeration as a parameter takes it: by name, whatever the case. PowerShell completes a bare enumeration
/// itself, without a word on what its values mean; this lets the parameter's own completer speak.
/// </summary>
public readonly record struct Choice<T> where T : struct, Enum
{
    public Choice(T value) => Value = value;

    public T Value { get; }

    public static implicit operator T(Choice<T> choice) => choice.Value;

    public static implicit operator Choice<T>(T value) => new(value);

    public override string ToString() => Value.ToString();
}
