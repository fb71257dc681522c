using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ClrEngine.Files;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;

namespace ClrModule.Sweeps;

/// <summary>The folder of a sweep: a folder for each run, named by its number, whose files say what the run is and how far it is.</summary>
internal sealed class SweepFolder
{
    public const string JobFile = "job.json", HistoryFile = "history.json", NewHistoryFile = ".history-new.json", ErrorFile = "error.json", TrainedFile = "trained.json", ScheduleFile = "schedule.json", Checkpoints = "checkpoints", Models = "models";

    private static readonly ErrorCause SweepNotFound = new(nameof(SweepNotFound), ErrorKind.ObjectNotFound,
        "The folder holds no sweep, or the sweep no run of this number.", "Give the folder that `New-TrainingSweep` made, and a number that `Get-TrainingSweep` lists.");

    private static readonly ErrorCause SweepHistoryOfAnother = new(nameof(SweepHistoryOfAnother), ErrorKind.InvalidData,
        "A run of a sweep has a history that is not of its job: it was copied or changed, or the job was edited afterwards.", "Put back what was there; or move `history.json` away, and the run is trained anew.");

    private readonly SortedDictionary<int, SweepJob?> _jobs = [];
    private readonly Dictionary<int, string> _broken = [];
    private readonly string[] _names;
    private readonly string[] _varying;

    private SweepFolder(string path)
    {
        Path = path;
        foreach (int index in Indexes(path))
        {
            try
            {
                _jobs[index] = SweepJob.Read(System.IO.Path.Combine(FolderOf(index), JobFile));
            }
            catch (Exception exception) when (exception is SweepException or IOException or UnauthorizedAccessException)
            {
                (_jobs[index], _broken[index]) = (null, exception.Message);
            }
        }
        SweepJob[] whole = [.. _jobs.Values.OfType<SweepJob>()];
        _names = [.. whole.SelectMany(job => job.Names).Distinct()];
        _varying = [.. _names.Where(name => whole.Select(job => job.Text(name)).Distinct().Skip(1).Any())];
    }

    public string Path { get; }

    /// <summary>The numbers of the runs, in order.</summary>
    public IEnumerable<int> Runs => _jobs.Keys;

    /// <exception cref="SweepException">There is none.</exception>
    public static SweepFolder Open(string path, Action<string>? warn = null)
    {
        foreach (string folder in Jobs(path).Where(folder => IndexOf(folder) < 0))
            warn?.Invoke($"'{folder}' holds a {JobFile}, and is left out: the folders of runs are named by their numbers, such as {Name(0)}.");
        return Indexes(path).Any() ? new SweepFolder(path)
            : throw new SweepException(SweepNotFound, $"'{path}' holds no sweep; make one with New-TrainingSweep, or give its folder.");
    }

    /// <summary>Adds the jobs that are not there yet, and gives the number of each. Others may do the same at the same time.</summary>
    public static IReadOnlyList<int> Add(string path, IReadOnlyList<SweepJob> jobs)
    {
        AtomicFile.RequireWritableFolder(path);
        var known = new Dictionary<string, int>();
        foreach (int index in Indexes(path))
            known.TryAdd(File.ReadAllText(System.IO.Path.Combine(path, Name(index), JobFile)), index);
        int next = 0;
        return [.. jobs.Select(job => known.TryGetValue(job.ToString(), out int there) ? there : known[job.ToString()] = AddAtFree(job))];

        int AddAtFree(SweepJob job)
        {
            string beside = System.IO.Path.Combine(path, $".new-{Guid.NewGuid():N}");
            Directory.CreateDirectory(beside);
            job.Write(System.IO.Path.Combine(beside, JobFile));
            for (; ; next++)
            {
                string place = System.IO.Path.Combine(path, Name(next));
                try
                {
                    AtomicFile.MoveFolder(beside, place);
                    return next;
                }
                catch (IOException) when (Directory.Exists(place))
                {
                    if (File.Exists(System.IO.Path.Combine(place, JobFile)) && File.ReadAllText(System.IO.Path.Combine(place, JobFile)) == job.ToString())
                    {
                        Directory.Delete(beside, recursive: true);
                        return next;
                    }
                }
            }
        }
    }

