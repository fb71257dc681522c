using System.Security.Cryptography;
using System.Text.Json;
using ClrEngine.Files;
using ClrEngine.Schedules.Json;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Histories;

namespace ClrModule.Sweeps;

/// <summary>The folder of one run of a sweep, and the files in it: what the run is, how far it is, and what came of it.</summary>
internal static class SweepRunFolder
{
    public const string JobFile = "job.json", HistoryFile = "history.json", NewHistoryFile = ".history-new.json", ErrorFile = "error.json", TrainedFile = "trained.json", ScheduleFile = "schedule.json", Checkpoints = "checkpoints", Models = "models";

    private static readonly ErrorCause SweepHistoryOfAnother = new(nameof(SweepHistoryOfAnother), ErrorKind.InvalidData,
        "A run of a sweep has a history that is not of its job: it was copied or changed, or the job was edited afterwards.", "Put back what was there; or move `history.json` away, and the run is trained anew.");

    private static readonly ErrorCause SweepModelOfAnother = new(nameof(SweepModelOfAnother), ErrorKind.InvalidData,
        "A run of a sweep has the model of another run, which was copied there.", "Put back what was there; or move `history.json` and `models` away, and the run is trained anew.");

    private static readonly ErrorCause SweepRunNotDone = new(nameof(SweepRunNotDone), ErrorKind.ObjectNotFound,
        "A run of a sweep is not done, and so has no history and no models yet.", "Train it with `Invoke-TrainingSweep`, or leave it out: `Get-TrainingSweep sweep | Where-Object State -EQ Done`.");

    /// <summary>A run's number as its folder has it.</summary>
    public static string Name(int index) => index.ToString("D3", CultureInfo.InvariantCulture);

    /// <summary>The number of the run that a folder is named for; below 0 where it is named otherwise.</summary>
    public static int IndexOf(string folder) =>
        Path.GetFileName(folder) is var name && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && Name(index) == name ? index : -1;

    /// <summary>Whether a folder is that of a run; also one whose job is gone.</summary>
    public static bool IsRun(string folder) =>
        File.Exists(Path.Combine(folder, TrainedFile)) || (IndexOf(Path.TrimEndingDirectorySeparator(folder)) >= 0 && File.Exists(Path.Combine(folder, JobFile)));

    /// <summary>The file of a history, where a path is that of a folder with one or of a run.</summary>
    public static string HistoryFileAt(string path) =>
        Path.Combine(path, HistoryFile) is var inside && (File.Exists(inside) || IsRun(path)) ? inside : path;

    /// <summary>Reads a history from its file; that of a run only where it is of the run's job.</summary>
    /// <exception cref="SweepException">It is not of the run's job, or the run has none yet.</exception>
    public static TrainingHistory ReadHistory(string file, ScaleFunctionCompiler? compile = null) =>
        Path.GetFileName(file) != HistoryFile || Path.GetDirectoryName(file) is not { } folder || !IsRun(folder) ? TrainingHistoryFile.Read(file, compile)
            : History(folder, compile) ?? throw NotDone(folder);

    /// <summary>The history of a run that is done; null where it is not.</summary>
    /// <exception cref="SweepException">It is not the history of the run's job, or what says so cannot be read.</exception>
    public static TrainingHistory? History(string folder, ScaleFunctionCompiler? compile = null)
    {
        string path = Path.Combine(folder, HistoryFile), record = Path.Combine(folder, TrainedFile);
        if (!File.Exists(path))
            return null;
        TrainingHistory history = TrainingHistoryFile.Read(path, compile);
        (SweepJob? job, string? hash) = File.Exists(record) ? SweepJob.ReadTrained(record) : (null, null);
        string? another = hash != HashOf(path) ? $"it was copied from another run or changed, since {TrainedFile} {(hash is null ? "does not say that this run wrote it" : "has another hash")}"
            : SweepJob.Read(Path.Combine(folder, JobFile)) is var now ? now.ChangedFrom(job!) ?? now.ContradictedBy(history) : null;
        return another is null ? history : throw new SweepException(SweepHistoryOfAnother, $"The history is not of this job: {another}. Put back what was there, or move '{path}' away to train the run anew.");
    }

    /// <summary>The file of a run's best model, where it is of this run by what it says itself.</summary>
    /// <exception cref="SweepException">The run is not done, or its history is not of its job, or the model is of another run.</exception>
    public static string BestModel(string folder)
    {
        TrainingHistory history = History(folder) ?? throw NotDone(folder);
        string path = Path.Combine(folder, Models, "best.safetensors");
        if (!File.Exists(path))
            return path;
        TrainedModelInfo model = TrainedModelFile.Read(path).Info;
        return model.Step == history.BestEpoch?.Step && model.Run == history.Run with { DataPath = null } ? path
            : throw new SweepException(SweepModelOfAnother, $"'{path}' is not the best model of this run, which is of step {history.BestEpoch?.Step} of {history.Run}: it is of step {model.Step} of {model.Run}. Put back what was there, or move '{Path.Combine(folder, HistoryFile)}' and '{Path.Combine(folder, Models)}' away to train the run anew.");
    }

    /// <summary>Writes down that a training begins with a job: bounds that were found for another are found again.</summary>
    public static void Begin(string folder, SweepJob job)
    {
        string record = Path.Combine(folder, TrainedFile);
        if (File.Exists(record) && job.ChangedFrom(SweepJob.ReadTrained(record).Job) is not null)
            File.Delete(Path.Combine(folder, ScheduleFile));
        job.WriteTrained(record);
    }

    /// <summary>Puts a history in its place, by which the run is done, and writes down before that it is of this job.</summary>
    public static void End(string folder, SweepJob job, string history)
    {
        job.WriteTrained(Path.Combine(folder, TrainedFile), HashOf(history));
        File.Move(history, Path.Combine(folder, HistoryFile), overwrite: true);
    }

    private static SweepException NotDone(string folder) =>
        new(SweepRunNotDone, $"The run in '{folder}' is not done, and so has no history and no models yet: Get-TrainingSweep says how it stands. Train it with Invoke-TrainingSweep, or leave it out by its State.");

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return $"sha256:{Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant()}";
    }
}

/// <summary>Why a run failed, as its folder keeps it.</summary>
internal sealed record SweepFailure(string ErrorId, string Message, string Host, DateTimeOffset Time)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, string id, string message) => AtomicFile.Write(
        Path.Combine(folder, SweepRunFolder.ErrorFile),
        JsonSerializer.Serialize(new SweepFailure(id, message, Environment.MachineName, DateTimeOffset.Now), Json));

    public static string Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepFailure>(File.ReadAllText(path), Json)?.Message ?? "";
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            return $"'{path}' cannot be read: {exception.Message}";
        }
    }
}
