namespace ClrEngine.Training;

/// <summary>How a training run ended.</summary>
public enum TrainingStatus
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>Cycles no longer made it better, and its patience was spent.</summary>
    StoppedEarly,

    /// <summary>A loss was NaN or infinite; the epochs before it stand.</summary>
    Diverged,

    /// <summary>The caller stopped it.</summary>
    Cancelled,

    /// <summary>It goes on: what a look at an unfinished run says.</summary>
    Running,
}