    public string FolderOf(int index) => System.IO.Path.Combine(Path, Name(index));

    /// <summary>A run's number as its folder has it.</summary>
    public static string Name(int index) => index.ToString("D3", CultureInfo.InvariantCulture);

    /// <exception cref="SweepException">There is no such run, or its job cannot be read.</exception>
    public SweepJob JobOf(int index) => _jobs.TryGetValue(index, out SweepJob? job)
        ? job ?? SweepJob.Read(System.IO.Path.Combine(FolderOf(index), JobFile))
        : throw new SweepException(SweepNotFound, $"The sweep has no run {index}: it has {_jobs.Count}, from {_jobs.Keys.First()} to {_jobs.Keys.Last()}.");

    /// <summary>What sets a run apart from the others, such as <c>MaxLr 0.1, Seed 1</c>.</summary>
    public string SettingOf(int index) => _jobs[index] is { } job
        ? string.Join(", ", _varying.Where(job.Has).Select(name => $"{name} {Brief(name, job.Text(name)!)}"))
        : "";

    // A path by its last part, unless that of another run ends so too.
    private string Brief(string name, string text) =>
        System.IO.Path.IsPathFullyQualified(text) && System.IO.Path.GetFileName(text) is { Length: > 0 } last && _jobs.Values.All(job => job?.Text(name) is not { } other || other == text || System.IO.Path.GetFileName(other) != last) ? last : text;

    /// <summary>How a run stands, with its parameters as further properties.</summary>
    public PSObject Row(int index)
    {
        PSObject row = PSObject.AsPSObject(Stand(index));
        foreach (string name in _names)
            row.Properties.Add(new PSNoteProperty(name, _jobs[index]?.Shown(name) is { } value and not Array ? value : _jobs[index]?.Text(name)));
        return row;
    }

    public TrainingSweepRun Stand(int index)
    {
        string folder = FolderOf(index), error = System.IO.Path.Combine(folder, ErrorFile);
        var run = new TrainingSweepRun { Index = index, Setting = SettingOf(index), Path = folder };
        try
        {
            if (_broken.TryGetValue(index, out string? broken))
                return run with { State = SweepRunState.Failed, Reason = broken };
            if (History(index) is { } history)
                return run with
                {
                    State = SweepRunState.Done,
                    Status = history.Status,
                    BestEpoch = history.BestEpoch?.Epoch,
                    BestValidationAccuracy = history.BestValidationAccuracy,
                    BestValidationLoss = history.BestEpoch?.ValidationLoss,
                    BestValidationRSquared = history.BestEpoch?.ValidationRSquared,
                    Seconds = history.Seconds,
                    Reason = history.StatusReason,
                };
        }
        catch (Exception exception) when (exception is IClrError or IOException)
        {
            return run with { State = SweepRunState.Failed, Reason = exception.Message };
        }
        if (RunLock.OwnerOf(folder) is { } owner)
            return run with { State = SweepRunState.Running, Reason = owner };
        if (File.Exists(error))
            return run with { State = SweepRunState.Failed, Reason = SweepFailure.Read(error) };
        long? step = Directory.Exists(System.IO.Path.Combine(folder, Checkpoints)) ? Directory.GetDirectories(System.IO.Path.Combine(folder, Checkpoints)).Max(CheckpointFiles.StepOf) : null;
        return run with { State = SweepRunState.Waiting, Reason = step is null ? null : string.Create(CultureInfo.InvariantCulture, $"goes on after {step} steps") };
    }

    /// <summary>The history of a run that is done; null where it is not.</summary>
    /// <exception cref="SweepException">It is not the history of the run's job, or what says so cannot be read.</exception>
    public TrainingHistory? History(int index)
    {
        string folder = FolderOf(index), path = System.IO.Path.Combine(folder, HistoryFile), record = System.IO.Path.Combine(folder, TrainedFile);
        if (!File.Exists(path))
            return null;
        TrainingHistory history = TrainingHistoryFile.Read(path);
        (SweepJob? job, string? hash) = File.Exists(record) ? SweepJob.ReadTrained(record) : (null, null);
        string? another = hash != HashOf(path) ? $"it was copied from another run or changed, since {TrainedFile} {(hash is null ? "does not say that this run wrote it" : "has another hash")}"
            : JobOf(index).ChangedFrom(job!);
        return another is null ? history : throw new SweepException(SweepHistoryOfAnother, $"The history is not of this job: {another}. Put back what was there, or move '{path}' away to train the run anew.");
    }

