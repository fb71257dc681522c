namespace ClrEngine.Training.Histories;

/// <summary>Why a file of a training history cannot be used: one word a cause.</summary>
public enum TrainingHistoryFault
{
    /// <summary>The file's name ends in no known way.</summary>
    FileType,

    /// <summary>The file holds epochs alone, and no history can be made of them.</summary>
    NotWhole,

    /// <summary>What is in the file is no training history.</summary>
    Unreadable,

    /// <summary>A later version wrote the file.</summary>
    Version,
}
