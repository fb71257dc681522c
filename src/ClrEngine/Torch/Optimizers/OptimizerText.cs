using System.Globalization;

namespace ClrEngine.Torch.Optimizers;

/// <summary>An optimiser's settings on one line, for records of what a run ran on.</summary>
public static class OptimizerText
{
    /// <summary>The kind, and the settings that it uses.</summary>
    /// <param name="options">The optimiser.</param>
    /// <returns>Such as <c>Sgd, momentum 0.9, weight decay 0.0001</c>.</returns>
    public static string Of(OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string own = options.Kind switch
        {
            OptimizerKind.Adam or OptimizerKind.AdamW => Text($"betas {options.Beta1} and {options.Beta2}"),
            OptimizerKind.RMSprop => Text($"alpha {options.Alpha}, momentum {options.OwnMomentum}"),
            _ => Text($"momentum {options.OwnMomentum}{(options.Nesterov ? " (Nesterov)" : "")}"),
        };
        string clip = options.ClipNorm is { } norm ? Text($", gradients clipped at {norm}") : "";
        return Text($"{options.Kind}, {own}, weight decay {options.OwnWeightDecay}{clip}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
