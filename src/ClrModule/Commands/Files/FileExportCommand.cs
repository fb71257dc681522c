using ClrEngine.Files;

namespace ClrModule.Commands.Files;

/// <summary>A cmdlet that writes a file.</summary>
public abstract class FileExportCommand : ClrCommand
{
    private static readonly ErrorCause FolderNotFound = new(nameof(FolderNotFound), ErrorKind.InvalidArgument,
        "The folder that the file shall be written to is not there.", "Make it, or give another path.");

    private static readonly ErrorCause FileExists = new(nameof(FileExists), ErrorKind.ResourceExists,
        "A file of this name is there already.", "Give `-Force` to replace it, or another path.");

    private static readonly ErrorCause SeveralToOneFile = new(nameof(SeveralToOneFile), ErrorKind.InvalidArgument,
        "Several objects were given with one `-Path`, and the file holds one: it has the first.", "Write each to a file of its own.");

    private bool _hasWritten;

    /// <summary>
    /// The file to write, by its name as it is: no letter is a wildcard. Its folder must exist. A device such as /dev/stdout is
    /// written as it is, and so is a pipe, if somebody reads from it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0), Alias("LiteralPath", "LP")]
    public string Path { get; set; } = "";

    /// <summary>
    /// Replaces a file that is there, also a read-only one. The new file has its mode and, where the system allows it, its owner;
    /// a link stays, and the file that it leads to is replaced; other names of that file (hard links) keep the old content.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Writes to the full path, where the user wants it and it may be written, and says whether it did.</summary>
    private protected bool Write(string action, Action<string> write)
    {
        string full = FullPathToWrite();
        if (_hasWritten)
            throw new InvalidParameterException(nameof(Path), full, $"'{full}' has the first of what was given, and holds one; write each to a file of its own, with ForEach-Object.", SeveralToOneFile);
        RefuseTaken(full);
        if (!ShouldProcess(full, action))
            return false;
        write(full);
        _hasWritten = true;
        if (PassThru)
            WriteObject(new FileInfo(full));
        return true;
    }

    /// <summary>The full path, in a folder that is there.</summary>
    private protected string FullPathToWrite() => this.FullPath(Path) is var full && (System.IO.Path.GetDirectoryName(full) is not { Length: > 0 } folder || Directory.Exists(folder))
        ? full
        : throw new InvalidParameterException(nameof(Path), Path, $"The folder '{System.IO.Path.GetDirectoryName(full)}' is not there; make it, or give another path.", FolderNotFound);

    /// <summary>Refuses a file that is there already, unless it may be replaced. A pipe or a device takes what is written and stays.</summary>
    private protected void RefuseTaken(string full)
    {
        if (!Force && FilePlace.IsTaken(full))
            throw new InvalidParameterException(nameof(Path), full, $"'{full}' is there already; give -Force to replace it, or another path.", FileExists);
    }
}
