using System.Reflection;
using System.Text.RegularExpressions;
using ClrEngine.Files;

namespace ClrKernelExtension;

/// <summary>The engine's words in those of a notebook: a magic command has <c>--max-lr</c> where a cmdlet has <c>-MaxLr</c>.</summary>
internal static partial class NotebookText
{
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["New-CyclicSchedule"] = "#!clr-schedule",
        ["New-OneCycleSchedule"] = "#!clr-one-cycle",
        ["New-WarmRestartSchedule"] = "#!clr-restarts",
        ["New-DecaySchedule"] = "#!clr-decay",
        ["New-StepDecaySchedule"] = "#!clr-step-decay",
        ["New-WarmupStableDecaySchedule"] = "#!clr-warmup-stable-decay",
        ["New-ConstantSchedule"] = "#!clr-constant",
        ["Add-ScheduleWarmup"] = "#!clr-warm-up",
        ["Invoke-LrRangeTest"] = "#!clr-range-test",
        ["Get-SuggestedLrBounds"] = "#!clr-suggest",
        ["Start-CyclicTraining"] = "#!clr-train",
        ["Get-TorchDevice"] = "#!clr-devices",
    };

    /// <summary>A message as a notebook says it.</summary>
    /// <param name="message">The engine's message.</param>
    /// <param name="parameters">The parameters that it may speak of.</param>
    /// <param name="subject">The engine's name of the parameter that it is about; null where it is about none.</param>
    public static string Message(string message, IEnumerable<MagicParameter> parameters, string? subject = null)
    {
        // Several commands may have a parameter of the same name.
        ILookup<string, string> names = parameters.ToLookup(parameter => parameter.Field, parameter => parameter.Name);
        string told = Cmdlet().Replace(message, cmdlet => Commands.GetValueOrDefault(cmdlet.Value, cmdlet.Value));
        return Name().Replace(told, word =>
        {
            string field = word.Groups["name"].Value;
            // A bare word such as Data may be just that.
            bool isMeant = word.Value[0] == '-' || field == subject || field.Skip(1).Any(char.IsUpper);
            return isMeant && names[field].FirstOrDefault() is { } name ? name : word.Value;
        });
    }

    /// <summary>A table whose texts are told so.</summary>
    public static TextTable Table(TextTable table, IReadOnlyList<MagicParameter> parameters) =>
        table with { Rows = [.. table.Rows.Select(row => row.Select(text => Message(text, parameters)).ToArray())] };

    /// <summary>What a property is, as the help of its parameter: the engine's comment, the values that it takes, and the default.</summary>
    public static string Help(PropertyInfo property, object? usual)
    {
        string summary = XmlSummary.For(property, reference => Named(property, reference)) ?? property.Name;
        string text = Null().Replace(summary, word => char.IsUpper(word.Value[0]) ? "If left out, " : "if left out, ").TrimEnd('.');
        string values = MagicArguments.NamedBy(property.PropertyType) is { } named ? $" ({EnumName.List(named)})" : "";
        string otherwise = usual is null or false or "" or System.Collections.ICollection ? "" : FormattableString.Invariant($"; {(usual is true ? "true" : usual)} if left out");
        return $"{text}{values}{otherwise}.";
    }

    // A number that a comment names is more use than its name.
    private static string Named(PropertyInfo property, string reference)
    {
        string[] parts = reference[2..].Split('.');
        FieldInfo? constant = reference[0] == 'F' && !property.PropertyType.IsEnum ? property.DeclaringType!.GetField(parts[^1]) : null;
        return constant is { IsLiteral: true } ? FormattableString.Invariant($"{constant.GetRawConstantValue():N0}")
            : reference[0] == 'P' ? MagicParameter.NameOf(parts[^1])
            : parts[^1];
    }

    [GeneratedRegex(@"\b[A-Z][a-z]+-[A-Z][A-Za-z]+")]
    private static partial Regex Cmdlet();

    [GeneratedRegex(@"(?<![\w#.'/\\-])-?(?<name>[A-Z]\w*)\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b[Nn]ull (for )?")]
    private static partial Regex Null();
}
