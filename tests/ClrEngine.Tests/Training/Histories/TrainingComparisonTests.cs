using ClrEngine.Training.Histories;

namespace ClrEngine.Tests.Training.Histories;

public sealed class TrainingComparisonTests
{
    [Fact]
    public void A_change_that_each_seed_shows_is_more_than_chance_also_where_seeds_differ_more()
    {
        // The changes are 1, 2, 3, 2: their mean is 2, their standard error sqrt(2/3)/2, and t is 4.899.
        TrainingComparison comparison = TrainingComparison.Compare(Histories(80, 90, 70, 85), Histories(81, 92, 73, 87));
        Assert.Equal(("Accuracy", 4, ComparisonVerdict.Better), (comparison.Figure, comparison.Seeds.Count, comparison.Verdict));
        Assert.Equal((81.25, 83.25, 2), (comparison.ReferenceMean, comparison.DifferenceMean, comparison.Change));
        Assert.Equal(8.5391256, comparison.ReferenceSpread, 1e-6);
        Assert.Equal(2 - (3.18244631 * Math.Sqrt(2.0 / 3) / 2), comparison.ChangeLow, 1e-6);
        Assert.Equal(0.0163, comparison.PValue, 1e-4);
        Assert.True(comparison.IsMoreThanNoise);
        Assert.Equal(ComparisonVerdict.Worse, TrainingComparison.Compare(Histories(81, 92, 73, 87), Histories(80, 90, 70, 85)).Verdict);
    }

    [Fact]
    public void A_change_that_seeds_do_not_agree_on_is_not_told_apart()
    {
        TrainingComparison comparison = TrainingComparison.Compare(Histories(80, 90, 70), Histories(85, 88, 71));
        Assert.Equal(ComparisonVerdict.NotToldApart, comparison.Verdict);
        Assert.InRange(0, comparison.ChangeLow, comparison.ChangeHigh);
        Assert.Contains("not told apart from chance", comparison.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, TrainingComparison.Compare(Histories(80, 90), Histories(80, 90)).PValue);
    }

    [Fact]
    public void A_lower_loss_is_better_where_there_is_no_accuracy()
    {
        TrainingComparison comparison = TrainingComparison.Compare([.. Histories(2, 3, 4).Select(Regression)], [.. Histories(1, 2.1, 2.9).Select(Regression)]);
        Assert.Equal(("Loss", ComparisonVerdict.Better), (comparison.Figure, comparison.Verdict));

        static TrainingHistory Regression(TrainingHistory of) => of with { Epochs = [of.Epochs[0] with { ValidationAccuracy = null, ValidationLoss = of.Epochs[0].ValidationAccuracy!.Value }] };
    }

    [Fact]
    public void What_cannot_be_paired_is_refused_by_name()
    {
        Assert.Contains("Reference has 1 seed", Refused(Histories(1), Histories(2)), StringComparison.Ordinal);
        Assert.Contains("Difference has no history of seed 1", Refused(Histories(1, 2), Histories(2)), StringComparison.Ordinal);
        Assert.Contains("Reference has two histories of seed 0", Refused([.. Histories(1), .. Histories(2)], Histories(1, 2)), StringComparison.Ordinal);
        Assert.Contains("by another figure", Refused(Histories(1, 2), [.. Histories(1, 2).Select(of => of with { Run = of.Run with { BestBy = ValidationFigure.MacroF1 } })]), StringComparison.Ordinal);

        static string Refused(IReadOnlyList<TrainingHistory> first, IReadOnlyList<TrainingHistory> second) =>
            Assert.Throws<InvalidParameterException>(() => TrainingComparison.Compare(first, second)).Message;
    }

    private static TrainingHistory[] Histories(params double[] accuracies) => [.. accuracies.Select((accuracy, seed) => new TrainingHistory
    {
        Run = new RunDescription { Seed = seed, Schedule = new ConstantSchedule(0.1) },
        Status = TrainingStatus.Completed,
        Epochs = [new EpochRecord { Epoch = 1, Step = 1, LearningRate = 0.1, TrainLoss = 1, TrainAccuracy = 1, ValidationLoss = 1, ValidationAccuracy = accuracy, Seconds = 1 }],
    })];
}
