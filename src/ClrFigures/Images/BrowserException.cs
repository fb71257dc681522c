using ClrEngine.Errors;

namespace ClrFigures.Images;

/// <summary>A picture could not be made: there is no Chromium, or it failed.</summary>
public sealed class BrowserException : Exception, IClrError
{
    private BrowserException(string errorId, string message)
        : base(message) => ErrorId = errorId;

    /// <inheritdoc/>
    public string ErrorId { get; }

    /// <summary>There is no Chromium on this machine.</summary>
    public static BrowserException NotFound() => new(
        "BrowserNotFound",
        $"PNG and SVG are drawn by Chromium, and none was found: install it (Debian and Ubuntu: apt-get install chromium; Windows: Edge or Chrome), name its executable in {Chromium.Variable}, or export as Html.");

    /// <summary>Chromium ran, but gave no picture.</summary>
    /// <param name="executable">The browser.</param>
    /// <param name="reason">What it said.</param>
    public static BrowserException Failed(string executable, string reason) => new(
        "BrowserFailed",
        $"{executable} drew no picture: {reason} Export as Html, or name another Chromium in {Chromium.Variable}.");
}
