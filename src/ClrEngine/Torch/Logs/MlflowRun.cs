using System.Text;
using System.Text.Json.Nodes;
using ClrEngine.Files;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Torch.Logs;

/// <summary>
/// A training run as a run of MLflow's file store: what it is as params, what it measures as metrics, one line a value. A run that goes on from its
/// checkpoints is the same run in MLflow, from which the values after the checkpoint are cut. Lines gather in memory until 64 KiB have gathered or the
/// caller flushes.
/// </summary>
internal sealed class MlflowRun : IRunLog
{
    private const int FlushAtLength = 1 << 16;
    private const int LongestValue = 6000;

    // Beside the checkpoints: the number of the run in MLflow that they belong to.
    private const string NumberFile = "mlflow-run.txt";

    private readonly string _folder;
    private readonly SortedDictionary<string, StringBuilder> _waiting = new(StringComparer.Ordinal);
    private int _waitingLength;
    private bool _isOver;

    // Where the number goes with the first checkpoint: until then those of an earlier run, and its number, stay.
    private string? _numberedLater;

    private MlflowRun(string folder) => _folder = folder;

    public string Name => "its run in MLflow";

    public string Remark => $"The run in MLflow is written to '{_folder}'.";

    /// <summary>Begins a run in a store, or goes on with that of the checkpoints.</summary>
    /// <exception cref="FileNotWrittenException">It cannot be written.</exception>
    public static MlflowRun Open(MlflowStore store, TrainingRun run, CheckpointOptions? checkpoints, RunProgress? from, Action<string> warn) => Guarded(store.Folder, () =>
    {
        string? numbered = checkpoints is null ? null : Path.Combine(checkpoints.Path, NumberFile);
        string? earlier = checkpoints is { Resume: true } && File.Exists(numbered) ? store.FindRun(File.ReadAllText(numbered).Trim()) : null;
        if (earlier is null && from is not null)
            warn($"The run of these checkpoints is not in '{store.Folder}': MLflow shows a new one, from step {from.Step} on.");
        var opened = new MlflowRun(earlier ?? NewRun(store, run.Description, warn));
        if (earlier is not null)
            opened.GoOn(from?.Step ?? 0);
        foreach ((string key, string value) in Params(run, warn))
            opened.Write("params", key, value);
        if (checkpoints is { Force: true })
            opened._numberedLater = numbered;
        else if (numbered is not null)
            opened.Number(numbered);
        return opened;
    });

    public void Add(long step, params ReadOnlySpan<(string Tag, double? Value)> values)
    {
        long now = MlflowStore.Now();
        foreach ((string tag, double? value) in values)
        {
            if (value is not { } number)
                continue;
            if (!_waiting.TryGetValue(tag, out StringBuilder? lines))
                _waiting[tag] = lines = new StringBuilder();
            int before = lines.Length;
            lines.Append(CultureInfo.InvariantCulture, $"{now} {number:R} {step}\n");
            _waitingLength += lines.Length - before;
        }
        if (_waitingLength >= FlushAtLength)
            WriteLines();
    }

    public void Flush()
    {
        WriteLines();
        if (_numberedLater is { } numbered)
            Guarded(() => Number(numbered));
        _numberedLater = null;
    }

    private void Number(string numbered) => AtomicFile.Write(numbered, Path.GetFileName(_folder) + "\n");

    private void WriteLines() => Guarded(() =>
    {
        foreach ((string tag, StringBuilder lines) in _waiting)
        {
            if (lines.Length > 0)
                Append(PlaceOf("metrics", tag), Encoding.ASCII.GetBytes(lines.ToString()));
            lines.Clear();
        }
        _waitingLength = 0;
    });

    public void End(TrainingHistory? history, string? reason)
    {
        WriteLines();
        Guarded(() =>
        {
            Write("tags", "clr.status", history is null ? "Failed" : $"{history.Status}");
            if (!string.IsNullOrEmpty(reason))
                Write("tags", "clr.status_reason", reason);
            // The numbers of MLflow's RunStatus.
            SetStatus(history?.Status switch { TrainingStatus.Completed or TrainingStatus.StoppedEarly => 3, TrainingStatus.Cancelled => 5, _ => 4 }, MlflowStore.Now());
            _isOver = true;
        });
    }

    // A run whose first update never came has failed. Where it cannot be written any more, that has been said.
    public void Dispose()
    {
        if (!_isOver)
            End(null, null);
    }

