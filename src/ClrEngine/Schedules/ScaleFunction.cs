namespace ClrEngine.Schedules;

/// <summary>A user's own amplitude: <c>scale_fn</c> and <c>scale_mode</c> of PyTorch's <c>CyclicLR</c>.</summary>
public sealed record ScaleFunction
{
    /// <summary>Wraps a function.</summary>
    /// <param name="function">Gives the share of the amplitude, usually from 0 to 1, for a cycle (from 1) or a step (from 0). It must give the same result each time.</param>
    /// <param name="mode">What the function is given.</param>
    /// <param name="text">The function's source where it has one: a schedule with text can be saved, one without cannot.</param>
    public ScaleFunction(Func<double, double> function, ScaleMode mode = ScaleMode.Cycle, string? text = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        (Function, Mode, Text) = (function, Errors.Require.Defined(mode, "ScaleMode"), text);
    }

    /// <summary>The function.</summary>
    public Func<double, double> Function { get; }

    /// <summary>What the function is given.</summary>
    public ScaleMode Mode { get; }

    /// <summary>The function's source, or null.</summary>
    public string? Text { get; }

    /// <summary>Whether both have the same text, or where there is none the same function.</summary>
    /// <param name="other">The other function.</param>
    public bool Equals(ScaleFunction? other) =>
        other is not null
        && Mode == other.Mode
        && Text == other.Text
        && (Text is not null || Function == other.Function);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Text ?? (object)Function);
}
