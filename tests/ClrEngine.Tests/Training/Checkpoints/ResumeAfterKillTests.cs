using System.Diagnostics;
using System.Globalization;
using ClrEngine.Numerics;
using ClrEngine.Tests.Torch.Native;

namespace ClrEngine.Tests.Training.Checkpoints;

public sealed class ResumeAfterKillTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Given_a_run_that_is_killed_twenty_times_when_it_is_resumed_each_time_then_its_end_is_that_of_the_run_that_was_left_alone()
    {
        using var folder = new TemporaryFolder();
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
