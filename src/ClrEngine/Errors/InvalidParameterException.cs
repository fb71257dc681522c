namespace ClrEngine.Errors;

/// <summary>A value that cannot be used. The message names the parameter, the value, and what is allowed.</summary>
public sealed class InvalidParameterException : ArgumentException, IClrError
{
    /// <summary>Makes the error.</summary>
    /// <param name="parameterName">The parameter as the user knows it, such as <c>BaseLr</c>.</param>
    /// <param name="value">The value that was refused.</param>
    /// <param name="message">One sentence: what is wrong, and what to give instead.</param>
    /// <param name="errorId">The cause; <c>Invalid</c> and the parameter's name if omitted.</param>
    public InvalidParameterException(string parameterName, object? value, string message, string? errorId = null)
        : base(message, parameterName)
    {
        Value = value;
        ErrorId = errorId ?? "Invalid" + parameterName;
        Text = message;
    }

    private string Text { get; }

    /// <inheritdoc/>
    public override string Message => Text;

    /// <summary>The value that was refused.</summary>
    public object? Value { get; }

    /// <inheritdoc/>
    public string ErrorId { get; }
}
