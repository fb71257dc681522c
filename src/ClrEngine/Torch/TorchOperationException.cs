using System.Runtime.InteropServices;

namespace ClrEngine.Torch;

/// <summary>
/// libtorch, or TorchSharp before it, refused a piece of work. The message has the one line that says why; what libtorch wrote beside it,
/// its C++ frames above all, is in the inner exception's message.
/// </summary>
public sealed class TorchOperationException : ClrException
{
    private const string LibraryName = "TorchSharp";
    private const string InScript = "The following operation failed in the TorchScript interpreter";

    private static readonly ErrorCause TorchOperation = new(nameof(TorchOperation), ErrorKind.InvalidOperation,
        "libtorch refused a piece of work, such as a training step.",
        "Look at the line of libtorch in the message; `$DebugPreference = 'Continue'` shows the whole of its own message.");

    private static readonly ErrorCause TorchOutOfMemory = new(nameof(TorchOutOfMemory), ErrorKind.ResourceUnavailable,
        "libtorch found too little memory, on the device or on the machine.",
        "Lower `-BatchSize`, raise `-AccumulationSteps`, or give a smaller model.");

    private static readonly string[] MemoryWords = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was being done, such as <c>update 12</c>.</param>
    /// <param name="raw">What TorchSharp threw.</param>
    public TorchOperationException(string operation, Exception raw)
        : base(IsOutOfMemory(raw) ? TorchOutOfMemory : TorchOperation, MessageFor(operation, raw), raw) => Operation = operation;

    /// <summary>What was being done.</summary>
    public string Operation { get; }

    /// <summary>Whether TorchSharp threw this, and it is not such an error yet. What a user's own code throws is the user's, and stays as it is.</summary>
    public static bool IsRaw(Exception exception) => exception is ExternalException or { Source: LibraryName } and not IClrError;

    /// <summary>The line of a message of libtorch that says what is wrong, without frames and without the trace of a script.</summary>
    public static string Reason(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        string[] lines = exception.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] own = [.. lines.TakeWhile(static line => !line.StartsWith("Exception raised from", StringComparison.Ordinal) && !line.StartsWith("frame #", StringComparison.Ordinal))];
        // A script's trace comes before the error itself.
        string? line = own.FirstOrDefault()?.StartsWith(InScript, StringComparison.Ordinal) == true
            ? own.LastOrDefault(static l => l.StartsWith("RuntimeError: ", StringComparison.Ordinal)) ?? own[^1]
            : own.FirstOrDefault();
        line = (line ?? "").Replace("RuntimeError:", "", StringComparison.Ordinal).Trim().TrimEnd('.');
        return line.Length > 0 ? line : $"it gave no reason ({exception.GetType().Name})";
    }

    /// <summary>Does a piece of work; what TorchSharp throws in it comes out as this error.</summary>
    internal static T Guard<T>(string operation, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception raw) when (IsRaw(raw))
        {
            throw new TorchOperationException(operation, raw);
        }
    }

    private static bool IsOutOfMemory(Exception raw) => MemoryWords.Any(words => raw.Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static string MessageFor(string operation, Exception raw)
    {
        string failed = $"{char.ToUpperInvariant(operation[0])}{operation[1..]} failed";
        return IsOutOfMemory(raw)
            ? $"{failed} for want of memory: {Reason(raw)}. Lower the batch size, split batches by accumulation steps, or give a smaller model."
            : $"{failed} in libtorch: {Reason(raw)}. Look at the model and its data; the debug stream has libtorch's own trace.";
    }
}
