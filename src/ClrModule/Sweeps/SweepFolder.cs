using ClrEngine.Files;
using ClrEngine.Training.Checkpoints;
using ClrModule.Commands.Training;

namespace ClrModule.Sweeps;

/// <summary>The folder of a sweep: a folder for each run, named by its number, whose files say what the run is and how far it is.</summary>
internal sealed class SweepFolder
{
    private static readonly ErrorCause SweepNotFound = new(nameof(SweepNotFound), ErrorKind.ObjectNotFound,
        "The folder holds no sweep, or the sweep no run of this number.", "Give the folder that `New-TrainingSweep` made, and a number that `Get-TrainingSweep` lists.");

    private static readonly ErrorCause SweepRunTwice = new(nameof(SweepRunTwice), ErrorKind.InvalidData,
        "Two runs of a sweep have the same job, and would count twice: the folder of one was copied, or its job edited.", "Remove one of the folders, or write another value in its `job.json`.");

    private const int WritersAtOnce = 16;

    private readonly SortedDictionary<int, SweepJob?> _jobs = [];
    private readonly Dictionary<int, SweepException> _broken = [];
    private readonly SortedDictionary<int, RunDescription> _trained = [];
    private readonly string[] _names;
    private readonly string[] _varying;

    private SweepFolder(string path)
    {
        Path = path;
        var known = new Dictionary<string, int>();
        foreach (int index in Indexes(path))
        {
            try
            {
                SweepJob job = SweepJob.Read(JobFileOf(path, index));
                if (!known.TryAdd(job.ToString(), index))
                    throw new SweepException(SweepRunTwice, $"Run {SweepRunFolder.Name(index)} has the job of run {SweepRunFolder.Name(known[job.ToString()])}, and would count twice: its folder was copied, or its job edited. Remove '{FolderOf(index)}', or write another value in its {SweepRunFolder.JobFile}.");
                _jobs[index] = job;
            }
            catch (SweepException exception)
            {
                (_jobs[index], _broken[index]) = (null, exception);
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
        foreach (string folder in Folders(path).Where(folder => SweepRunFolder.IndexOf(folder) < 0 && File.Exists(System.IO.Path.Combine(folder, SweepRunFolder.JobFile))))
            warn?.Invoke($"'{folder}' holds a {SweepRunFolder.JobFile}, and is left out: the folders of runs are named by their numbers, such as {SweepRunFolder.Name(0)}.");
        return Indexes(path).Any() ? new SweepFolder(path)
            : throw new SweepException(SweepNotFound, $"'{path}' holds no sweep; make one with New-TrainingSweep, or give its folder.");
    }

    /// <summary>Adds the jobs that are not there yet, and gives the number of each. Others may do the same at the same time.</summary>
    /// <exception cref="SweepException">A run whose job cannot be read may be one of them; nothing is added then.</exception>
    public static IReadOnlyList<int> Add(string path, IReadOnlyList<SweepJob> jobs)
    {
        AtomicFile.RequireWritableFolder(path);
        var known = new Dictionary<string, int>();
        SweepException? damaged = null;
        HashSet<int> listed = [.. Indexes(path)];
        foreach (int index in listed.Order())
        {
            try
            {
                known.TryAdd(SweepJob.Read(JobFileOf(path, index)).ToString(), index);
            }
            catch (SweepException exception)
            {
                damaged ??= new SweepException(exception.Cause, $"{exception.Message} Nothing is added, since that run may be one of these: put its {SweepRunFolder.JobFile} back as it was, or remove '{System.IO.Path.Combine(path, SweepRunFolder.Name(index))}', and the run is made anew.", exception);
            }
        }
        if (damaged is not null && jobs.Any(job => !known.ContainsKey(job.ToString())))
            throw damaged;
        SweepJob[] missing = [.. jobs.Where(job => !known.ContainsKey(job.ToString()))];
        string[] beside = [.. missing.Select(_ => System.IO.Path.Combine(path, $".new-{Guid.NewGuid():N}"))];
        try
        {
            // Each waits for the disk, which takes many at a time.
            Task.WhenAll(Enumerable.Range(0, WritersAtOnce).Select(writer => Task.Factory.StartNew(() => Write(writer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).GetAwaiter().GetResult();
            for (int next = 0, i = 0; i < missing.Length; i++)
            {
                // All number theirs from below, and look at each run that others put there meanwhile: whoever comes later to a number sees what it is, and makes none twice.
                for (; !known.ContainsKey(missing[i].ToString()); next++)
                {
                    if (Place(beside[i], next))
                        known[missing[i].ToString()] = next;
                    else if (!listed.Contains(next) && File.Exists(JobFileOf(path, next)))
                        known.TryAdd(File.ReadAllText(JobFileOf(path, next)), next);
                }
            }
            AtomicFile.FlushFolder(path);
        }
        finally
        {
            foreach (string left in beside.Where(Directory.Exists))
                Directory.Delete(left, recursive: true);
        }
        return [.. jobs.Select(job => known[job.ToString()])];

        void Write(int writer)
        {
            for (int i = writer; i < missing.Length; i += WritersAtOnce)
                missing[i].Write(System.IO.Path.Combine(Directory.CreateDirectory(beside[i]).FullName, SweepRunFolder.JobFile));
        }

        // False where another run has the number.
        bool Place(string from, int index)
        {
            string place = System.IO.Path.Combine(path, SweepRunFolder.Name(index));
            try
            {
                Directory.Move(from, place);
                return true;
            }
            catch (IOException) when (Directory.Exists(place))
            {
                return false;
            }
        }
    }

    public string FolderOf(int index) => System.IO.Path.Combine(Path, SweepRunFolder.Name(index));

    /// <exception cref="SweepException">There is no such run, or its job cannot be read.</exception>
    public SweepJob JobOf(int index) => _jobs.TryGetValue(index, out SweepJob? job)
        ? job ?? throw new SweepException(_broken[index].Cause, _broken[index].Message, _broken[index])
        : throw new SweepException(SweepNotFound, $"The sweep has no run {index}: it has {_jobs.Count}, from {_jobs.Keys.First()} to {_jobs.Keys.Last()}.");

    /// <summary>What sets a run apart from the others, such as <c>MaxLr 0.1, Seed 1</c>.</summary>
    public string SettingOf(int index) => _jobs[index] is { } job
        ? string.Join(", ", _varying.Where(job.Has).Select(name => $"{name} {Brief(name, job.Text(name)!)}"))
        : "";

    // A path by its last part, unless that of another run ends so too.
    private string Brief(string name, string text) =>
        System.IO.Path.IsPathFullyQualified(text) && System.IO.Path.GetFileName(text) is { Length: > 0 } last && _jobs.Values.All(job => job?.Text(name) is not { } other || other == text || System.IO.Path.GetFileName(other) != last) ? last : text;

    /// <summary>What is said of a run that is left to the process that has it.</summary>
    public string Held(int index) =>
        $"Run {SweepRunFolder.Name(index)} is left to the process that has it ({RunLock.OwnerOf(FolderOf(index)) ?? "it has just let it go"}): it is not trained by this line. Get-TrainingSweep says when it is done; to train it here, end that process, and say the line again.";

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
        string folder = FolderOf(index), error = System.IO.Path.Combine(folder, SweepRunFolder.ErrorFile), checkpoints = System.IO.Path.Combine(folder, SweepRunFolder.Checkpoints);
        var run = new TrainingSweepRun { Index = index, Setting = SettingOf(index), FullName = folder };
        try
        {
            if (_broken.TryGetValue(index, out SweepException? broken))
                return run with { State = SweepRunState.Failed, Reason = broken.Message };
            if (SweepRunFolder.History(folder) is { } history)
            {
                _trained[index] = history.Run;
                run = run with { State = SweepRunState.Done, Status = history.Status, Seconds = history.Seconds, Reason = history.StatusReason };
                // The epochs before its end are no result: who sorts runs by their figures finds none.
                return history.Status == TrainingStatus.Diverged ? run with { State = SweepRunState.Diverged } : run with
                {
                    BestEpoch = history.BestEpoch?.Epoch,
                    BestValidationAccuracy = history.BestValidationAccuracy,
                    BestValidationLoss = history.BestEpoch?.ValidationLoss,
                    BestValidationRSquared = history.BestEpoch?.ValidationRSquared,
                };
            }
            if (!File.Exists(error))
                SweepRunFolder.RequireFolders(folder);
        }
        catch (Exception exception) when (exception is IClrError or IOException or UnauthorizedAccessException)
        {
            return run with { State = SweepRunState.Failed, Reason = exception.Message };
        }
        if (RunLock.OwnerOf(folder) is { } owner)
            return run with { State = SweepRunState.Running, Reason = $"{owner}{(Checkpoints().FirstOrDefault() is { } latest ? $", {Steps(CheckpointFiles.StepOf(latest)!.Value)} so far" : "")}" };
        if (File.Exists(error))
            return run with { State = SweepRunState.Failed, Reason = SweepFailure.Read(error) };
        return run with
        {
            State = SweepRunState.Waiting,
            Reason = Newest(Checkpoints()) switch { { Good: { } from } => $"goes on after {Steps(from)}", { Damage: { } damage } => $"cannot go on: {damage}", _ => null },
        };

        IEnumerable<string> Checkpoints() => (Directory.Exists(checkpoints) ? Directory.GetFileSystemEntries(checkpoints) : []).Where(static path => CheckpointFiles.StepOf(path).HasValue).OrderByDescending(CheckpointFiles.StepOf);

        static string Steps(long count) => Counted.Of(count, "step");
    }

    /// <summary>A sentence for each data, and each file of weights, that was not the same in all runs that name it so, of the runs that were looked at.</summary>
    public IEnumerable<string> Changed() =>
    [
        .. Changed("data", nameof(LearningCommand.Data), static job => string.Join('\n', job.For<ImportTrainingDataCommand>().Keys.Order(StringComparer.Ordinal).Select(name => $"{name} {job.Text(name)}")), static run => run.DataIdentity),
        .. Changed("file of weights", nameof(LearningCommand.Weights), static job => job.Text(nameof(LearningCommand.Weights))!, static run => run.WeightsSha256),
    ];

    private IEnumerable<string> Changed(string what, string parameter, Func<SweepJob, string> nameIn, Func<RunDescription, string?> identityOf) => _trained
        .Where(run => _jobs[run.Key]!.Has(parameter))
        .GroupBy(run => nameIn(_jobs[run.Key]!))
        .Select(alike => alike.GroupBy(run => identityOf(run.Value)).ToArray())
        .Where(kinds => kinds.Length > 1)
        .Select(kinds => $"The {what} '{_jobs[kinds[0].First().Key]!.Text(parameter)}' was changed between runs, whose figures do not compare: it was one in {Listed(kinds[0])}, and {string.Join(", ", kinds[1..].Select(kind => $"another in {Listed(kind)}"))}. Move the {SweepRunFolder.HistoryFile} of those that trained on what is no longer there away, and start the sweep again.");

    private static string Listed(IEnumerable<KeyValuePair<int, RunDescription>> runs) => string.Join(", ", runs.Select(run => SweepRunFolder.Name(run.Key)));

    // The steps of the newest that is good, or what is wrong with the newest where none is.
    private static (long? Good, string? Damage) Newest(IEnumerable<string> checkpoints)
    {
        string? damage = null;
        foreach (string path in checkpoints)
        {
            try
            {
                CheckpointReader.CheckSums(path);
                return (CheckpointReader.ReadState(path).Progress.Step, null);
            }
            catch (Exception exception) when (exception is CheckpointException or IOException or UnauthorizedAccessException or DataFormatException)
            {
                damage ??= exception.Message;
            }
        }
        return (null, damage);
    }

    private static string JobFileOf(string path, int index) => System.IO.Path.Combine(path, SweepRunFolder.Name(index), SweepRunFolder.JobFile);

    // A run whose job is gone still has what it trained, and is not made a second time.
    private static IEnumerable<int> Indexes(string path) => Folders(path)
        .Where(folder => Array.Exists([SweepRunFolder.JobFile, SweepRunFolder.TrainedFile, SweepRunFolder.HistoryFile], file => System.IO.Path.Exists(System.IO.Path.Combine(folder, file))))
        .Select(SweepRunFolder.IndexOf)
        .Where(index => index >= 0)
        .Order();

    private static IEnumerable<string> Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path).Where(folder => !System.IO.Path.GetFileName(folder).StartsWith('.')) : [];
}