    private static string NewRun(MlflowStore store, RunDescription description, Action<string> warn)
    {
        string asked = Environment.GetEnvironmentVariable("MLFLOW_EXPERIMENT_NAME") is { Length: > 0 } given ? given : description.Data ?? "Default";
        string name = MlflowStore.NameFrom(description.RunName), experiment = store.Experiment(MlflowStore.NameFrom(asked));
        if (MlflowStore.NameFrom(asked) != asked)
            warn($"The experiment is '{MlflowStore.NameFrom(asked)}' in MLflow, which takes no line breaks, no other signs without a shape, and at most 500 letters.");
        string id = Guid.NewGuid().ToString("N"), folder = Path.Combine(experiment, id);
        foreach (string part in new[] { "metrics", "params", "tags", "artifacts" })
            Directory.CreateDirectory(Path.Combine(folder, part));
        string meta = File.ReadAllText(Path.Combine(experiment, MlflowStore.Meta));
        (string Key, string Value)[] tags =
        [
            ("mlflow.runName", name), ("mlflow.user", Environment.UserName), ("mlflow.source.name", "ClrEngine"), ("mlflow.source.type", "LOCAL"),
            ("clr.versions", description.Versions ?? ""), ("clr.platform", description.Platform ?? ""),
        ];
        foreach ((string key, string value) in tags.Where(static tag => tag.Value.Length > 0))
            AtomicFile.Write(Path.Combine(folder, "tags", key), value);
        // Last: a folder without it is no run to MLflow.
        AtomicFile.Write(Path.Combine(folder, MlflowStore.Meta), MlflowStore.Yaml(
            ("artifact_uri", $"{MlflowStore.Value(meta, "artifact_location") ?? new Uri(experiment).AbsoluteUri}/{id}/artifacts"), ("deleted_time", null), ("end_time", null), ("entry_point_name", ""),
            ("experiment_id", Path.GetFileName(experiment)), ("lifecycle_stage", "active"), ("run_id", id), ("run_name", name), ("run_uuid", id), ("source_name", ""),
            ("source_type", 4), ("source_version", ""), ("start_time", MlflowStore.Now()), ("status", 1), ("user_id", Environment.UserName)) + "tags: []\n");
        return folder;
    }

    private static Dictionary<string, string> Params(TrainingRun run, Action<string> warn)
    {
        RunDescription description = run.Description;
        var all = new Dictionary<string, string>();
        foreach ((string key, object? value) in new (string, object?)[]
        {
            ("model", description.Model), ("data", description.Data), ("schedule", description.Schedule), ("epochs", run.TotalEpochs), ("steps", run.TotalSteps),
            ("steps_per_epoch", description.StepsPerEpoch), ("samples", description.SampleCount), ("batch_size", description.BatchSize), ("seed", description.Seed),
            ("optimizer", description.Optimizer), ("loss", description.Loss), ("best_by", description.BestBy), ("device", description.Device), ("threads", description.Threads),
        })
            Put(key, Convert.ToString(value, CultureInfo.InvariantCulture));
        if (description.Learning is { } learning)
            PutAll("learning", JsonNode.Parse(learning));
        return all;

        void PutAll(string key, JsonNode? value)
        {
            if (value is not JsonObject fields)
                Put(key, value is JsonArray ? value.ToJsonString() : value?.ToString());
            else
                foreach ((string name, JsonNode? field) in fields)
                    PutAll($"{key}.{name}", field);
        }

        void Put(string key, string? value)
        {
            if (string.IsNullOrEmpty(value))
                return;
            string name = MlflowStore.KeyFrom(key);
            while (all.ContainsKey(name))
                name += "_";
            if (name != key)
                warn($"The parameter '{key}' is '{name}' in MLflow, which takes no other signs.");
            if (value.Length > LongestValue)
                warn($"The parameter '{name}' has {value.Length} letters, of which MLflow takes {LongestValue}: the rest is left out there.");
            all[name] = value.Length > LongestValue ? value[..LongestValue] : value;
        }
    }

    private void GoOn(long step)
    {
        foreach (string metric in Directory.GetFiles(Path.Combine(_folder, "metrics"), "*", SearchOption.AllDirectories))
            Cut(metric, step);
        File.Delete(PlaceOf("tags", "clr.status"));
        File.Delete(PlaceOf("tags", "clr.status_reason"));
        SetStatus(1, null);
    }

    // The lines are in the order of their steps; the last one may be torn.
    private static void Cut(string path, long step)
    {
        long length = new FileInfo(path).Length, kept = 0;
        foreach (string line in File.ReadLines(path, Encoding.Latin1))
        {
            if (kept + line.Length + 1 > length || !(long.TryParse(line[(line.LastIndexOf(' ') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long at) && at < step))
                break;
            kept += line.Length + 1;
        }
        if (kept == length)
            return;
        if (kept == 0)
        {
            // To MLflow a metric without a value is damage.
            File.Delete(path);
            return;
        }
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(kept);
    }

    private static void Append(string path, byte[] lines)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        long before = file.Length;
        try
        {
            file.Write(lines);
        }
        catch (IOException)
        {
            // A part of a line is damage to MLflow, and hides the whole run.
            file.SetLength(before);
            throw;
        }
    }

    // What else stands there may have been changed in MLflow: a name, a description.
    private void SetStatus(int status, long? end)
    {
        string path = Path.Combine(_folder, MlflowStore.Meta);
        AtomicFile.Write(path, MlflowStore.With(MlflowStore.With(File.ReadAllText(path), "status", status), "end_time", end));
    }

    private void Write(string kind, string key, string value) => AtomicFile.Write(PlaceOf(kind, key), value);

    private string PlaceOf(string kind, string key)
    {
        string path = Path.Combine([_folder, kind, .. key.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private void Guarded(Action write)
    {
        bool isWritten = false;
        try
        {
            isWritten = Guarded(_folder, () =>
            {
                write();
                return true;
            });
        }
        finally
        {
            _isOver |= !isWritten;
        }
    }

    private static T Guarded<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (IOException cause) when (cause is not FileNotWrittenException)
        {
            throw new FileNotWrittenException(path, cause);
        }
    }
}
