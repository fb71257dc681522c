using System.Collections;
using System.Globalization;
using ClrEngine.Data;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Sweeps;

/// <summary>
/// Makes a sweep: a folder with a job for each run, which a person can read. Runs that the folder has already stay as they are, and further ones are added,
/// so that the line that makes a sweep may stand before the one that runs it.
/// </summary>
[Cmdlet(VerbsCommon.New, "TrainingSweep", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingSweepRun))]
public sealed class NewTrainingSweepCommand : ClrCommand
{
    private readonly List<SweepJob> _jobs = [];

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
    [Parameter, PointDecimal]
    public int[] Seed { get; set; } = [];

    protected override object? Target => InputObject ?? (object)Path;

    protected override void Process()
    {
        // Runs that go side by side repeat to the bit, wherever they are, with one thread each; a row says otherwise.
        IEnumerable<Dictionary<string, object?>> runs = [With(With(new(StringComparer.OrdinalIgnoreCase) { ["Threads"] = 1, ["Seed"] = 0 }, Entries(Setting)), Row())];
        foreach ((string name, object? values) in Entries(Grid))
            runs = Product(runs, name, values.Plain() is IList list ? list : new[] { values });
        if (Seed.Length > 0)
            runs = Product(runs, nameof(Seed), Seed);
        _jobs.AddRange([.. runs.Select(run => new SweepJob(run.Select(Anywhere)))]);
    }

    protected override void Finish()
    {
        string path = this.FolderPath(Path, nameof(Path));
        if (_jobs.Count == 0 || !ShouldProcess(path, $"Make a sweep of {_jobs.DistinctBy(job => job.ToString()).Count()} runs"))
            return;
        IReadOnlyList<int> indexes = SweepFolder.Add(path, _jobs);
        SweepFolder sweep = SweepFolder.Open(path);
        foreach (int index in indexes.Distinct())
            WriteObject(sweep.Row(index));
    }

    private IEnumerable<KeyValuePair<string, object?>> Row() => InputObject switch
    {
        null => [],
        { BaseObject: IDictionary table } => Entries(table),
        _ => InputObject.Properties.Select(property => KeyValuePair.Create<string, object?>(property.Name, property.Value)),
    };

    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary table) =>
        table.Keys.Cast<object>().Select(key => KeyValuePair.Create<string, object?>(Convert.ToString(key.Plain(), CultureInfo.InvariantCulture)!, table[key]));

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

    private static IEnumerable<Dictionary<string, object?>> Product(IEnumerable<Dictionary<string, object?>> runs, string name, IList values) =>
        [.. runs.SelectMany(run => values.Cast<object?>().Select(value => With(run, [KeyValuePair.Create(name, value)])))];

    // A text that means the same in every folder.
    private KeyValuePair<string, object?> Anywhere(KeyValuePair<string, object?> entry) => KeyValuePair.Create(entry.Key, (entry.Key.ToUpperInvariant(), entry.Value.Plain()) switch
    {
        ("MODEL", string model) => ModelArgument.FullText(model, this),
        ("MODEL" or "DATA" or "VALIDATIONDATA", System.IO.FileSystemInfo file) => file.FullName,
        ("DATA" or "VALIDATIONDATA", string data) when !DataCatalog.Default.IsName(data) => this.FullPath(data),
        var (_, value) => value,
    });
}
