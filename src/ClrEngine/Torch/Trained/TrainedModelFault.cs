namespace ClrEngine.Torch.Trained;

/// <summary>Why a trained model cannot be used: one word a cause.</summary>
public enum TrainedModelFault
{
    /// <summary>The file says nothing about the model, so that it cannot be built.</summary>
    NoInfo,

    /// <summary>What the file says about the model is not what this program writes.</summary>
    Info,

    /// <summary>The data's samples have another shape.</summary>
    OtherShape,

    /// <summary>The data has classes that the model does not know.</summary>
    OtherClasses,

    /// <summary>The data has classes and the model predicts values, or the other way round, or another number of values.</summary>
    OtherTargets,

    /// <summary>The members of an ensemble are of different shapes or classes.</summary>
    OtherMembers,

    /// <summary>There is no file of weights in the folder.</summary>
    NoFile,
}
