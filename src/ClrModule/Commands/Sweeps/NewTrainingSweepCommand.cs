using System.Collections;
using ClrModule.Commands.Training;
using ClrModule.Sweeps;
using ClrModule.Views;

namespace ClrModule.Commands.Sweeps;

/// <summary>
/// Makes a sweep: a folder with a job for each run, which a person can read. Runs that the folder has already stay as they are, and further ones are added,
/// so that the line that makes a sweep may stand before the one that runs it.
/// </summary>
[Cmdlet(VerbsCommon.New, "TrainingSweep", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingSweepRun))]
public sealed class NewTrainingSweepCommand : ClrCommand
{
    private static readonly ErrorCause SweepInRun = new(nameof(SweepInRun), ErrorKind.InvalidArgument,
        "The folder of a sweep lies in that of another sweep's run.", "Give a folder beside the other sweep's.");

    private readonly List<SweepJob> _jobs = [];
    private readonly HashSet<string> _texts = [];
    private SweepTraining? _training;
    private ProgressBar? _progress;

    /// <summary>The sweep's folder; made where it is not there.</summary>
    [Parameter(Mandatory = true, Position = 0), Alias("LiteralPath", "LP")]
    public string Path { get; set; } = "";

    /// <summary>Rows of parameters, one a run: hashtables, or what Import-Csv reads, whose columns are named as parameters. An empty cell is not given.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// What all runs have in common, by the names of parameters of Import-TrainingData, Invoke-LrRangeTest, Get-SuggestedLrBounds, New-CyclicSchedule and
    /// Start-CyclicTraining. Without MaxLr, each run takes its bounds from a range test of its own. Schedule takes a whole schedule in their place.
    /// </summary>
    [Parameter]
    public IDictionary Setting { get; set; } = new Hashtable();

    /// <summary>What differs: a list of values for each of some parameters. There is a run for each combination.</summary>
    [Parameter]
    public IDictionary Grid { get; set; } = new Hashtable();

    /// <summary>The seeds: each combination is run with each.</summary>
    [Parameter, WholeNumber<int>(IsList = true)]
    public int[] Seed { get; set; } = [];

    protected override object? Target => InputObject ?? (object)Path;

    protected override void Process()
    {
        Dictionary<string, object?> setting = Named(nameof(Setting), Entries(Setting)), row = Named(nameof(InputObject), Row()), grid = Named(nameof(Grid), Entries(Grid));
        if (IsBound(nameof(Grid)) && grid.Count == 0)
            throw SweepParameter.Refused(nameof(Grid), Grid, "Grid is empty; give a list of values for some parameters, or leave it out.");
        if (IsBound(nameof(Seed)) && !grid.TryAdd(nameof(Seed), Seed))
            throw SweepParameter.Refused(nameof(Seed), Seed, "The seeds stand in Grid and in Seed; give them once.");
        // Runs that go side by side repeat to the bit, wherever they are, with one thread each; a row says otherwise.
        List<Dictionary<string, object?>> runs = [With(With(new(StringComparer.OrdinalIgnoreCase) { [nameof(LearningCommand.Threads)] = 1, [nameof(Seed)] = 0 }, setting), row)];
        foreach ((string name, object? value) in grid)
        {
            IList values = value.Plain() as IList ?? new[] { value };
            if (values.Count == 0)
                throw SweepParameter.Refused(name, value, $"{name} is to go through a list that has no value; give at least one, or leave {name} out.");
            if (row.GetValueOrDefault(name).Plain() is not (null or ""))
                throw SweepParameter.Refused(name, row[name], $"{name} stands in a row, and in {(name == nameof(Seed) && IsBound(name) ? name : nameof(Grid))}, which would replace it; give it once.");
            runs = [.. runs.SelectMany(run => values.Cast<object?>().Select(one => With(run, [Valued(name, one)])))];
        }
        string folder = System.IO.Path.Combine(SweepPath(), SweepRunFolder.Name(0));
        string[] named = [.. row.Where(cell => cell.Value.Plain() is not (null or "")).Select(cell => cell.Key), .. grid.Keys];
        _progress ??= new ProgressBar(this, "Making a sweep");
        SweepJob[] jobs = [.. runs.Select((run, at) =>
        {
            _progress.Show(at, runs.Count, () => $"{at} of {Counted.Of(runs.Count, "run")} looked at");
            return Checked(run, folder, Description(run, named, at, runs.Count));
        })];
        _jobs.AddRange(jobs);
    }

    protected override void Finish()
    {
        if (_jobs.Count == 0 && !HasFailed)
            throw SweepParameter.Refused(nameof(InputObject), null, "No row came down the pipeline, and a sweep has at least one run; look at the file or the command that the rows come from.");
        string path = SweepPath();
        if (_jobs.Count == 0 || !ShouldProcess(path, $"Make a sweep of {Display.Count(_jobs, "run")}"))
            return;
        IReadOnlyList<int> indexes = SweepFolder.Add(path, _jobs);
        SweepFolder sweep = SweepFolder.Open(path);
        foreach (int index in indexes)
            WriteObject(sweep.Row(index));
        _progress?.Dispose();
    }

