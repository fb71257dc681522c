namespace ClrEngine.Training.Cycles;

/// <summary>What a run does where a cycle ends.</summary>
public enum CycleUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It looks how good the model is.</summary>
    Record,

    /// <summary>It keeps the model, and looks how good all kept ones are together.</summary>
    Snapshot,
}
