using ClrEngine.Torch.Trained;

namespace ClrEngine.Tests.Torch.Trained;

/// <summary>Figures of merit against those that scikit-learn's documentation gives for the same labels and answers.</summary>
public sealed class ClassScoreTests
{
    [Fact]
    public void Macro_f1_recall_and_precision_are_those_of_scikit_learn()
    {
        // f1_score, recall_score and precision_score of [0, 1, 2, 0, 1, 2] and [0, 2, 1, 0, 0, 1].
        TrainedModelScore score = Score(3, [0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
        Assert.Equal(26.666666666666668, score.MacroF1!.Value, 1e-12);
        Assert.Equal(100 / 3.0, score.BalancedAccuracy!.Value, 1e-12);
        Assert.Equal([100.0, 0.0, 0.0], score.Classes.Select(static of => of.Recall));
        Assert.Equal([200 / 3.0, 0.0, 0.0], score.Classes.Select(static of => of.Precision));
        Assert.Equal([[2, 0, 0], [1, 0, 1], [0, 2, 0]], score.Confusion!);
        Assert.Null(score.RocAuc);
    }

    [Fact]
    public void Balanced_accuracy_is_that_of_scikit_learn() =>
        // balanced_accuracy_score of [0, 1, 0, 0, 1, 0] and [0, 1, 0, 0, 0, 1].
        Assert.Equal(62.5, Score(2, [0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]).BalancedAccuracy);

    [Fact]
    public void The_area_under_the_curve_is_that_of_scikit_learn()
    {
        // roc_auc_score of [0, 0, 1, 1] and [0.1, 0.4, 0.35, 0.8]; a tie is half.
        Assert.Equal(0.75, Auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]));
        Assert.Equal(0.5, Auc([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3]));
        Assert.Equal(0.875, Auc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8]));
        Assert.Null(Auc([1, 1], [0.2, 0.9]));
    }

    [Fact]
    public void A_class_without_samples_or_answers_has_no_figure_and_counts_in_no_mean()
    {
        TrainedModelScore score = Score(4, [0, 0, 1], [0, 1, 1]);
        Assert.Equal([50.0, 100.0, null, null], score.Classes.Select(static of => of.Recall));
        Assert.Equal([100.0, 50.0, null, null], score.Classes.Select(static of => of.Precision));
        Assert.Equal(75, score.BalancedAccuracy);
        Assert.Equal(200 / 3.0, score.MacroF1!.Value, 1e-12);
    }

    [Fact]
    public void A_model_of_very_many_classes_has_no_table()
    {
        TrainedModelScore score = Score(1001, [0, 1000], [0, 1000]);
        Assert.Null(score.Confusion);
        Assert.Equal(1001, score.Classes.Count);
        Assert.Equal(100, score.MacroF1);
    }

    private static TrainedModelScore Score(int classes, int[] actual, int[] predicted) =>
        Counted(classes, actual.Select((of, i) => (of, predicted[i], 0.9)));

    private static double? Auc(int[] actual, double[] second) =>
        Counted(2, actual.Select((of, i) => (of, second[i] > 0.5 ? 1 : 0, Math.Max(second[i], 1 - second[i])))).RocAuc;

    private static TrainedModelScore Counted(int classes, IEnumerable<(int Actual, int Predicted, double Probability)> samples)
    {
        var counts = new ConfusionCounts([.. Enumerable.Range(0, classes).Select(static i => $"{i}")]);
        foreach ((int actual, int predicted, double probability) in samples)
            counts.Add(actual, predicted, probability);
        return new TrainedModelScore { Model = "m", Data = "d", Members = 1, Samples = 1, Loss = 0, Accuracy = 0, Classes = counts.Classes(), Confusion = counts.Table(), RocAuc = counts.RocAuc() };
    }
}
