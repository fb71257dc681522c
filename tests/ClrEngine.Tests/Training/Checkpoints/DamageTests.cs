using System.Diagnostics;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Training.Checkpoints;

/// <summary>
/// Damage of any kind anywhere in the folder of a run with snapshots: what is damaged is named, set aside and kept, the run goes on from the
/// newest good checkpoint and ends as if nothing had been, and what its result lacks is said.
/// </summary>
public sealed class DamageTests : IDisposable
{
    private const string Newest = "step-000000014", Before = "step-000000012";

    private static readonly string[] Files = ["model.safetensors", "optimizer.safetensors", "state.json", "SHA256SUMS"];

    private readonly TempFolder _folder = new();
    private readonly List<string> _notes = [];

    public static TheoryData<string, string> OfFiles => Product(Files);

    public static TheoryData<string, string> OfSnapshots => Product(["cycle-0001.safetensors", "cycle-0002.safetensors"]);

    private CheckpointOptions Options => new() { Path = _folder.Path, Keep = 100, Resume = true };

    [Theory]
    [MemberData(nameof(OfFiles))]
    public void Given_a_damaged_file_in_the_newest_checkpoint_when_resumed_then_the_one_before_is_used(string file, string damage)
    {
        Stop();
        using FileStream? held = Damage(Path.Combine(Newest, file), damage);
        AssertUndisturbed();
        Assert.Contains(Path.Combine(_folder.Path, Newest), Assert.Single(_notes), StringComparison.Ordinal);
        Assert.Contains($"It is set aside as '{_folder.At("refused-" + Newest)}'.", _notes[0], StringComparison.Ordinal);
        Assert.True(Directory.Exists(_folder.At("refused-" + Newest)));
        AssertNoForce();
    }

    [Theory]
    [InlineData(Newest)]
    [InlineData(Before)]
    public void Given_a_file_in_the_place_of_a_checkpoint_when_resumed_then_it_is_set_aside_where_it_is_looked_at(string name)
    {
        Stop();
        Directory.Delete(_folder.At(name), recursive: true);
        File.WriteAllText(_folder.At(name), "mine");
        AssertUndisturbed();
        Assert.Equal(name == Newest ? 1 : 0, _notes.Count(static note => note.Contains("is a file, and not the folder of a checkpoint", StringComparison.Ordinal)));
        Assert.Equal(name == Newest, File.Exists(_folder.At("refused-" + name)));
    }

