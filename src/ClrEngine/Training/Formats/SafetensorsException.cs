using ClrEngine.Errors;

namespace ClrEngine.Training.Formats;

/// <summary>A file is not a safetensors file that can be read.</summary>
public sealed class SafetensorsException : Exception, IClrError
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="path">The file.</param>
    /// <param name="reason">What was expected and what was found, without the path.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public SafetensorsException(SafetensorsFault fault, string path, string reason, Exception? innerException = null)
        : base($"'{path}' is not a readable safetensors file: {reason} Save or copy it again.", innerException)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>The cause.</summary>
    public SafetensorsFault Fault { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string ErrorId => "Safetensors" + Fault;
}
