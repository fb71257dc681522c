using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Training.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Given_a_checkpoint_when_written_and_read_then_every_number_comes_back_bit_for_bit()
    {
        Checkpoint written = At(5, loss: double.NaN);
        using CheckpointFolder folder = new CheckpointFolder(_folder.Path);
        Checkpoint read = CheckpointReader.Read(folder.Write(written, keep: 3, best: null));
        Assert.Equal(written.State.Progress.Epoch, read.State.Progress.Epoch);
        Assert.Equal(written.State.Progress.Epochs, read.State.Progress.Epochs);
        Assert.Equal(written.Tensors.Select(t => (t.ToString(), Convert.ToHexString(t.Bytes.Span))), read.Tensors.Select(t => (t.ToString(), Convert.ToHexString(t.Bytes.Span))));
    }

    [Theory]
    [InlineData("gone", "was removed or replaced")]
    [InlineData("a file", "is a file")]
    [InlineData("made anew", "was removed or replaced")]
    [InlineData("taken by another", "was removed or replaced")]
    public void Given_a_folder_that_went_away_when_written_then_it_says_so_as_a_checkpoint_that_was_not_taken(string now, string reason)
    {
        string path = Path.Combine(_folder.Path, "run");
        using CheckpointFolder folder = new CheckpointFolder(path);
        folder.Write(At(3), keep: 3, best: null);
        Directory.Delete(path, recursive: true);
        if (now == "a file")
            File.WriteAllText(path, "x");
        if (now == "made anew")
            Directory.CreateDirectory(path);
        using CheckpointFolder? other = now == "taken by another" ? new CheckpointFolder(path) : null;
        var refused = Assert.Throws<CheckpointException>(() => folder.Write(At(5), keep: 3, best: null));
        Assert.Equal(CheckpointErrors.NotWritten, refused.Cause);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    [InlineData("SHA256SUMS")]
    public void Given_any_bit_of_a_checkpoint_is_flipped_when_read_then_it_is_refused(string name)
    {
        string path = Written();
        string file = Path.Combine(path, name);
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(file, flipped);
            Assert.Contains(path, Assert.Throws<CheckpointException>(() => CheckpointReader.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("model.safetensors", "CheckpointChecksum")]
    [InlineData("optimizer.safetensors", "CheckpointChecksum")]
    [InlineData("state.json", "CheckpointChecksum")]
    [InlineData("SHA256SUMS", "CheckpointChecksum")]
    public void Given_a_file_of_a_checkpoint_is_cut_short_when_read_then_it_is_refused(string name, string id)
    {
        string path = Written();
        string file = Path.Combine(path, name);
        byte[] bytes = File.ReadAllBytes(file);
        foreach (int length in (int[])[0, 1, bytes.Length / 2, bytes.Length - 2])
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.Equal(id, Assert.Throws<CheckpointException>(() => CheckpointReader.Read(path)).ErrorId);
        }
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    [InlineData("SHA256SUMS")]
    public void Given_a_file_of_a_checkpoint_is_missing_when_read_then_it_is_named(string name)
    {
        string path = Written();
        File.Delete(Path.Combine(path, name));
        var refused = Assert.Throws<CheckpointException>(() => CheckpointReader.Read(path));
        Assert.Equal(CheckpointErrors.Missing, refused.Cause);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "CheckpointFormat")]
    [InlineData("[]", "CheckpointFormat")]
    [InlineData("no", "CheckpointFormat")]
    [InlineData("{\"FormatVersion\":\"one\"}", "CheckpointFormat")]
    [InlineData("{\"FormatVersion\":1}", "CheckpointVersion")]
    [InlineData("{\"FormatVersion\":3}", "CheckpointVersion")]
    [InlineData("{\"FormatVersion\":2,\"Progress\":null,\"Run\":{}}", "CheckpointFormat")]
    public void Given_a_state_that_something_else_wrote_when_read_then_it_is_refused(string state, string id)
    {
        string path = Written();
        File.WriteAllText(Path.Combine(path, "state.json"), state);
        Sign(path);
        Assert.Equal(id, Assert.Throws<CheckpointException>(() => CheckpointReader.Read(path)).ErrorId);
    }

    [Fact]
    public void Given_weights_that_are_none_when_read_then_the_checkpoint_is_refused()
    {
        string path = Written();
        File.WriteAllText(Path.Combine(path, "model.safetensors"), "not safetensors at all");
        Sign(path);
        Assert.Equal(CheckpointErrors.Format, Assert.Throws<CheckpointException>(() => CheckpointReader.Read(path)).Cause);
    }

    [Fact]
    public void Given_a_checkpoint_under_the_name_of_another_step_when_the_newest_is_asked_for_then_it_is_refused()
    {
        string path = Written();
        Directory.Move(path, Path.Combine(_folder.Path, "step-000000009"));
        using CheckpointFolder folder = new CheckpointFolder(_folder.Path);
        var refused = new List<CheckpointException>();
        Assert.Equal(CheckpointErrors.NoneGood, Assert.Throws<CheckpointException>(() => folder.Newest(refused)).Cause);
        Assert.Contains("named for step 9 but holds step 5", Assert.Single(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_too_little_space_when_a_checkpoint_is_due_then_nothing_is_written()
    {
        using CheckpointFolder folder = new CheckpointFolder(_folder.Path, _ => 1000);
        var refused = Assert.Throws<CheckpointException>(() => folder.Write(At(5), keep: 3, best: null));
        Assert.Equal(CheckpointErrors.NoSpace, refused.Cause);
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void Given_what_dead_runs_left_when_the_folder_is_taken_then_it_is_cleared_and_the_rest_stays()
    {
        Written();
        foreach (string name in (string[])[".new-step-000000006", ".old-step-000000004", "notes", "step-7"])
            Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        _folder.File($".{Guid.NewGuid():N}.tmp");
        _folder.File("mine.tmp");
        using CheckpointFolder folder = new CheckpointFolder(_folder.Path);
        Assert.Equal(["mine.tmp", "run.lock", "run.owner"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["notes", "step-000000005", "step-7"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Path.Combine(_folder.Path, "step-000000005"), Assert.Single(folder.List()));
    }

    [Fact]
    public void Given_a_checkpoint_of_the_same_step_when_written_again_then_the_new_one_stands()
    {
        using CheckpointFolder folder = new CheckpointFolder(_folder.Path);
        folder.Write(At(5, loss: 1), keep: 3, best: null);
        Assert.Equal(2, CheckpointReader.Read(folder.Write(At(5, loss: 2), keep: 3, best: null)).State.Progress.Epoch!.LatestLoss);
        Assert.Single(folder.List());
    }

    [Fact]
    public void Given_a_folder_that_was_given_back_when_taken_again_then_it_is_there_for_the_taking()
    {
        new CheckpointFolder(_folder.Path).Dispose();
        new CheckpointFolder(_folder.Path).Dispose();
    }

    [Fact]
    public void Given_a_disk_when_asked_then_its_free_space_is_known() =>
        Assert.InRange(CheckpointFolder.FreeSpace(_folder.Path), 1, long.MaxValue);

    public void Dispose() => _folder.Dispose();

    private string Written()
    {
        using CheckpointFolder folder = new CheckpointFolder(_folder.Path);
        return folder.Write(At(5), keep: 3, best: null);
    }

    // What an editor of the files would do who knows the format.
    private static void Sign(string path) => File.WriteAllLines(
        Path.Combine(path, "SHA256SUMS"),
        ((string[])["model.safetensors", "optimizer.safetensors", "state.json"]).Select(name => $"{Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(path, name)))).ToLowerInvariant()}  {name}"));

    private static Checkpoint At(long step, double loss = 0.1) => new(
        new CheckpointState
        {
            FormatVersion = CheckpointState.CurrentVersion,
            Progress = new RunProgress
            {
                Step = step,
                Epochs = [new EpochRecord { Epoch = 1, Step = 4, LearningRate = 1.0 / 3, TrainLoss = double.PositiveInfinity, TrainAccuracy = null, ValidationLoss = loss, ValidationAccuracy = 100.0 / 7, Seconds = 1e-7 }],
                Epoch = new EpochProgress { Steps = 1, LearningRateSum = 0.1 + 0.2, LossSum = -0.0, Samples = 30, Correct = 12, LatestLoss = loss, Seconds = 0.25 },
            },
            Run = new JsonObject { ["Model"] = "m" },
        },
        [new("model.w", TensorType.Float32, [2], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }), new("random.cpu", TensorType.UInt8, [3], new byte[] { 9, 8, 7 })],
        []);
}
