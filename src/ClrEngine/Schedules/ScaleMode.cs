namespace ClrEngine.Schedules;

/// <summary>What a scale function is given, as <c>scale_mode</c> of PyTorch's <c>CyclicLR</c>.</summary>
public enum ScaleMode
{
    /// <summary>The cycle, counted from 1.</summary>
    Cycle,

    /// <summary>The step, counted from 0.</summary>
    Iterations,
}
