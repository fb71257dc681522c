namespace ClrEngine.RangeTest;

/// <summary>Why a range test ended.</summary>
public enum RangeTestStopReason
{
    /// <summary>The sweep reached its end without diverging.</summary>
    Completed,

    /// <summary>The smoothed loss passed the allowed multiple of its best.</summary>
    Diverged,

    /// <summary>A loss was NaN or infinite.</summary>
    NonFiniteLoss,

    /// <summary>The caller stopped it.</summary>
    Cancelled,

    /// <summary>It goes on: what a look at an unfinished test says.</summary>
    Running,
}
