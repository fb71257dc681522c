using ClrEngine.Data;
using ClrEngine.Torch.Losses;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Adds up what a figure is made of, batch by batch of a validation.</summary>
internal sealed class FigureTally
{
    private static readonly ErrorCause FigureNotForData = new(nameof(FigureNotForData), ErrorKind.InvalidArgument,
        "The figure of `-BestBy` is none of this task.", "Give a figure of the message, or leave out `-BestBy`.");

    private readonly ValidationFigure _figure;
    private readonly Loss _loss;
    private readonly ConfusionCounts? _confusion;
    private double _sum;
    private long _count;

    private FigureTally(ValidationFigure figure, Targets targets, Loss loss)
    {
        (_figure, _loss) = (figure, loss);
        _confusion = figure is ValidationFigure.BalancedAccuracy or ValidationFigure.MacroF1 or ValidationFigure.RocAuc ? new ConfusionCounts(((ClassTargets)targets).ClassNames) : null;
    }

    /// <summary>What has been added; null where that has no such figure.</summary>
    public double? Figure => _figure switch
    {
        ValidationFigure.BalancedAccuracy => _confusion!.Classes().Average(static score => score.Recall),
        ValidationFigure.MacroF1 => _confusion!.Classes().Average(static score => score.F1),
        ValidationFigure.RocAuc => _confusion!.RocAuc(),
        ValidationFigure.Top5Accuracy => 100 * _sum / _count,
        _ => _sum / _count,
    };

    /// <summary>Refuses a figure that the task of these validation samples does not have.</summary>
    public static void Require(ValidationFigure? figure, Targets targets, LossOptions loss, IReadOnlyList<Metric> metrics)
    {
        LossKind kind = loss.KindFor(targets);
        if (figure?.IsOfMetric() == true)
        {
            RequireMetric(figure.Value, metrics);
            return;
        }
        ValidationFigure[] ofClasses = [ValidationFigure.Loss, ValidationFigure.Accuracy, ValidationFigure.BalancedAccuracy, ValidationFigure.MacroF1];
        ValidationFigure[] known = (targets, kind) switch
        {
            (ClassTargets { Classes: 2 }, _) => [.. ofClasses, ValidationFigure.RocAuc],
            (ClassTargets { Classes: > ValidationFigures.Top }, _) => [.. ofClasses, ValidationFigure.Top5Accuracy],
            (ClassTargets, _) => ofClasses,
            (_, LossKind.MeanSquaredError) when loss.Function is null => [ValidationFigure.Loss, ValidationFigure.RSquared, ValidationFigure.MeanAbsoluteError],
            (_, LossKind.BinaryCrossEntropy) => [ValidationFigure.Loss, ValidationFigure.Accuracy],
            _ => [ValidationFigure.Loss, ValidationFigure.MeanAbsoluteError],
        };
        if (figure is { } asked && !known.Contains(asked))
            throw new InvalidParameterException(nameof(TrainingOptions.BestBy), asked, $"BestBy {asked} is no figure of this task, {(targets is ClassTargets classes ? $"which tells {classes.Classes} classes apart" : $"which predicts values under {(loss.Function is null ? kind.ToString() : "a loss of its own")}")}; give one of {string.Join(", ", known)}.", FigureNotForData);
        if (figure == ValidationFigure.RocAuc && targets is ClassTargets two && two.Labels.Distinct().Take(2).Count() < 2)
            throw Undefined($"all validation samples are '{two.ClassNames[(int)two.Labels[0]]}'");
        if (figure == ValidationFigure.RSquared && targets is ValueTargets values && values.Values.Distinct().Take(2).Count() < 2)
            throw Undefined(string.Create(CultureInfo.InvariantCulture, $"the value of all validation samples is {values.Values[0]}"));

        InvalidParameterException Undefined(string why) => new(nameof(TrainingOptions.BestBy), figure, $"BestBy {figure} tells nothing here, as {why}; hold out other samples (-SplitSeed of Import-TrainingData), or give another figure.", FigureNotForData);
    }

    /// <summary>Refuses to choose by a metric where there is none.</summary>
    public static void RequireMetric(ValidationFigure figure, IReadOnlyList<Metric> metrics)
    {
        if (metrics.Count == 0)
            throw new InvalidParameterException(nameof(TrainingOptions.BestBy), figure, $"BestBy {figure} chooses by a metric of your own, and there is none: give Metric, or another figure.", FigureNotForData);
    }

    /// <summary>A tally; null where the figure follows from what each validation measures.</summary>
    public static FigureTally? For(ValidationFigure? figure, Targets targets, Loss loss) =>
        figure is null or ValidationFigure.Loss or ValidationFigure.Accuracy or ValidationFigure.RSquared || figure.Value.IsOfMetric() ? null : new FigureTally(figure.Value, targets, loss);

    /// <summary>Adds a batch: outputs in 32 bits, and targets as the loss has them.</summary>
    public void Add(Tensor output, Tensor targets)
    {
        using var scope = NewDisposeScope();
        _count += targets.shape[0];
        Tensor predictions = _loss.Predictions(output);
        switch (_figure)
        {
            case ValidationFigure.MeanAbsoluteError:
                // Targets are scaled as outputs are: both come back to their own unit in the same way.
                _sum += predictions.sub(_loss.Predictions(targets)).abs().mean([1]).sum().item<double>();
                break;
            case ValidationFigure.Top5Accuracy:
                _sum += predictions.topk(ValidationFigures.Top, 1).indexes.eq(targets.unsqueeze(1)).any(1).sum().item<long>();
                break;
            default:
                // One column is the probability of the second of two classes.
                Tensor each = predictions.shape[1] == 1 ? cat([1 - predictions, predictions], 1) : predictions;
                (Tensor likely, Tensor held) = each.max(1);
                double[] probabilities = likely.cpu().data<double>().ToArray();
                long[] predicted = held.cpu().data<long>().ToArray(), actual = targets.cpu().data<long>().ToArray();
                for (int i = 0; i < actual.Length; i++)
                    _confusion!.Add((int)actual[i], (int)predicted[i], probabilities[i]);
                break;
        }
    }
}
