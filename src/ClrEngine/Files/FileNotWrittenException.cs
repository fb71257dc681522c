using ClrEngine.Errors;

namespace ClrEngine.Files;

/// <summary>A file could not be written: the disk is full, the path is a folder, another program holds it, and the like.</summary>
/// <param name="path">The file.</param>
/// <param name="cause">What the system said.</param>
public sealed class FileNotWrittenException(string path, IOException cause) : IOException($"'{path}' cannot be written: {cause?.Message}", cause), IClrError
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public string ErrorId => "FileNotWritten";
}
