using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.Tests.RangeTest;

public sealed class SuggestionMetricTests
{
    [Fact]
    public void Given_the_metric_accuracy_when_smith_is_asked_then_base_is_where_the_accuracy_begins_to_rise_and_max_where_it_slows()
    {
        // Rises from 10 % at 1e-3 to 90 % at 1e-2, stays, falls from 0.1 on.
        LrRangeTestResult test = Accuracies(lr => 10 + 80 * Math.Clamp(Math.Log10(lr / 1e-3), 0, 1) - 60 * Math.Max(0, Math.Log10(lr / 0.1)));
        LrBounds bounds = Curves.Bounds(test, SuggestionMethod.Smith);
        Assert.InRange(bounds.BaseLr, 0.7e-3, 2e-3);
        Assert.InRange(bounds.MaxLr, 0.7e-2, 2e-2);
    }

    [Fact]
    public void Given_the_metric_accuracy_and_a_loss_that_says_otherwise_when_asked_then_the_accuracy_decides()
    {
        LrRangeTestResult test = Accuracies(lr => 10 + 80 * Math.Clamp(Math.Log10(lr / 1e-3), 0, 1) - 60 * Math.Max(0, Math.Log10(lr / 0.1)), loss: lr => lr);
        Assert.InRange(Curves.Bounds(test, SuggestionMethod.Steepest).SteepestLr, 1e-3, 1e-2);
    }

    [Theory, EachMethod]
    public void Given_the_metric_accuracy_and_a_task_without_classes_when_asked_then_it_says_so(SuggestionMethod method)
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        Assert.Equal(NoSuggestionReason.NoAccuracy, Curves.None(test with { Options = test.Options with { Metric = RangeTestMetric.Accuracy } }, method).Reason);
    }

    [Fact]
    public void Given_groups_when_asked_then_each_group_has_its_rates_at_the_same_steps()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical);
        LrBounds bounds = Curves.Bounds(test with { Options = test.Options with { Groups = [new(1e-7, 10), new(1e-8, 1)] } }, SuggestionMethod.Conservative);
        Assert.Equal(bounds.BaseLr, bounds.Groups[0].BaseLr, bounds.BaseLr * 1e-9);
        Assert.Equal(bounds.MaxLr / 10, bounds.Groups[1].MaxLr, bounds.MaxLr * 1e-9);
    }

    private static LrRangeTestResult Accuracies(Func<double, double> accuracy, Func<double, double>? loss = null)
    {
        LrRangeTestResult test = Curves.Test(loss ?? Curves.Typical, startLr: 1e-5);
        return test with
        {
            Options = test.Options with { Metric = RangeTestMetric.Accuracy },
            Points = [.. test.Points.Select(p => p with { Accuracy = accuracy(p.LearningRate) })],
        };
    }
}
