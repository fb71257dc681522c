namespace ClrEngine.Schedules;

/// <summary>How a phase goes from one value to the next, as <c>anneal_strategy</c> of PyTorch's <c>OneCycleLR</c>.</summary>
public enum AnnealStrategy
{
    /// <summary>Along half a cosine: flat at both ends.</summary>
    Cosine,

    /// <summary>Along a straight line.</summary>
    Linear,
}
