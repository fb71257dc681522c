using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

/// <summary>
/// Alone: a model whose channels oneDNN gets wrong switches it off for the whole process while it is trained, and a test beside
/// this one may train such a model. Convolutions without it round otherwise.
/// </summary>
[CollectionDefinition(nameof(ParallelTests), DisableParallelization = true)]
[Collection(nameof(ParallelTests))]
public sealed class ParallelTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn:16,32")]
    public void Two_trainings_in_parallel_give_the_histories_that_they_give_one_after_the_other(string model)
    {
        _session.Set("manifest", Repository.Manifest);
        _session.Set("model", model);
        const string Work = "New-CyclicSchedule 0.01 $_ -StepSize 23 | Start-CyclicTraining -Model $model -Data digits -Epochs 2 -Seed 3 -Device cpu";
        var alone = Losses(_session.Run($"0.05, 0.1, 0.15 | ForEach-Object {{ {Work} }}").All<TrainingHistory>());
        var together = Losses(_session.Run($"0.05, 0.1, 0.15 | ForEach-Object -Parallel {{ Import-Module $using:manifest; $model = $using:model; {Work} }}").All<TrainingHistory>());
        Assert.Equal(alone, together);
    }

    private static double[] Losses(IEnumerable<TrainingHistory> histories) =>
        [.. histories.OrderBy(h => ((ClrEngine.Schedules.CyclicSchedule)h.Schedule).MaxLr).SelectMany(h => h.Epochs).Select(e => e.TrainLoss)];
}
