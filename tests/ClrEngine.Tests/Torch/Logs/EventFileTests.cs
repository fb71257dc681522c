using System.Buffers.Binary;
using ClrEngine.Tests.Training;
using ClrEngine.Tests.Training.Checkpoints;
using ClrEngine.Torch.Logs;
using ClrEngine.Training.Checkpoints;
using Google.Protobuf;
using Tensorboard;

namespace ClrEngine.Tests.Torch.Logs;

public sealed class EventFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_checksum_of_the_tests_is_CRC_32C() => Assert.Equal(0xE3069283u, EventFiles.Crc("123456789"u8));

    [Fact]
    public void Given_a_run_when_its_events_are_read_back_then_each_update_and_epoch_is_there_as_it_was()
    {
        var learner = new QuadraticLearner();
        TrainingRun run = NewRun(learner, epochs: 3);
        Train(run, null);
        List<Event> events = EventFiles.Read(Assert.Single(EventFiles.In(_folder.Path)));
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal((SessionLog.Types.SessionStatus.Start, 0), (events[1].SessionLog.Status, events[1].Step));
        Assert.All(events, e => Assert.Equal(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), e.WallTime, tolerance: 3600));
        Assert.Equal(learner.Taken.Select(p => (p.Step, (float)p.LearningRate)), EventFiles.Shown(_folder.Path, "train/learning_rate"));
        Assert.Equal(learner.Taken.Select(p => (p.Step, (float)p.Momentum!.Value)), EventFiles.Shown(_folder.Path, "train/momentum"));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), EventFiles.Shown(_folder.Path, "train/loss").Select(v => v.Step));
        Assert.Equal(0.5f, EventFiles.Shown(_folder.Path, "train/loss")[0].Value);
        Assert.Equal(run.History.Epochs.Select(e => (e.Step - 1, (float)e.ValidationLoss)), EventFiles.Shown(_folder.Path, "validation/loss"));
        Assert.Equal([(3, 50), (7, 50), (11, 50)], EventFiles.Shown(_folder.Path, "validation/accuracy"));
        Assert.Empty(EventFiles.Shown(_folder.Path, "validation/r_squared"));
    }

    [Fact]
    public void Given_a_run_that_died_after_its_checkpoint_when_it_goes_on_then_each_step_is_shown_once_and_as_in_a_run_that_was_never_stopped()
    {
        using var whole = new TempFolder();
        Train(NewRun(new QuadraticLearner(), epochs: 4), null, whole.Path);

        var options = new CheckpointOptions { Path = Path.Combine(_folder.Path, "checkpoints"), Every = 3, Resume = true };
        Stop(options, after: 8);
        Directory.Delete(Path.Combine(options.Path, CheckpointFiles.NameOf(8)), recursive: true);
        var learner = new QuadraticLearner();
        using (TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner))
            Train(NewRun(learner, 4, checkpoints.Progress), checkpoints);

        Assert.Equal(2, EventFiles.In(_folder.Path).Length);
        foreach (string tag in new[] { "train/loss", "train/learning_rate", "validation/loss", "train/epoch_loss" })
            Assert.Equal(EventFiles.Shown(whole.Path, tag), EventFiles.Shown(_folder.Path, tag));
    }

    [Fact]
    public void Given_a_checkpoint_when_the_process_dies_right_then_then_the_events_are_not_behind_it()
    {
        var options = new CheckpointOptions { Path = Path.Combine(_folder.Path, "checkpoints") };
        var learner = new QuadraticLearner();
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner);
        TrainingRun run = NewRun(learner, epochs: 2);
        using TrainingLog events = NewLog(_folder.Path, null);
        checkpoints.Saving = () => events.Flush(run);
        using IEnumerator<TrainingTick> ticks = checkpoints.Run(run, Runs.Schedule, TestContext.Current.CancellationToken).GetEnumerator();
        for (int i = 0; i < 4; i++)
            Assert.True(ticks.MoveNext());
        Assert.Equal(4, EventFiles.Shown(_folder.Path, "train/loss").Length);
        Assert.Equal(3, Assert.Single(EventFiles.Shown(_folder.Path, "validation/loss")).Step);
    }

    [Fact]
    public void Given_events_that_cannot_be_written_when_a_checkpoint_is_due_then_the_run_ends_and_the_checkpoint_is_there()
    {
        var options = new CheckpointOptions { Path = Path.Combine(_folder.Path, "checkpoints") };
        var learner = new QuadraticLearner();
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner);
        checkpoints.Saving = static () => throw new IOException("full");
        Assert.Throws<IOException>(() => checkpoints.Run(NewRun(learner, epochs: 2), Runs.Schedule, TestContext.Current.CancellationToken).Count());
        Assert.Equal(["4"], Runs.Steps(options.Path));
    }

    [Fact]
    public void Given_updates_within_an_epoch_then_events_wait_in_memory_and_nobody_reads_the_device_for_them()
    {
        var learner = new QuadraticLearner { SampleCount = 1000 };
        var run = new TrainingRun(learner, new BatchPlan(1000, 10, seed: 0), Runs.Schedule, new TrainingOptions { Epochs = 1 }) { KeepsSteps = true };
        using TrainingLog events = NewLog(_folder.Path, null);
        using IEnumerator<TrainingTick> ticks = run.Run(TestContext.Current.CancellationToken).GetEnumerator();
        for (int i = 0; i < 50; i++)
        {
            Assert.True(ticks.MoveNext());
            events.Add(run);
        }
        Assert.Equal(0, learner.Reads);
        _ = run.LatestLoss();
        events.Add(run);
        Assert.Empty(EventFiles.Shown(_folder.Path, "train/loss"));
        events.Flush(run);
        Assert.Equal(50, EventFiles.Shown(_folder.Path, "train/loss").Length);
    }

    private static TrainingLog NewLog(string folder, RunProgress? from) =>
        new([new EventFile(folder, from?.Step ?? 0)], from, warning => Assert.Fail(warning));

    private void Stop(CheckpointOptions options, int after)
    {
        var learner = new QuadraticLearner();
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Runs.Description, learner);
        Train(NewRun(learner, 4), checkpoints, steps: after);
    }

    private static TrainingRun NewRun(QuadraticLearner learner, int epochs, RunProgress? from = null) =>
        new(learner, new BatchPlan(100, 30, seed: 0), Runs.Schedule, new TrainingOptions { Epochs = epochs }, from) { KeepsSteps = true };

    private void Train(TrainingRun run, TrainingCheckpoints? checkpoints, string? folder = null, int steps = int.MaxValue)
    {
        using TrainingLog events = NewLog(folder ?? _folder.Path, checkpoints?.Progress);
        if (checkpoints is not null)
            checkpoints.Saving = () => events.Flush(run);
        foreach (TrainingTick tick in (checkpoints?.Run(run, Runs.Schedule) ?? run.Run()).Take(steps))
            events.Add(run);
        events.Flush(run);
    }
}

/// <summary>Reads event files as TensorBoard does, with checksums computed bit by bit.</summary>
internal static class EventFiles
{
    public static string[] In(string folder) => [.. Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal)];

    public static List<Event> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var events = new List<Event>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            byte[] body = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(body), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Event.Parser.ParseFrom(new CodedInputStream(body)));
            at += 16 + length;
        }
        return events;
    }

    /// <summary>What TensorBoard keeps of a folder: a file's start takes back the steps from there on.</summary>
    public static (long Step, float Value)[] Shown(string folder, string tag)
    {
        var shown = new List<(long Step, float Value)>();
        foreach (Event happened in In(folder).SelectMany(Read))
        {
            if (happened.SessionLog is { Status: SessionLog.Types.SessionStatus.Start })
                shown.RemoveAll(kept => kept.Step >= happened.Step);
            shown.AddRange((happened.Summary?.Value ?? []).Where(v => v.Tag == tag).Select(v => (happened.Step, v.SimpleValue)));
        }
        return [.. shown];
    }

    /// <summary>CRC-32C (Castagnoli) by its definition.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }
}
