namespace ClrEngine.Errors;

/// <summary>An error that a user can cause and put right. Every exception that the engine throws on purpose implements it.</summary>
public interface IClrError
{
    /// <summary>Why it was thrown, and what to do.</summary>
    ErrorCause Cause { get; }

    /// <summary>The id of the cause, such as <c>BaseLrNotBelowMaxLr</c>: scripts match on it.</summary>
    string ErrorId { get; }
}

/// <summary>One cause of errors. It is declared beside the code that throws it; docs/errors.md lists them all.</summary>
/// <param name="Id">One stable word; it never changes its meaning.</param>
/// <param name="Kind">What kind of error it is.</param>
/// <param name="Meaning">What went wrong, as a sentence.</param>
/// <param name="Remedy">What to do, as a sentence.</param>
public sealed record ErrorCause(string Id, ErrorKind Kind, string Meaning, string Remedy)
{
    /// <summary>The id.</summary>
    public override string ToString() => Id;
}

/// <summary>The kinds of errors, each named as PowerShell's category of its error records.</summary>
public enum ErrorKind
{
    /// <summary>A value that cannot be used.</summary>
    InvalidArgument,

    /// <summary>A file, or a saved object, that cannot be used.</summary>
    InvalidData,

    /// <summary>Work that was refused.</summary>
    InvalidOperation,

    /// <summary>A result from which nothing follows.</summary>
    InvalidResult,

    /// <summary>An object of another type than was asked for.</summary>
    InvalidType,

    /// <summary>Something that cannot be done with this object.</summary>
    NotImplemented,

    /// <summary>A program that is not on this machine.</summary>
    NotInstalled,

    /// <summary>Nothing is there under this name.</summary>
    ObjectNotFound,

    /// <summary>The system does not allow it.</summary>
    PermissionDenied,

    /// <summary>A file that the system could not read.</summary>
    ReadError,

    /// <summary>Something is there already.</summary>
    ResourceExists,

    /// <summary>Memory, space, a library or a program that is missing or does not do its work.</summary>
    ResourceUnavailable,

    /// <summary>Code that would run unasked.</summary>
    SecurityError,

    /// <summary>A file that the system could not write.</summary>
    WriteError,
}

/// <summary>The base of the errors that need no other: a cause and a message.</summary>
/// <param name="cause">Why it is thrown.</param>
/// <param name="message">What is wrong here, and what to do.</param>
/// <param name="innerException">The error beneath, if there is one.</param>
public abstract class ClrException(ErrorCause cause, string message, Exception? innerException = null) : Exception(message, innerException), IClrError
{
    /// <inheritdoc/>
    public ErrorCause Cause => cause;

    /// <inheritdoc/>
    public string ErrorId => cause.Id;
}

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
