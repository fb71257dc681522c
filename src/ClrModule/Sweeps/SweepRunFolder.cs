using System.Security.Cryptography;
using System.Text.Json;
using ClrEngine.Files;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Histories;

namespace ClrModule.Sweeps;

/// <summary>The folder of one run of a sweep, and the files in it: what the run is, how far it is, and what came of it.</summary>
internal static class SweepRunFolder
{
    public const string JobFile = "job.json", HistoryFile = "history.json", NewFile = ".new.json", ErrorFile = "error.json", TrainedFile = "trained.json", ScheduleFile = "schedule.json", Checkpoints = "checkpoints", Models = "models";

    private static readonly ErrorCause SweepHistoryOfAnother = new(nameof(SweepHistoryOfAnother), ErrorKind.InvalidData,
        "A run of a sweep has a history that is not of its job: it was copied or changed, or the job was edited afterwards.", "Put back what was there; or move `history.json` away, and the run is trained anew.");

    private static readonly ErrorCause SweepScheduleOfAnother = new(nameof(SweepScheduleOfAnother), ErrorKind.InvalidData,
        "A run of a sweep has a schedule that its range test did not lead to: it was copied or changed.", "Put back what was there; or move `schedule.json` away, and the run makes its schedule anew.");

    private static readonly ErrorCause SweepFileIsFolder = new(nameof(SweepFileIsFolder), ErrorKind.InvalidData,
        "Where a run of a sweep keeps a file lies a folder, or a file where it keeps a folder.", "Move it away.");

    private static readonly ErrorCause SweepModelOfAnother = new(nameof(SweepModelOfAnother), ErrorKind.InvalidData,
        "A run of a sweep has the model of another run, which was copied there.", "Put back what was there; or move `history.json` and `models` away, and the run is trained anew.");

    private static readonly ErrorCause SweepModelGone = new(nameof(SweepModelGone), ErrorKind.ObjectNotFound,
        "A run of a sweep is done, and its best model was removed.", "Put it back; or move `history.json` away, and the run is trained anew.");

    private static readonly ErrorCause SweepRunWithoutModel = new(nameof(SweepRunWithoutModel), ErrorKind.InvalidResult,
        "A run of a sweep diverged before an epoch had ended with a finite loss, and so has no best model.", "Leave it out: `Get-TrainingSweep sweep | Where-Object State -EQ Done`.");

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
    /// <param name="file">The file.</param>
    /// <param name="sweeps">The sweeps that were looked at, for those who read several.</param>
    /// <param name="compile">Makes functions of scripts.</param>
    /// <exception cref="SweepException">It is not of the run's job, the run is a copy of another, or it has none yet.</exception>
    public static TrainingHistory ReadHistory(string file, Dictionary<string, SweepFolder> sweeps, ScaleFunctionCompiler? compile = null) =>
        Path.GetFileName(file) != HistoryFile || Path.GetDirectoryName(file) is not { } folder || !IsRun(folder) ? TrainingHistoryFile.Read(file, compile)
            : OwnHistory(folder, sweeps, compile);

    /// <summary>The history of a run that is done; null where it is not.</summary>
    /// <exception cref="SweepException">It is not the history of the run's job, or what says so cannot be read.</exception>
    public static TrainingHistory? History(string folder, ScaleFunctionCompiler? compile = null)
    {
        string path = Path.Combine(folder, HistoryFile), record = Path.Combine(folder, TrainedFile);
        foreach (string name in new[] { JobFile, TrainedFile, ScheduleFile, HistoryFile, ErrorFile })
        {
            if (Path.Combine(folder, name) is var file && Directory.Exists(file))
                throw new SweepException(SweepFileIsFolder, $"'{file}' is a folder, and the run keeps a file there: move it away.");
        }
        if (!File.Exists(path))
            return null;
        TrainingHistory history = ReadWhole(path, compile);
        (SweepJob? job, string? hash, _) = Trained(record);
        string? another = hash != HashOf(path) ? $"it was copied from another run or changed, since {TrainedFile} {(hash is null ? "does not say that this run wrote it" : "has another hash")}"
            : SweepJob.Read(Path.Combine(folder, JobFile)) is var now ? now.ChangedFrom(job!) ?? now.ContradictedBy(history) : null;
        return another is null ? history : throw new SweepException(SweepHistoryOfAnother, $"The history is not of this job: {another}. Put back what was there, or move '{path}' away to train the run anew.");
    }

    /// <summary>The file of a run's best model, where it is of this run by what it says itself.</summary>
    /// <exception cref="SweepException">The run is not done or a copy of another, or its history is not of its job, or the model is gone or of another run.</exception>
    public static string BestModel(string folder, Dictionary<string, SweepFolder> sweeps)
    {
        TrainingHistory history = OwnHistory(folder, sweeps);
        string path = Path.Combine(folder, Models, "best.safetensors");
        if (history.BestEpoch is null)
            throw new SweepException(SweepRunWithoutModel, $"The run in '{folder}' is {history.Status}, and no epoch of it ended with a finite loss: it has no best model to test. Leave it out, as by its State: Get-TrainingSweep sweep | Where-Object State -EQ Done.");
        if (!File.Exists(path))
            throw new SweepException(SweepModelGone, $"'{path}', the best model of this run, is gone. Put it back, or move '{Path.Combine(folder, HistoryFile)}' away to train the run anew.");
        TrainedModelInfo model = TrainedModelFile.Read(path).Info;
        return model.Step == history.BestEpoch?.Step && model.Run == history.Run with { DataPath = null } ? path
            : throw new SweepException(SweepModelOfAnother, $"'{path}' is not the best model of this run, which is of step {history.BestEpoch?.Step} of {history.Run}: it is of step {model.Step} of {model.Run}. Put back what was there, or move '{Path.Combine(folder, HistoryFile)}' and '{Path.Combine(folder, Models)}' away to train the run anew.");
    }

