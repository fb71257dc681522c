using ClrEngine.Errors;
using ClrEngine.Json;

namespace ClrEngine.Training;

/// <summary>A figure of the validation samples by which a run chooses its best epoch and ends early.</summary>
public enum ValidationFigure
{
    /// <summary>The lowest loss.</summary>
    Loss,

    /// <summary>The highest share of samples classified rightly.</summary>
    Accuracy,

    /// <summary>The highest mean of the classes' recalls: the accuracy if all classes had as many samples.</summary>
    BalancedAccuracy,

    /// <summary>The highest mean of the classes' F1, the harmonic means of recall and precision.</summary>
    MacroF1,

    /// <summary>The highest share of samples whose class is among the five that are held most likely.</summary>
    Top5Accuracy,

    /// <summary>Of two classes, the largest area under the receiver operating characteristic.</summary>
    RocAuc,

    /// <summary>Of values, the highest share of their variance that is explained.</summary>
    RSquared,

    /// <summary>Of values, the lowest mean size of an error.</summary>
    MeanAbsoluteError,

    /// <summary>The highest value of the run's first metric of its own.</summary>
    HighestMetric,

    /// <summary>The lowest value of the run's first metric of its own.</summary>
    LowestMetric,
}

/// <summary>What a metric of one's own said of the validation samples.</summary>
public sealed record MetricValue
{
    private static readonly ErrorCause MetricNotFinite = new(nameof(MetricNotFinite), ErrorKind.InvalidResult,
        "A metric of `-Metric` gave no finite number.", "Let it give a number where its quotient has none, such as 0 for an F1 without hits.");

    /// <summary>The metric's name.</summary>
    public required string Name { get; init; }

    /// <summary>The value, a finite number.</summary>
    [Within(double.MinValue)]
    public required double Value { get; init; }

    /// <summary>A line for people, such as <c>F1 0.8712</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Value:G4}");

    internal static void RequireFinite(IReadOnlyList<MetricValue>? values, int epoch)
    {
        if (values?.FirstOrDefault(static value => !double.IsFinite(value.Value)) is { } bad)
            throw new InvalidParameterException("Metric", bad.Value, string.Create(CultureInfo.InvariantCulture, $"Metric {bad.Name} gave {bad.Value} in epoch {epoch}, where the loss is finite; it must give a finite number, also where nothing is right: return 0 in place of 0 / 0."), MetricNotFinite);
    }
}

/// <summary>What is to be known of figures.</summary>
internal static class ValidationFigures
{
    /// <summary>How many classes <see cref="ValidationFigure.Top5Accuracy"/> looks at; there are to be more.</summary>
    public const int Top = 5;

    public static bool IsBetterLow(this ValidationFigure figure) => figure is ValidationFigure.Loss or ValidationFigure.MeanAbsoluteError or ValidationFigure.LowestMetric;

    /// <summary>Whether it is that of a metric of one's own.</summary>
    public static bool IsOfMetric(this ValidationFigure figure) => figure is ValidationFigure.HighestMetric or ValidationFigure.LowestMetric;

    /// <summary>A figure with its name, for people; nothing where there is none.</summary>
    public static string Text(this ValidationFigure? figure, double? value, IReadOnlyList<MetricValue>? metrics = null) => figure is null ? "" : value is null ? $"no {figure}" : figure switch
    {
        _ when figure.Value.IsOfMetric() && metrics is [var first, ..] => first.ToString(),
        ValidationFigure.Accuracy or ValidationFigure.BalancedAccuracy or ValidationFigure.MacroF1 or ValidationFigure.Top5Accuracy => string.Create(CultureInfo.InvariantCulture, $"{figure} {value:F2} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{figure} {value:G4}"),
    };
}
