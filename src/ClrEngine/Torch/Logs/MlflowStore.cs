using System.Text;
using System.Text.RegularExpressions;
using ClrEngine.Files;

namespace ClrEngine.Torch.Logs;

/// <summary>
/// A folder as MLflow's file store has it (mlflow/store/tracking/file_store.py): a folder for each experiment, named by its number, in it one for each
/// run, and in both a file meta.yaml.
/// </summary>
internal sealed class MlflowStore(string folder)
{
    public const string Meta = "meta.yaml";

    private const int LongestName = 500;

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The folder of the run of a number; null where there is none, or where it was deleted in MLflow.</summary>
    public string? FindRun(string id) => !Regex.IsMatch(id, "^[0-9a-f]{32}$") ? null : Folders()
        .Select(experiment => Path.Combine(experiment, id))
        .FirstOrDefault(run => File.Exists(Path.Combine(run, Meta)) && !IsDeleted(File.ReadAllText(Path.Combine(run, Meta))));

    /// <summary>The folder of the experiment of a name, which is made where there is none.</summary>
    public string Experiment(string name)
    {
        // So MLflow itself begins a store.
        if (!Folders().Any())
            NewExperiment("0", "Default");
        foreach (string experiment in Folders())
        {
            string path = Path.Combine(experiment, Meta);
            if (File.Exists(path) && File.ReadAllText(path) is var meta && Value(meta, "name") == name && !IsDeleted(meta))
                return experiment;
        }
        return NewExperiment(Random.Shared.NextInt64(100_000_000_000_000_000, 1_000_000_000_000_000_000).ToString(CultureInfo.InvariantCulture), name);
    }

    /// <summary>The name under which MLflow takes an experiment or a run: on one line, and not too long.</summary>
    public static string NameFrom(string text)
    {
        string name = Regex.Replace(text, @"[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]", "_");
        return name.Length > LongestName ? name[..LongestName] : name;
    }

    /// <summary>The name under which MLflow takes a parameter: letters, digits, and a few signs.</summary>
    public static string KeyFrom(string text) => Regex.Replace(text, @"[^\w.\- ]", "_");

    /// <summary>Values by their keys as YAML: texts in quotes, numbers and nulls as they are.</summary>
    public static string Yaml(params ReadOnlySpan<(string Key, object? Value)> values)
    {
        var text = new StringBuilder();
        foreach ((string key, object? value) in values)
            text.Append(CultureInfo.InvariantCulture, $"{key}: {value switch { null => "null", string words => $"'{words.Replace("'", "''", StringComparison.Ordinal)}'", _ => value }}\n");
        return text.ToString();
    }

    /// <summary>The text of a key in YAML that MLflow or this engine wrote: plain or in quotes, perhaps over several lines; null where the key is not there.</summary>
    public static string? Value(string yaml, string key)
    {
        Match match = Regex.Match(yaml, $@"^{Regex.Escape(key)}:[ ]*([^\r\n]*(?:\r?\n[ ]+[^\r\n]*)*)", RegexOptions.Multiline);
        if (!match.Success)
            return null;
        string text = match.Groups[1].Value.Trim();
        bool isDouble = text.Length > 1 && text[0] == '"';
        if (isDouble)
            text = Regex.Replace(text, @"\\\r?\n[ ]*", "");
        text = Regex.Replace(text, @"[ ]*\r?\n[ ]*", " ");
        return isDouble ? Regex.Replace(text[1..^1], @"\\(?:[xuU](?<hex>[0-9A-Fa-f]{2,8})|(?<sign>.))", Unescaped)
            : text.Length > 1 && text[0] == '\'' ? text[1..^1].Replace("''", "'", StringComparison.Ordinal)
            : text;
    }

    /// <summary>The same document with another number, or none, at a key.</summary>
    public static string With(string yaml, string key, long? number) =>
        Regex.Replace(yaml, $@"^{Regex.Escape(key)}:[^\r\n]*", string.Create(CultureInfo.InvariantCulture, $"{key}: {(number is null ? "null" : number)}"), RegexOptions.Multiline);

    /// <summary>The time as MLflow has it.</summary>
    public static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static string Unescaped(Match escape) =>
        escape.Groups["hex"] is { Success: true } hex && int.Parse(hex.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var code
            ? code < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32(code)
            : escape.Groups["sign"].Value switch { "n" => "\n", "t" => "\t", "r" => "\r", "0" => "\0", var sign => sign };

    private static bool IsDeleted(string meta) => Value(meta, "lifecycle_stage") == "deleted";

    private string NewExperiment(string id, string name)
    {
        string experiment = Directory.CreateDirectory(Path.Combine(Folder, id)).FullName;
        long now = Now();
        AtomicFile.Write(Path.Combine(experiment, Meta), Yaml(
            ("artifact_location", new Uri(experiment).AbsoluteUri), ("creation_time", now), ("experiment_id", id), ("last_update_time", now), ("lifecycle_stage", "active"), ("name", name)));
        return experiment;
    }

    private IEnumerable<string> Folders() => Directory.Exists(Folder) ? Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal) : [];
}
