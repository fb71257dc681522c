using System.Globalization;
using System.Text.RegularExpressions;
using ClrEngine.Tests.Training;
using ClrEngine.Tests.Training.Checkpoints;
using ClrEngine.Torch.Logs;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Torch.Logs;

public sealed class MlflowRunTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Given_a_run_when_read_as_MLflow_reads_then_all_that_it_was_and_measured_is_there()
    {
        TrainingRun run = NewRun(new QuadraticLearner(), 3);
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Train(run, null);
        MlflowFiles shown = MlflowFiles.Only(_folder.Path, "none");
        Assert.Equal("3", shown.Meta["status"]);
        Assert.InRange(long.Parse(shown.Meta["start_time"], CultureInfo.InvariantCulture), before, long.Parse(shown.Meta["end_time"], CultureInfo.InvariantCulture));
        Assert.Equal(("'quadratic on none, seed 0'", "4", "'active'", "[]"), (shown.Meta["run_name"], shown.Meta["source_type"], shown.Meta["lifecycle_stage"], shown.Meta["tags"]));
        Assert.EndsWith($"/{shown.Id}/artifacts'", shown.Meta["artifact_uri"], StringComparison.Ordinal);
        Assert.StartsWith("'file:///", shown.Meta["artifact_uri"], StringComparison.Ordinal);
        Assert.Equal("quadratic on none, seed 0", shown.Text("tags/mlflow.runName"));
        Assert.Equal(("quadratic", "30", "12", "descent"), (shown.Text("params/model"), shown.Text("params/batch_size"), shown.Text("params/steps"), shown.Text("params/learning.Optimizer")));
        Assert.Equal(Enumerable.Range(0, 12).Select(step => (double)Runs.Schedule.At(step).LearningRate), shown.Metric("train/learning_rate").Select(point => point.Value));
        Assert.Equal(run.History.Epochs.Select(e => (e.Step - 1, e.ValidationLoss)), shown.Metric("validation/loss"));
        Assert.False(Directory.Exists(shown.At("metrics/cycle")));
        Assert.True(File.Exists(_folder.At("0/meta.yaml")));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public void Given_a_run_that_was_killed_when_it_goes_on_then_it_is_the_same_run_with_each_step_once(int checkpoint)
    {
        using TempFolder whole = _folder.Inner("whole"), store = _folder.Inner("store");
        Train(NewRun(new QuadraticLearner(), 4), null, whole.Path);

        var options = new CheckpointOptions { Path = _folder.At("checkpoints"), Every = 2, Resume = true };
        Kill(options, store.Path, after: 11);
        foreach (string later in Directory.GetDirectories(options.Path).Where(path => CheckpointFiles.StepOf(path) > checkpoint))
            Directory.Delete(later, recursive: true);
        MlflowFiles killed = MlflowFiles.Only(store.Path, "none");
        Assert.Equal("1", killed.Meta["status"]);
        File.AppendAllText(killed.At("metrics/train/loss"), "17642");
        File.WriteAllText(killed.At("meta.yaml"), File.ReadAllText(killed.At("meta.yaml")).Replace("seed 0", "by another name", StringComparison.Ordinal));

        var learner = new QuadraticLearner();
        using (TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner))
            Train(NewRun(learner, 4, checkpoints.Progress), checkpoints, store.Path, options);

        MlflowFiles resumed = MlflowFiles.Only(store.Path, "none");
        Assert.Equal((killed.Id, killed.Meta["start_time"], "3"), (resumed.Id, resumed.Meta["start_time"], resumed.Meta["status"]));
        Assert.Equal("'quadratic on none, by another name'", resumed.Meta["run_name"]);
        foreach (string tag in new[] { "train/loss", "train/learning_rate", "validation/loss", "train/epoch_loss" })
            Assert.Equal(MlflowFiles.Only(whole.Path, "none").Metric(tag), resumed.Metric(tag));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_Force_when_a_run_begins_among_checkpoints_then_their_number_is_the_earlier_runs_until_it_has_one(bool diverges)
    {
        var options = new CheckpointOptions { Path = _folder.At("checkpoints") };
        Kill(options, _folder.At("store"), after: 4);
        string before = File.ReadAllText(_folder.At("checkpoints/mlflow-run.txt"));
        var learner = new QuadraticLearner { Disturb = (_, loss) => diverges ? double.NaN : loss };
        options = options with { Force = true };
        using (TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner))
            Train(NewRun(learner, 2), checkpoints, _folder.At("store"), options);
        Assert.Equal(diverges, File.ReadAllText(_folder.At("checkpoints/mlflow-run.txt")) == before);
    }

    [Fact]
    public void Given_checkpoints_whose_run_is_in_another_store_when_they_go_on_then_a_new_run_begins_there_and_that_is_said()
    {
        var options = new CheckpointOptions { Path = _folder.At("checkpoints"), Resume = true };
        Kill(options, _folder.At("first"), after: 4);
        var learner = new QuadraticLearner();
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner);
        Train(NewRun(learner, 2, checkpoints.Progress), checkpoints, _folder.At("second"), options);
        Assert.Equal($"The run of these checkpoints is not in '{_folder.At("second")}': MLflow shows a new one, from step 4 on.", Assert.Single(_warnings));
        Assert.Equal([4, 5, 6, 7], MlflowFiles.Only(_folder.At("second"), "none").Metric("train/loss").Select(point => point.Step));
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(4, 12, true)]
    [InlineData(4, 12, false, true)]
    public void Given_a_run_that_did_not_complete_then_MLflow_shows_it_as_killed_or_failed(int status, int steps, bool diverges = false, bool hasFailed = false)
    {
        var learner = new QuadraticLearner { Disturb = (step, loss) => diverges && step == 5 ? double.NaN : loss };
        Train(NewRun(learner, 3), null, steps: steps, hasFailed: hasFailed);
        MlflowFiles shown = MlflowFiles.Only(_folder.Path, "none");
        Assert.Equal($"{status}", shown.Meta["status"]);
        Assert.Equal(hasFailed ? "Failed" : diverges ? "Diverged" : "Cancelled", shown.Text("tags/clr.status"));
        Assert.Equal(diverges || hasFailed, File.Exists(shown.At("tags/clr.status_reason")));
        if (hasFailed)
            Assert.Equal("It went wrong.", shown.Text("tags/clr.status_reason"));
    }

    [Theory]
    [InlineData("name: none")]
    [InlineData("name: 'none'")]
    [InlineData("artifact_location: file:///x\nname: \"n\\x6fn\\u0065\"\ntags: []")]
    public void Given_an_experiment_that_MLflow_made_then_a_run_of_its_name_is_in_it(string meta)
    {
        _folder.File("77/meta.yaml", meta + "\n");
        _folder.File("78/meta.yaml", "name: none\nlifecycle_stage: deleted\n");
        Train(NewRun(new QuadraticLearner(), 1), null);
        Assert.Equal("'77'", Assert.Single(MlflowFiles.In(_folder.Path)).Meta["experiment_id"]);
        Assert.False(Directory.Exists(_folder.At("0")));
    }

    [Theory]
    [InlineData("it's: # \"a\"", "'it''s: # \"a\"'")]
    [InlineData("a long name that goes on", "a long\n  name that goes on")]
    [InlineData("a long name that goes on", "'a long\n  name that goes on'")]
    [InlineData("tab\tand \\ and line\nend", "\"tab\\tand\\\n  \\ \\\\ and line\\nend\"")]
    public void Given_YAML_as_MLflow_writes_it_then_the_text_of_a_key_is_read(string text, string yaml) =>
        Assert.Equal(text, MlflowStore.Value($"a: 1\nname: {yaml}\nstatus: 3\n", "name"));

    [Fact]
    public void Given_names_that_MLflow_refuses_then_they_are_replaced_and_it_is_said()
    {
        RunDescription description = Runs.Description with { Data = "a\nb", Learning = """{"Weights":{"cat/dog":2,"cat:dog":3}}""" };
        Train(NewRun(new QuadraticLearner(), 1, description: description), null);
        MlflowFiles shown = MlflowFiles.Only(_folder.Path, "a_b");
        Assert.Equal(("2", "3"), (shown.Text("params/learning.Weights.cat_dog"), shown.Text("params/learning.Weights.cat_dog_")));
        Assert.Equal(3, _warnings.Count);
        Assert.Contains("The parameter 'learning.Weights.cat/dog' is 'learning.Weights.cat_dog' in MLflow, which takes no other signs.", _warnings);
    }

    [Fact]
    public void Given_a_store_that_goes_away_then_the_run_goes_on_without_it_and_the_failure_is_kept()
    {
        TrainingRun run = NewRun(new QuadraticLearner(), 2);
        using (var log = new TrainingLog([MlflowRun.Open(new MlflowStore(_folder.At("store")), run, null, null, _warnings.Add)], null, _warnings.Add))
        {
            Directory.Delete(_folder.At("store"), recursive: true);
            File.WriteAllText(_folder.At("store"), "");
            foreach (TrainingTick _ in run.Run(TestContext.Current.CancellationToken))
                log.Add(run);
            log.End(run, failure: null);
            Assert.IsType<ClrEngine.Files.FileNotWrittenException>(log.Failure);
        }
        Assert.StartsWith("The run goes on without its run in MLflow: ", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal(2, run.History.Epochs.Count);
    }

    private static TrainingRun NewRun(QuadraticLearner learner, int epochs, RunProgress? from = null, RunDescription? description = null) =>
        new(learner, new BatchPlan(100, 30, seed: 0), Runs.Schedule, new TrainingOptions { Epochs = epochs }, from) { KeepsSteps = true, Description = description ?? Runs.Description };

    private void Train(TrainingRun run, TrainingCheckpoints? checkpoints, string? store = null, CheckpointOptions? options = null, int steps = int.MaxValue, bool hasFailed = false)
    {
        using TrainingLog log = NewLog(run, store, options, checkpoints?.Progress);
        if (checkpoints is not null)
            checkpoints.Saving = () => log.Flush(run);
        foreach (TrainingTick _ in (checkpoints?.Run(run, Runs.Schedule) ?? run.Run()).Take(steps))
            log.Add(run);
        log.End(run, hasFailed ? new InvalidOperationException("It went wrong.") : null);
    }

    // What is not flushed is lost, and nobody writes how it ended.
    private void Kill(CheckpointOptions options, string store, int after)
    {
        var learner = new QuadraticLearner();
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner);
        TrainingRun run = NewRun(learner, 4);
        TrainingLog log = NewLog(run, store, options, null);
        checkpoints.Saving = () => log.Flush(run);
        using IEnumerator<TrainingTick> ticks = checkpoints.Run(run, Runs.Schedule).GetEnumerator();
        for (int i = 0; i < after; i++)
        {
            Assert.True(ticks.MoveNext());
            log.Add(run);
        }
        log.Flush(run);
        checkpoints.Saving = null;
    }

    private TrainingLog NewLog(TrainingRun run, string? store, CheckpointOptions? options, RunProgress? from) =>
        new([MlflowRun.Open(new MlflowStore(store ?? _folder.Path), run, options, from, _warnings.Add)], from, _warnings.Add);
}

