namespace ClrEngine.Errors;

/// <summary>A value that cannot be used. The message names the parameter, the value, and what is allowed.</summary>
/// <param name="parameterName">The parameter as the user knows it, such as <c>BaseLr</c>.</param>
/// <param name="value">The value that was refused.</param>
/// <param name="message">One sentence: what is wrong, and what to give instead.</param>
/// <param name="cause">The cause; if omitted, one whose id is <c>Invalid</c> and the parameter's name.</param>
public sealed class InvalidParameterException(string parameterName, object? value, string message, ErrorCause? cause = null)
    : ArgumentException(message, parameterName), IClrError
{
    private static readonly ErrorCause InvalidParameter = new("Invalid<Parameter>", ErrorKind.InvalidArgument,
        "The parameter refuses the value.", "Give a value as the message says: it names the value and what is allowed.");

    /// <inheritdoc/>
    public override string Message { get; } = message;

    /// <summary>The value that was refused.</summary>
    public object? Value => value;

    /// <inheritdoc/>
    public ErrorCause Cause { get; } = cause ?? InvalidParameter with { Id = "Invalid" + parameterName };

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}