    private string SweepPath()
    {
        string path = this.FolderPath(Path, nameof(Path));
        for (string? at = path; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            if (SweepRunFolder.IsRun(at))
                throw new InvalidParameterException(nameof(Path), path, $"'{path}' lies in '{at}', the folder of another sweep's run, whose files it would mix with; give a folder beside that sweep's.", SweepInRun);
        }
        return path;
    }

    private IEnumerable<KeyValuePair<string, object?>> Row() => InputObject switch
    {
        null when !MyInvocation.ExpectingInput => [],
        { BaseObject: IDictionary { Count: > 0 } table } => Entries(table),
        null or { BaseObject: IDictionary or string or ValueType } => throw SweepParameter.Refused(nameof(InputObject), InputObject, $"{(InputObject is null ? "$null" : InputObject.BaseObject is IDictionary ? "An empty table" : $"'{InputObject}'")} came down the pipeline, and a row is a hashtable with parameters, or an object with their names, such as Import-Csv gives."),
        _ => InputObject.Properties.Select(property => KeyValuePair.Create<string, object?>(property.Name, property.Value)),
    };

    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary? table) =>
        table is null ? [] : table.Keys.Cast<object>().Select(key => Valued(Convert.ToString(key.Plain(), CultureInfo.InvariantCulture)!, table[key]));

    // Who writes a name means a value: without one, something else would be trained, and nobody told.
    private static KeyValuePair<string, object?> Valued(string name, object? value) => value.Plain() is null or "" or DBNull || (value.Plain() is IList list && list.Cast<object?>().Any(item => item.Plain() is null))
        ? throw SweepParameter.Refused(name, value, $"{name} has no value, as in a variable that is not set; give one, or leave {name} out.")
        : KeyValuePair.Create(name, value);

    // By the parameters' own names, so that an alias is not a second one.
    private static Dictionary<string, object?> Named(string where, IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var named = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, object? value) in entries)
        {
            if (!named.TryAdd(SweepParameter.Find(key).Name, value))
                throw SweepParameter.Refused(key, value, $"{where} has {SweepParameter.Find(key).Name} twice, once as {key}; give it once.");
        }
        return named;
    }

    private static Dictionary<string, object?> With(Dictionary<string, object?> run, IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var made = new Dictionary<string, object?>(run, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, object? value) in entries)
        {
            // An empty cell of a row leaves what all runs have.
            if (value.Plain() is not (null or ""))
                made[name] = value;
        }
        return made;
    }

    // What would fail at the start of each training is known before anything is written.
    private SweepJob Checked(Dictionary<string, object?> run, string folder, string what)
    {
        try
        {
            var job = new SweepJob(run.Select(Anywhere));
            (_training ??= new SweepTraining(this, device: null)).Check(job, folder);
            return _texts.Add(job.ToString()) ? job : throw SweepParameter.Refused(nameof(Seed), null, "It is the same as another; give each another value, or another Seed.");
        }
        catch (Exception exception) when (!StopToken.IsCancellationRequested && exception is IClrError or RuntimeException)
        {
            Exception cause = exception is RuntimeException { ErrorRecord.Exception: { } inner } ? inner : exception;
            throw SweepParameter.Refused((cause as ArgumentException)?.ParamName ?? nameof(Setting), (cause as InvalidParameterException)?.Value, what + cause.Message, (cause as IClrError)?.Cause);
        }
    }

    private static string Description(Dictionary<string, object?> run, string[] names, int at, int count) =>
        names.Length == 0 ? "" : $"The run with {string.Join(", ", names.Select(name => $"{name} {Shown(run.GetValueOrDefault(name))}"))}{(count == 1 ? "" : $" ({at + 1} of {count})")}: ";

    private static string Shown(object? value) => value.Plain() switch
    {
        null => "not given",
        IDictionary table => string.Join("; ", table.Keys.Cast<object>().Select(key => $"{key} = {Shown(table[key])}")),
        IList list => string.Join(", ", list.Cast<object?>().Select(Shown)),
        var plain => Convert.ToString(plain, CultureInfo.InvariantCulture)!,
    };

    // A text that means the same in every folder.
    private KeyValuePair<string, object?> Anywhere(KeyValuePair<string, object?> entry) => KeyValuePair.Create(entry.Key, (entry.Key.ToUpperInvariant(), entry.Value.Plain()) switch
    {
        ("MODEL", string model) => ModelArgument.FullText(model, this),
        ("MODEL" or "DATA" or "VALIDATIONDATA" or "WEIGHTS", System.IO.FileSystemInfo file) => file.FullName,
        ("DATA" or "VALIDATIONDATA", string pattern) when WildcardPattern.ContainsWildcardCharacters(pattern) && !System.IO.Path.Exists(this.FullPath(pattern)) =>
            throw SweepParameter.Refused(entry.Key, pattern, $"{entry.Key} '{pattern}' has wildcards, and a run has one data set; give a run for each, such as -Grid @{{ {entry.Key} = Get-Item '{pattern}' }}."),
        ("WEIGHTS", string { Length: > 0 } weights) => this.FullPath(weights),
        ("DATA" or "VALIDATIONDATA", string data) when !DataCatalog.Default.IsName(data) => this.FullPath(data),
        var (_, value) => value,
    });
}