    /// <summary>Writes down that a training begins with a job: bounds that were found for another are found again.</summary>
    public static void Begin(string folder, SweepJob job)
    {
        string record = Path.Combine(folder, TrainedFile);
        (SweepJob? earlier, _, MeasuredSchedule? schedule) = Trained(record);
        if (earlier is not null && job.ChangedFrom(earlier) is not null)
        {
            File.Delete(Path.Combine(folder, ScheduleFile));
            schedule = null;
        }
        job.WriteTrained(record, schedule);
    }

    /// <summary>The schedule that the run's range test led to; null where it has none yet.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="on">What recognises the data and the weights on which it must have been found; null takes it as it is.</param>
    /// <exception cref="SweepException">It is not what was written.</exception>
    public static ILrSchedule? Schedule(string folder, string? on)
    {
        string path = Path.Combine(folder, ScheduleFile), record = Path.Combine(folder, TrainedFile);
        if (!File.Exists(path))
            return null;
        MeasuredSchedule? kept = Trained(record).Schedule;
        return kept is { On: { } earlier } && on is not null && earlier != on ? null
            : kept?.Hash == HashOf(path) ? ClrEngine.Schedules.ScheduleFile.Read(path)
            : throw new SweepException(SweepScheduleOfAnother, $"'{path}' is not the schedule that the range test of this run led to, {(File.Exists(record) ? $"by its hash in '{record}': it was changed or copied from another run" : $"as far as is known: '{record}', which had its hash, is gone")}. Put back what was there; or move it away, and the run makes its schedule anew, as its job says. A schedule of your own is the Schedule of a job.");
    }

    /// <summary>Keeps the schedule that the run's range test led to, and writes down before that it is of this run, and on which data and weights it was found; null of another machine.</summary>
    public static void Keep(string folder, SweepJob job, string made, string? on)
    {
        job.WriteTrained(Path.Combine(folder, TrainedFile), new MeasuredSchedule(HashOf(made), on));
        File.Move(made, Path.Combine(folder, ScheduleFile), overwrite: true);
    }

    /// <summary>Puts a history in its place, by which the run is done, and writes down before that it is of this job.</summary>
    public static void End(string folder, SweepJob job, string made)
    {
        string record = Path.Combine(folder, TrainedFile);
        job.WriteTrained(record, Trained(record).Schedule, HashOf(made));
        File.Move(made, Path.Combine(folder, HistoryFile), overwrite: true);
    }

    private static (SweepJob? Job, string? History, MeasuredSchedule? Schedule) Trained(string record) => File.Exists(record) ? SweepJob.ReadTrained(record) : default;

    /// <summary>Refuses a run, before any training, that would have no place for what comes of it.</summary>
    /// <exception cref="SweepException">A file lies where it keeps a folder.</exception>
    public static void RequireFolders(string folder)
    {
        foreach (string name in new[] { Checkpoints, Models })
        {
            if (Path.Combine(folder, name) is var place && File.Exists(place))
                throw new SweepException(SweepFileIsFolder, $"'{place}' is a file, and the run keeps a folder there: move it away.");
        }
    }

    // What Export-TrainingHistory would write is of no use here.
    private static TrainingHistory ReadWhole(string path, ScaleFunctionCompiler? compile)
    {
        try
        {
            return TrainingHistoryFile.Read(path, compile);
        }
        catch (TrainingHistoryException damaged) when (damaged.InnerException is not null)
        {
            throw new TrainingHistoryException(damaged.Cause, $"'{path}' is no training history that can be read: {damaged.InnerException.Message} Put back what was there; or move it away, and the run is trained anew.", damaged.InnerException);
        }
    }

    // Where two runs have one job, the second is a copy, and would count twice.
    private static TrainingHistory OwnHistory(string folder, Dictionary<string, SweepFolder> sweeps, ScaleFunctionCompiler? compile = null)
    {
        TrainingHistory history = History(folder, compile) ?? throw NotDone(folder);
        string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (IndexOf(whole) is >= 0 and var index && Path.GetDirectoryName(whole) is { } place)
        {
            if (!sweeps.TryGetValue(place, out SweepFolder? sweep))
                sweeps[place] = sweep = SweepFolder.Open(place);
            sweep.JobOf(index);
        }
        return history;
    }

    private static SweepException NotDone(string folder) =>
        new(SweepRunNotDone, $"The run in '{folder}' is not done, and so has no history and no models yet: Get-TrainingSweep says how it stands. Train it with Invoke-TrainingSweep, or leave it out by its State.");

    /// <summary>What recognises a file's bytes.</summary>
    public static string HashOf(string path)
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
            return JsonSerializer.Deserialize<SweepFailure>(File.ReadAllText(path), Json)?.Message ?? throw new JsonException();
        }
        catch (JsonException)
        {
            return $"'{path}', which says why, is not as it was written: start the sweep again, and the run is tried again.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"'{path}', which says why, cannot be read: {exception.Message}";
        }
    }
}
