namespace ClrEngine.RangeTest.Suggestions;

/// <summary>A rule that reads bounds off a range test. Each reads the curve smoothed without a lag.</summary>
public enum SuggestionMethod
{
    /// <summary>Max: twice the rate of the lowest value, at most three times the rate of steepest descent. Base: a tenth of it. The least regret of all (docs/regret.md).</summary>
    Balanced,

    /// <summary>Base: a tenth of the rate of steepest descent. Max: a third of the rate of the lowest value.</summary>
    Conservative,

    /// <summary>Max: the rate of steepest descent per decade. Base: a quarter of it.</summary>
    Steepest,

    /// <summary>Max: the middle of the longest falling sequence. Base: a quarter of it.</summary>
    Valley,

    /// <summary>Max: the left end of an interval, slid down from the highest rates, at whose ends the slopes are alike. Base: a quarter of it.</summary>
    Slide,

    /// <summary>Max: a tenth of the rate of the lowest value. Base: a quarter of it.</summary>
    Minimum,

    /// <summary>Base: where the value begins to fall. Max: where the fall slows down, becomes ragged, or ends.</summary>
    Smith,
}
