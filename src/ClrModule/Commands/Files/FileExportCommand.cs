using System.Management.Automation;
using ClrEngine.Errors;

namespace ClrModule.Commands.Files;

/// <summary>A cmdlet that writes one object to one file.</summary>
public abstract class FileExportCommand : ClrCommand
{
    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the written file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Writes the file, where the user wants it and it may be written.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="action">What is done, for -WhatIf and -Confirm.</param>
    /// <param name="write">Writes to the full path.</param>
    /// <returns>Whether it was written.</returns>
    private protected bool Write(string path, string action, Action<string> write)
    {
        string full = OutputFile.Resolve(this, path, Force);
        if (!ShouldProcess(full, action))
            return false;
        write(full);
        if (PassThru)
            WriteObject(new FileInfo(full));
        return true;
    }
}

/// <summary>The file that a cmdlet writes.</summary>
internal static class OutputFile
{
    private static readonly ErrorCause FolderNotFound = new(nameof(FolderNotFound), ErrorKind.InvalidArgument,
        "The folder that the file shall be written to is not there.", "Make it, or give another path.");

    private static readonly ErrorCause FileExists = new(nameof(FileExists), ErrorKind.ResourceExists,
        "A file of this name is there already.", "Give `-Force` to replace it, or another path.");

    /// <summary>The full path, where the file may be written.</summary>
    /// <param name="cmdlet">The cmdlet, whose folder a relative path starts from.</param>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="force">Whether a file that is there is replaced.</param>
    /// <exception cref="InvalidParameterException">A file is there, or its folder is not.</exception>
    public static string Resolve(PSCmdlet cmdlet, string path, bool force)
    {
        string full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
        if (Path.GetDirectoryName(full) is { Length: > 0 } folder && !Directory.Exists(folder))
            throw new InvalidParameterException("Path", path, $"The folder '{folder}' is not there; make it, or give another path.", FolderNotFound);
        RefuseTaken(full, force);
        return full;
    }

    /// <summary>Refuses a file that is there already, unless it may be replaced.</summary>
    /// <param name="full">The full path.</param>
    /// <param name="force">Whether a file that is there is replaced.</param>
    /// <exception cref="InvalidParameterException">A file is there.</exception>
    public static void RefuseTaken(string full, bool force)
    {
        if (File.Exists(full) && !force)
            throw new InvalidParameterException("Path", full, $"'{full}' is there already; give -Force to replace it, or another path.", FileExists);
    }
}