    [Theory]
    [MemberData(nameof(OfSnapshots))]
    public void Given_a_damaged_snapshot_when_resumed_then_the_newest_checkpoint_is_used_and_the_ensemble_is_of_the_rest(string file, string damage)
    {
        Stop();
        int lost = file == "cycle-0001.safetensors" ? 0 : 1;
        using FileStream? held = Damage(file, damage);

        (TrainingHistory history, FakeEnsemble ensemble) = Resume();

        (TrainingHistory whole, FakeEnsemble members) = Undisturbed();
        Assert.Contains(_notes, note => note.StartsWith($"The model of cycle {lost + 1} is lost: '{_folder.At(file)}' ", StringComparison.Ordinal));
        Assert.Contains(_notes, note => note.EndsWith($"no snapshot is written of cycle {lost + 1}.", StringComparison.Ordinal));
        Assert.Equal(damage != "removed", Path.Exists(_folder.At("refused-" + file)));
        Assert.Equal(whole.Timeless(), history.Timeless());
        Assert.Equal([lost + 1], history.Cycles.Where(static cycle => cycle.SnapshotIsLost).Select(static cycle => cycle.Cycle));
        Assert.Equal(Weights(members).Select((weight, i) => i == lost ? null : weight), Weights(ensemble));
        Assert.Equal(members.Members.Where((_, i) => i != lost).Average(Weight), Weight(ensemble.Average));
        AssertNoForce();

        // The next process knows it too, and has nothing more to set aside.
        _notes.Clear();
        Assert.True(Resume().History.Cycles[lost].SnapshotIsLost);
        Assert.Contains($"no snapshot is written of cycle {lost + 1}.", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_all_snapshots_are_damaged_when_resumed_then_the_run_goes_on_to_the_same_weights()
    {
        Stop();
        foreach (string file in (string[])["cycle-0001.safetensors", "cycle-0002.safetensors"])
            Damage(file, "empty");
        (TrainingHistory history, FakeEnsemble ensemble) = Resume();
        Assert.Equal(Undisturbed().History.Timeless(), history.Timeless());
        Assert.Equal([true, true, false], history.Cycles.Select(static cycle => cycle.SnapshotIsLost));
        Assert.Equal(Weights(ensemble)[2], Convert.ToHexString(ensemble.Average![0].Bytes.Span));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("folder")]
    [InlineData("foreign")]
    public void Given_the_newest_and_the_best_checkpoint_are_damaged_when_resumed_then_both_are_set_aside_and_the_loss_is_said(string damage)
    {
        Stop();
        Damage(Path.Combine(Newest, "model.safetensors"), damage);
        Damage(Path.Combine("step-000000004", "model.safetensors"), damage);
        var learner = new QuadraticLearner();
        using var ensemble = new FakeEnsemble(learner);
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options, Description, learner, ensemble);
        Assert.Equal(12, checkpoints.Progress!.Step);
        Assert.Null(checkpoints.ReadBest());
        Assert.Equal(2, checkpoints.Notes.Count);
        Assert.Contains("best.safetensors will be missing unless a later epoch is better: '" + _folder.At("step-000000004"), checkpoints.Notes[1], StringComparison.Ordinal);
        Assert.True(Directory.Exists(_folder.At("refused-step-000000004")));
    }

    [Fact]
    public void Given_the_checkpoint_of_the_best_epoch_is_gone_when_resumed_then_that_is_said()
    {
        Stop();
        Directory.Delete(_folder.At("step-000000004"), recursive: true);
        var learner = new QuadraticLearner();
        using var ensemble = new FakeEnsemble(learner);
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options, Description, learner, ensemble);
        Assert.Null(checkpoints.ReadBest());
        Assert.Contains("of epoch 1, is lost, and best.safetensors will be missing", Assert.Single(checkpoints.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_all_checkpoints_are_damaged_when_resumed_then_each_is_named_with_its_reason_and_all_stay()
    {
        Stop();
        string[] steps = [.. Directory.GetDirectories(_folder.Path, "step-*").Order(StringComparer.Ordinal)];
        for (int i = 0; i < steps.Length; i++)
            Damage(Path.Combine(Path.GetFileName(steps[i]), Files[i % Files.Length]), (i % 3) switch { 0 => "empty", 1 => "foreign", _ => "removed" });
        var refused = Assert.Throws<CheckpointException>(() => Resume());
        Assert.Equal(CheckpointErrors.NoneGood, refused.Cause);
        Assert.All(steps, step => Assert.Contains($"'{step}' ", refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("Force", refused.Message, StringComparison.Ordinal);
        Assert.Equal(steps, Directory.GetDirectories(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Given_a_checkpoint_that_was_set_aside_when_that_of_the_same_step_is_damaged_again_then_both_are_kept_until_Force()
    {
        Stop();
        for (int time = 0; time < 2; time++)
        {
            File.AppendAllText(_folder.At(Path.Combine(Newest, "state.json")), "x");
            Resume(stopAt: 14);
        }
        Assert.True(Directory.Exists(_folder.At("refused-" + Newest)) && Directory.Exists(_folder.At($"refused-{Newest}.2")));
        Damage("cycle-0001.safetensors", "empty");
        Resume();
        Runs.Train(new QuadraticLearner(), Options with { Resume = false, Force = true }, epochs: 1, stopAt: 2, Description);
        Assert.Equal(["run.lock", "run.owner", "step-000000002"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("run.owner", null)]
    [InlineData("run.lock", "See that its run.lock is a file that may be written")]
    public void Given_a_folder_in_the_place_of_the_locks_files_when_resumed_then_the_run_goes_on_or_says_what_to_do(string name, string? says)
    {
        Stop();
        File.Delete(_folder.At(name));
        Directory.CreateDirectory(_folder.At(name));
        if (says is null)
        {
            AssertUndisturbed();
            Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
        }
        else
            Assert.Contains(says, Assert.Throws<CheckpointException>(() => Resume()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("pipe")]
    public void Given_a_link_or_a_pipe_in_the_place_of_the_owners_line_when_resumed_then_a_file_takes_its_place_and_nothing_else_is_written(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such pipes, and its links ask for a privilege.");
        Stop();
        using var elsewhere = new TempFolder();
        string owner = _folder.At("run.owner"), precious = elsewhere.At("precious");
        File.WriteAllText(precious, "precious");
        File.Delete(owner);
        if (kind == "link")
            File.CreateSymbolicLink(owner, precious);
        else
            using (Process made = Process.Start("mkfifo", [owner]))
                made.WaitForExit();
        Assert.Null(RunLock.OwnerOf(_folder.Path));
        AssertUndisturbed();
        Assert.Equal("precious", File.ReadAllText(precious));
        Assert.StartsWith("process ", File.ReadAllText(owner), StringComparison.Ordinal);
        Assert.Null(new FileInfo(owner).LinkTarget);
    }

    [Theory]
    [InlineData("\"Step\": 14", "\"Step\": 13")]
    [InlineData("\"Cycle\": 2", "\"Cycle\": 7")]
    [InlineData("cycle-0001.safetensors", "../cycle-0001.safetensors")]
    [InlineData("\"Epochs\": [", "\"Epochs\": [ null,")]
    public void Given_a_state_whose_checksum_fits_and_whose_values_do_not_when_resumed_then_the_one_before_is_used(string from, string to)
    {
        Stop();
        string folder = _folder.At(Newest), state = Path.Combine(folder, "state.json"), text = File.ReadAllText(state);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(state, text.Replace(from, to, StringComparison.Ordinal));
        File.WriteAllLines(Path.Combine(folder, "SHA256SUMS"), Files[..3].Select(name => $"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name)))).ToLowerInvariant()}  {name}"));
        AssertUndisturbed();
        Assert.True(Directory.Exists(_folder.At("refused-" + Newest)));
    }

    public void Dispose() => _folder.Dispose();

    private static RunDescription Description => Runs.Description with { Cycles = CycleUse.Snapshot };

    private static TheoryData<string, string> Product(string[] files)
    {
        var all = new TheoryData<string, string>();
        foreach (string file in files)
        {
            foreach (string damage in (string[])["removed", "empty", "cut", "longer", "flipped", "folder", "foreign", "loop", "held", .. OperatingSystem.IsWindows() ? Array.Empty<string>() : ["pipe", "device"]])
            {
                // Sums that end in more than they need are as good.
                if ((file, damage) != ("SHA256SUMS", "longer"))
                    all.Add(file, damage);
            }
        }
        return all;
    }

    private FileStream? Damage(string name, string damage)
    {
        string path = _folder.At(name);
        byte[] bytes = File.ReadAllBytes(path);
        if (damage == "held")
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        File.Delete(path);
        switch (damage)
        {
            case "removed":
                break;
            case "folder":
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(path).FullName, "inside"), bytes);
                break;
            case "pipe":
                using (Process made = Process.Start("mkfifo", [path]))
                    made.WaitForExit();
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "loop":
                File.CreateSymbolicLink(path, path);
                break;
            default:
                bytes[bytes.Length / 2] ^= (byte)(damage == "flipped" ? 1 : 0);
                File.WriteAllBytes(path, damage switch
                {
                    "empty" => [],
                    "cut" => bytes[..^2],
                    "longer" => [.. bytes, 0],
                    "foreign" => Encoding.UTF8.GetBytes("""{"name": "somebody", "version": 3, "weights": [1, 2]}"""),
                    _ => bytes,
                });
                break;
        }
        return null;
    }

    // Two cycles of six updates have ended, and so have three epochs of four.
    private void Stop()
    {
        Train(_folder.Path, resume: false, stopAt: 14);
        Assert.True(Directory.Exists(_folder.At(Newest)));
    }

    private (TrainingHistory History, FakeEnsemble Ensemble) Undisturbed() => Train(_folder.At("whole"), resume: false);

    private (TrainingHistory History, FakeEnsemble Ensemble) Resume(long? stopAt = null) => Train(_folder.Path, resume: true, stopAt);

    private (TrainingHistory History, FakeEnsemble Ensemble) Train(string path, bool resume, long? stopAt = null)
    {
        var learner = new QuadraticLearner();
        var ensemble = new FakeEnsemble(learner);
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(Options with { Path = path, Resume = resume }, Description, learner, ensemble);
        _notes.AddRange(checkpoints.Notes);
        var run = new TrainingRun(learner, new BatchPlan(100, 30, seed: 0), Runs.Schedule, new TrainingOptions { Cycles = 3 }, checkpoints.Progress, ensemble);
        foreach (TrainingTick tick in checkpoints.Run(run, Runs.Schedule, TestContext.Current.CancellationToken))
        {
            if (tick.Point.Step + 1 == stopAt)
                break;
        }
        return (run.History, ensemble);
    }

    private void AssertUndisturbed()
    {
        (TrainingHistory history, FakeEnsemble ensemble) = Resume();
        (TrainingHistory whole, FakeEnsemble members) = Undisturbed();
        Assert.Equal(whole.Timeless(), history.Timeless());
        Assert.Equal(whole.Cycles, history.Cycles);
        Assert.Equal(Weights(members), Weights(ensemble));
    }

    private void AssertNoForce() => Assert.All(_notes, static note => Assert.DoesNotContain("Force", note, StringComparison.Ordinal));

    private static string?[] Weights(FakeEnsemble ensemble) => [.. ensemble.Members.Select(static m => m is null ? null : Convert.ToHexString(m[0].Bytes.Span))];

    private static double Weight(IReadOnlyList<StateTensor>? member) => BitConverter.ToDouble(member![0].Bytes.Span);
}