    /// <summary>Writes down that a training begins with a job: bounds that were found for another are found again.</summary>
    public static void Begin(string folder, SweepJob job)
    {
        string record = System.IO.Path.Combine(folder, TrainedFile);
        if (File.Exists(record) && job.ChangedFrom(SweepJob.ReadTrained(record).Job) is not null)
            File.Delete(System.IO.Path.Combine(folder, ScheduleFile));
        job.WriteTrained(record);
    }

    /// <summary>Puts a history in its place, by which the run is done, and writes down before that it is of this job.</summary>
    public static void End(string folder, SweepJob job, string history)
    {
        job.WriteTrained(System.IO.Path.Combine(folder, TrainedFile), HashOf(history));
        File.Move(history, System.IO.Path.Combine(folder, HistoryFile), overwrite: true);
    }

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return $"sha256:{Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant()}";
    }

    private static IEnumerable<int> Indexes(string path) => Jobs(path).Select(IndexOf).Where(index => index >= 0).Order();

    private static IEnumerable<string> Jobs(string path) =>
        Directory.Exists(path) ? Directory.GetDirectories(path).Where(folder => File.Exists(System.IO.Path.Combine(folder, JobFile)) && !System.IO.Path.GetFileName(folder).StartsWith('.')) : [];

    // Below 0 where it is not the folder of a run.
    private static int IndexOf(string folder) =>
        System.IO.Path.GetFileName(folder) is var name && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && Name(index) == name ? index : -1;
}

/// <summary>Why a run failed, as its folder keeps it.</summary>
internal sealed record SweepFailure(string ErrorId, string Message, string Host, DateTimeOffset Time)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, string id, string message) => AtomicFile.Write(
        System.IO.Path.Combine(folder, SweepFolder.ErrorFile),
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

/// <summary>How one run of a sweep stands. Its parameters stand beside it as properties of their own, so that runs sort, group and export as one table.</summary>
public sealed record TrainingSweepRun
{
    /// <summary>The run's number, counted from 0; its folder is named so.</summary>
    public required int Index { get; init; }

    /// <summary>How far it is.</summary>
    public SweepRunState State { get; init; }

    /// <summary>The parameters in which it differs from other runs of the sweep.</summary>
    public required string Setting { get; init; }

    /// <summary>How the training ended, where it is done.</summary>
    public TrainingStatus? Status { get; init; }

    /// <summary>The best epoch, counted from 1.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>The validation accuracy of the best epoch, in percent.</summary>
    public double? BestValidationAccuracy { get; init; }

    /// <summary>The validation loss of the best epoch.</summary>
    public double? BestValidationLoss { get; init; }

    /// <summary>Where values are predicted: the share of their variance that the best epoch explains.</summary>
    public double? BestValidationRSquared { get; init; }

    /// <summary>How long it trained, in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why it failed or ended early; of a run that goes on, by whom; of one that was stopped, from where it goes on.</summary>
    public string? Reason { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Path { get; init; }

    /// <summary>A line for people.</summary>
    public override string ToString() => $"run {SweepFolder.Name(Index)}{(Setting.Length == 0 ? "" : $" ({Setting})")}: {State}";
}

/// <summary>How far a run of a sweep is.</summary>
public enum SweepRunState
{
    /// <summary>Nobody has it: it has not begun, or was stopped and goes on from its checkpoint.</summary>
    Waiting,

    /// <summary>A process has it.</summary>
    Running,

    /// <summary>Its history is there.</summary>
    Done,

    /// <summary>It ended with an error; it is tried again when the sweep is started again.</summary>
    Failed,
}