/// <summary>Reads a run as MLflow's file store does: every line of a metric has three fields, names resolve to themselves, and a metric has a value.</summary>
internal sealed partial record MlflowFiles(string Folder)
{
    public string Id => Path.GetFileName(Folder);

    public Dictionary<string, string> Meta => Read(At("meta.yaml"));

    public static MlflowFiles Only(string store, string experiment)
    {
        MlflowFiles run = Assert.Single(In(store));
        Dictionary<string, string> meta = Read(Path.Combine(Path.GetDirectoryName(run.Folder)!, "meta.yaml"));
        Assert.Equal(($"'{experiment}'", run.Meta["experiment_id"], "'active'"), (meta["name"], meta["experiment_id"], meta["lifecycle_stage"]));
        Assert.Equal($"'{Path.GetFileName(Path.GetDirectoryName(run.Folder))}'", meta["experiment_id"]);
        Assert.Equal((run.Meta["run_id"], run.Meta["run_uuid"]), ($"'{run.Id}'", $"'{run.Id}'"));
        Assert.All(Directory.GetFiles(run.Folder, "*", SearchOption.AllDirectories), path => Assert.Matches(Allowed(), Path.GetRelativePath(run.Folder, path)));
        return run;
    }

    public static MlflowFiles[] In(string store) =>
        [.. Directory.GetDirectories(store).SelectMany(Directory.GetDirectories).Where(path => File.Exists(Path.Combine(path, "meta.yaml"))).Select(path => new MlflowFiles(path))];

    public string At(string name) => Path.Combine(Folder, name);

    public string Text(string name) => File.ReadAllText(At(name));

    public (long Step, double Value)[] Metric(string name)
    {
        string text = Text($"metrics/{name}");
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string[][] lines = [.. text[..^1].Split('\n').Select(line => line.Split(' '))];
        Assert.All(lines, line => Assert.Equal(3, line.Length));
        Assert.All(lines, line => Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(line[0], CultureInfo.InvariantCulture)), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow));
        return [.. lines.Select(line => (long.Parse(line[2], CultureInfo.InvariantCulture), double.Parse(line[1], CultureInfo.InvariantCulture)))];
    }

    private static Dictionary<string, string> Read(string path) => File.ReadLines(path).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"^[/\\\w.\- ]+$")]
    private static partial Regex Allowed();
}
