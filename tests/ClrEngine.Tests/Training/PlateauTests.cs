using System.Text.Json;

namespace ClrEngine.Tests.Training;

public sealed class PlateauTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-decay-lr.json").GetProperty("plateaus");

    private static readonly PlateauOptions Halving = new() { Patience = 1, Factor = 0.5 };

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_losses_of_epochs_when_PyTorch_lowers_the_rate_then_so_does_the_rule(int number)
    {
        JsonElement config = Cases[number].GetProperty("config");
        var options = new PlateauOptions { Patience = config.GetProperty("patience").GetInt32(), Factor = config.GetProperty("factor").GetDouble() };
        double[] losses = [.. Cases[number].GetProperty("losses").EnumerateArray().Select(loss => loss.ValueKind == JsonValueKind.String ? double.NaN : loss.GetDouble())];
        double[] rates = [.. Cases[number].GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];
        for (int epoch = 0; epoch < rates.Length; epoch++)
            Agreement.Check(rates[epoch], PlateauRule.Factor(losses.Take(epoch), options), 1);
    }

    [Fact]
    public void Given_a_validation_loss_that_stays_when_trained_then_the_rates_of_the_schedule_are_lowered_from_an_epoch_on()
    {
        var learner = new QuadraticLearner { Validated = _ => 1 };
        TrainingRun run = Run(learner);
        foreach (TrainingTick tick in run.Run(TestContext.Current.CancellationToken))
            Assert.Equal(learner.Taken[^1], tick.Point);
        double[] factors = [1, 1, 1, 0.5, 0.5, 0.25];
        Assert.Equal(Schedule.Points(24).Select(point => point with { LearningRate = point.LearningRate * factors[point.Step / 4] }), learner.Taken);
        Assert.Equal(factors.Select((factor, epoch) => factor * Schedule.Rates(4, from: 4 * epoch).Average()), run.History.Epochs.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Given_a_run_that_is_stopped_anywhere_when_it_goes_on_then_its_rates_are_those_of_the_run_that_was_left_alone()
    {
        var undisturbed = new QuadraticLearner { Validated = _ => 1 };
        foreach (TrainingTick tick in Run(undisturbed).Run(TestContext.Current.CancellationToken))
            _ = tick;
        for (int stop = 1; stop < 24; stop++)
        {
            var learner = new QuadraticLearner { Validated = _ => 1 };
            TrainingRun first = Run(learner);
            foreach (TrainingTick tick in first.Run(TestContext.Current.CancellationToken))
            {
                if (tick.Point.Step + 1 == stop)
                    break;
            }
            foreach (TrainingTick tick in Run(learner, first.Progress()).Run(TestContext.Current.CancellationToken))
                _ = tick;
            Assert.Equal(undisturbed.Taken, learner.Taken);
        }
    }

    [Theory]
    [InlineData(-1, 0.5, "PlateauPatience")]
    [InlineData(1, 0.0, "PlateauFactor")]
    [InlineData(1, 1.0, "PlateauFactor")]
    [InlineData(null, 0.5, "PlateauFactor")]
    public void Given_settings_that_cannot_be_when_looked_at_then_they_are_named(int? patience, double factor, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new PlateauOptions { Patience = patience, Factor = factor }.Validate()).ParamName);

    private static CyclicSchedule Schedule { get; } = new(0.01, 0.1, 3);

    // Six epochs of 4 updates.
    private static TrainingRun Run(QuadraticLearner learner, RunProgress? from = null) =>
        new(learner, new BatchPlan(100, 30, seed: 0), Schedule, new TrainingOptions { Epochs = 6 }, from) { Plateau = Halving };
}
