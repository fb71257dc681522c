namespace ClrKernelExtension;

/// <summary>Why a magic command cannot be carried out. In a file of its own, because the tool that writes docs/errors.md compiles it too.</summary>
internal static class NotebookErrors
{
    public static readonly ErrorCause InvalidMagicArgument = new(nameof(InvalidMagicArgument), ErrorKind.InvalidArgument,
        "In a notebook: an argument of a magic command cannot be read.", "Write it as the message shows.");

    public static readonly ErrorCause VariableNotFound = new(nameof(VariableNotFound), ErrorKind.ObjectNotFound,
        "In a notebook: a magic command names a variable that is not there.", "Make it with the command in the message, or name another.");

    public static readonly ErrorCause VariableOfAnotherType = new(nameof(VariableOfAnotherType), ErrorKind.InvalidType,
        "In a notebook: a variable holds something else than the magic command needs.", "Make it with the command in the message, or name another.");
}
