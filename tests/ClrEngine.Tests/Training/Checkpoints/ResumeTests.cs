using System.Diagnostics;
using ClrEngine.Numerics;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Training.Checkpoints;

public sealed class ResumeAfterKillTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Given_a_run_that_is_killed_twenty_times_when_it_is_resumed_each_time_then_its_end_is_that_of_the_run_that_was_left_alone()
    {
        using var folder = new TempFolder();
        string undisturbed = await Finish(TrainingChild.Start(null));
        var random = new SeededRandom(seed: 5, stream: 0);
        var starts = new List<long>();
        for (int kill = 0; kill < Kills; kill++)
            starts.Add(await KillAfter(TrainingChild.Start(folder.Path), steps: random.NextInt(8), milliseconds: random.NextInt(30)));
        string disturbed = await Finish(TrainingChild.Start(folder.Path));
        Assert.Equal(undisturbed, disturbed);
        Assert.True(starts[^1] > starts[0], $"no run began where another had come to: {string.Join(", ", starts)}");
    }

    // Where the run began: kill -9 reaches it somewhere in a step or in the writing of a checkpoint.
    private static async Task<long> KillAfter(Process process, int steps, int milliseconds)
    {
        using (process)
        {
            string first = await Line(process);
            for (int i = 0; i < steps; i++)
                Assert.StartsWith("step ", await Line(process), StringComparison.Ordinal);
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            Assert.False(process.HasExited, "the run ended before it was killed: make it longer");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return long.Parse(first["from ".Length..], CultureInfo.InvariantCulture);
        }
    }

    private static async Task<string> Finish(Process process)
    {
        using (process)
        {
            string line;
            do
                line = await Line(process);
            while (!line.StartsWith("result ", StringComparison.Ordinal));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Contains(" Completed ", line, StringComparison.Ordinal);
            return line;
        }
    }

    private static async Task<string> Line(Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("The run ended by itself.");
}

public sealed class ResumedCyclesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private CheckpointOptions Options => new() { Path = _folder.Path, Keep = 100, Resume = true };

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(18)]
    public void Given_a_run_with_snapshots_that_was_stopped_when_resumed_then_cycles_and_snapshots_are_those_of_the_run_that_was_not(long stopAt)
    {
        var first = new QuadraticLearner();
        CheckTakenUp(first, (early, options) => Finish(first, early, options, stopAt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Given_a_cancellation_while_a_cycle_or_an_epoch_is_validated_when_resumed_then_cycles_epochs_and_snapshots_are_those_of_the_run_that_was_not(int validation)
    {
        using var cancel = new CancellationTokenSource();
        int validations = 0;
        var first = new QuadraticLearner { Validating = () => { if (++validations == validation) cancel.Cancel(); } };
        CheckTakenUp(first, (early, options) => Assert.Throws<OperationCanceledException>(() => Finish(first, early, options, cancel: cancel)));
    }

    [Fact]
    public void Given_a_run_that_ended_within_an_epoch_when_taken_up_for_more_cycles_then_that_epoch_goes_on()
    {
        var undisturbed = new QuadraticLearner();
        using var whole = new FakeEnsemble(undisturbed);
        TrainingHistory expected = Finish(undisturbed, whole, Options with { Path = _folder.At("whole") }, cycles: 3);
        var first = new QuadraticLearner();
        using var early = new FakeEnsemble(first);
        Assert.Equal(6, Finish(first, early, Options with { Path = _folder.At("cut") }, cycles: 1).Epochs[^1].Step);
        var resumed = new QuadraticLearner();
        using var late = new FakeEnsemble(resumed);
        Assert.Equal(expected.Timeless(), Finish(resumed, late, Options with { Path = _folder.At("cut") }, cycles: 3).Timeless());
    }

    [Fact]
    public void Given_a_run_without_snapshots_when_resumed_with_them_then_it_is_refused()
    {
        Runs.Train(new QuadraticLearner(), Options, epochs: 1);
        var learner = new QuadraticLearner();
        using var ensemble = new FakeEnsemble(learner);
        var refused = Assert.Throws<CheckpointException>(() => TrainingCheckpoints.Open(Options, Description, learner, ensemble));
        Assert.Contains("Cycles is \"None\" there and \"Snapshot\" here", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static RunDescription Description => Runs.Description with { Cycles = CycleUse.Snapshot };

    private void CheckTakenUp(QuadraticLearner first, Action<FakeEnsemble, CheckpointOptions> cut)
    {
        var undisturbed = new QuadraticLearner();
        using var whole = new FakeEnsemble(undisturbed);
        TrainingHistory expected = Finish(undisturbed, whole, Options with { Path = _folder.At("whole") });
        CheckpointOptions options = Options with { Path = _folder.At("cut") };
        using var early = new FakeEnsemble(first);
        cut(early, options);
        var resumed = new QuadraticLearner();
        using var late = new FakeEnsemble(resumed);
        TrainingHistory history = Finish(resumed, late, options);
        Assert.Equal(expected.Cycles, history.Cycles);
        Assert.Equal(expected.Timeless(), history.Timeless());
        Assert.Equal(Weights(whole), Weights(late));
        Assert.Equal(undisturbed.Weight, resumed.Weight);
    }

    private static TrainingHistory Finish(QuadraticLearner learner, FakeEnsemble ensemble, CheckpointOptions options, long? stopAt = null, int cycles = 3, CancellationTokenSource? cancel = null)
    {
        using TrainingCheckpoints checkpoints = TrainingCheckpoints.Open(options, Description, learner, ensemble);
        var run = new TrainingRun(learner, new BatchPlan(100, 30, seed: 0), Runs.Schedule, new TrainingOptions { Cycles = cycles }, checkpoints.Progress, ensemble);
        foreach (TrainingTick tick in checkpoints.Run(run, Runs.Schedule, cancel?.Token ?? TestContext.Current.CancellationToken))
        {
            if (tick.Point.Step + 1 == stopAt)
                break;
        }
        return run.History;
    }

    private static IEnumerable<string> Weights(FakeEnsemble ensemble) => ensemble.Members.Select(m => Convert.ToHexString(m![0].Bytes.Span));
}
