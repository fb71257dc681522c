namespace ClrFigures.Histories;

/// <summary>The rows of a history's figure: which y axis draws what, and where.</summary>
/// <param name="HasAccuracy">Whether there is a row for the accuracy: a task without classes has none.</param>
internal readonly record struct HistoryRows(bool HasAccuracy)
{
    public double[] Loss => HasAccuracy ? [0.66, 1.0] : [0.34, 1.0];

    public static double[] Accuracy => [0.27, 0.60];

    public double[] Rate => HasAccuracy ? [0.0, 0.19] : [0.0, 0.25];

    public int Height => HasAccuracy ? 660 : 500;

    public const string LossAxis = "y";

    public const string AccuracyAxis = "y2";

    public const string RateAxis = "y3";
}
