using ClrEngine.Errors;

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
}

/// <summary>What is to be known of figures.</summary>
internal static class ValidationFigures
{
    /// <summary>How many classes <see cref="ValidationFigure.Top5Accuracy"/> looks at; there are to be more.</summary>
    public const int Top = 5;

    /// <summary>Whether a lower figure is better.</summary>
    public static bool IsBetterLow(this ValidationFigure figure) => figure is ValidationFigure.Loss or ValidationFigure.MeanAbsoluteError;

    /// <summary>A figure with its name, for people; nothing where there is none.</summary>
    public static string Text(this ValidationFigure? figure, double? value) => figure is null ? "" : value is null ? $"no {figure}" : figure switch
    {
        ValidationFigure.Accuracy or ValidationFigure.BalancedAccuracy or ValidationFigure.MacroF1 or ValidationFigure.Top5Accuracy => string.Create(CultureInfo.InvariantCulture, $"{figure} {value:F2} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{figure} {value:G4}"),
    };
}
