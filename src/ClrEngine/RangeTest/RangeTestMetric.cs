namespace ClrEngine.RangeTest;

/// <summary>What the bounds of a range test are read off.</summary>
public enum RangeTestMetric
{
    /// <summary>The loss.</summary>
    Loss,

    /// <summary>The accuracy, as in Smith's paper; for tasks with classes.</summary>
    Accuracy,
}
