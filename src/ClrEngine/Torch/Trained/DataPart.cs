namespace ClrEngine.Torch.Trained;

/// <summary>A part of a data set.</summary>
public enum DataPart
{
    /// <summary>What was held out.</summary>
    Validation,

    /// <summary>What is learnt from.</summary>
    Train,

    /// <summary>Both: first what is learnt from, then what was held out.</summary>
    All,
}
