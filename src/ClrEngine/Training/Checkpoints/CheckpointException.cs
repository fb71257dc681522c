namespace ClrEngine.Training.Checkpoints;

/// <summary>A checkpoint, or the folder of a run, cannot be used.</summary>
public sealed class CheckpointException(ErrorCause cause, string path, string reason, Exception? innerException = null)
    : ClrException(cause, $"'{path}' {reason}", innerException)
{
    /// <summary>The checkpoint or the folder.</summary>
    public string Path => path;
}

/// <summary>Why a checkpoint, or the folder of a run, cannot be used.</summary>
internal static class CheckpointErrors
{
    public static readonly ErrorCause Missing = new("CheckpointMissing", ErrorKind.InvalidData,
        "A file that belongs to a checkpoint is not there.", "Restore it from a copy, or give `-Resume`: it goes on from the newest good checkpoint.");

    public static readonly ErrorCause Checksum = new("CheckpointChecksum", ErrorKind.InvalidData,
        "A file of a checkpoint is not what was written.", "Give `-Resume`: it goes on from the newest good checkpoint; look at the disk.");

    public static readonly ErrorCause Format = new("CheckpointFormat", ErrorKind.InvalidData,
        "A file of a checkpoint is not what this module writes.", "Give the folder of a run of this module.");

    public static readonly ErrorCause Version = new("CheckpointVersion", ErrorKind.InvalidData,
        "An earlier or later version of the module wrote the checkpoint.", "Go on with that version, or give another folder to begin anew.");

    public static readonly ErrorCause OtherRun = new("CheckpointOtherRun", ErrorKind.InvalidData,
        "The checkpoint is of another model, data set, schedule or setting.",
        "Give what it was made with, or another folder to begin anew.");

    public static readonly ErrorCause NoneGood = new("CheckpointNoneGood", ErrorKind.InvalidData,
        "There are checkpoints, but none that is good.", "Restore the folder from a copy, or give another one.");

    public static readonly ErrorCause FolderInUse = new("CheckpointFolderInUse", ErrorKind.ResourceUnavailable,
        "Another run that still lives owns the folder.", "Wait for it, stop it, or give another folder.");

    public static readonly ErrorCause FolderNotEmpty = new("CheckpointFolderNotEmpty", ErrorKind.InvalidData,
        "The folder holds another run's checkpoints.", "Give `-Resume` to go on, or another folder to begin anew; `-Force` deletes what is there.");

    public static readonly ErrorCause TooFar = new("CheckpointTooFar", ErrorKind.InvalidData,
        "The run has gone further than was asked for.", "Give more `-Epochs`, or another folder to begin anew.");

    public static readonly ErrorCause NoSpace = new("CheckpointNoSpace", ErrorKind.ResourceUnavailable,
        "There is too little free space to write a checkpoint.", "Free some, lower `-CheckpointKeep`, or give another folder.");

    public static readonly ErrorCause NotWritten = new("CheckpointNotWritten", ErrorKind.WriteError,
        "A checkpoint could not be written.", "Do what the message of the system says.");
}
