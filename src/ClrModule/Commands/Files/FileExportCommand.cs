using System.Management.Automation;

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
