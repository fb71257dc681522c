using ClrEngine.Errors;

namespace ClrEngine.RangeTest.Json;

/// <summary>A text or an object is no range test that can be read.</summary>
/// <param name="message">One sentence: what is wrong, and what to give instead.</param>
/// <param name="inner">The reader's own error, if any.</param>
public sealed class RangeTestFormatException(string message, Exception? inner = null) : Exception(message, inner), IClrError
{
    /// <inheritdoc/>
    public string ErrorId => "RangeTestUnreadable";
}
