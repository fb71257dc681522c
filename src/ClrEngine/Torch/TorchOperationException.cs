using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ClrEngine.Torch;

/// <summary>
/// libtorch, or TorchSharp before it, refused a piece of work, or there is too little memory for it. The message has the one line that says why;
/// what libtorch wrote beside it, its C++ frames above all, is in the inner exception's message.
/// </summary>
public sealed partial class TorchOperationException : ClrException
{
    // Of a type of brackets in brackets, for one.
    private const int MostLetters = 1_000;

    private const string LibraryName = "TorchSharp";
    private const string InScript = "The following operation failed in the TorchScript interpreter";

    private static readonly ErrorCause TorchOperation = new(nameof(TorchOperation), ErrorKind.InvalidOperation,
        "libtorch refused a piece of work, such as a training step.",
        "Look at the line of libtorch in the message; `$DebugPreference = 'Continue'` shows the whole of its own message.");

    private static readonly ErrorCause TorchOutOfMemory = new(nameof(TorchOutOfMemory), ErrorKind.ResourceUnavailable,
        "There is too little memory for a piece of work, on the device or on the machine.",
        "Lower `-BatchSize`, raise `-AccumulationSteps`, or give a smaller model.");

    // Of libtorch on each system, of CUDA and its libraries, and of Apple's devices.
    private static readonly string[] MemoryWords =
        ["out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory", "ALLOC_FAILED", "bad_alloc", "Storage size calculation overflowed", "Invalid buffer size"];

    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was being done, such as <c>update 12</c>.</param>
    /// <param name="raw">What TorchSharp threw.</param>
    public TorchOperationException(string operation, Exception raw)
        : this(operation, raw, Room.Whole, 0)
    {
    }

    private TorchOperationException(string operation, Exception raw, Room room, long samples)
        : base(IsOutOfMemory(raw) ? TorchOutOfMemory : TorchOperation, MessageFor(operation, raw, room, samples), raw) => Operation = operation;

    // What the memory was wanted for: all at once, a batch whose size is the user's, or one whose size is not.
    private enum Room
    {
        Whole,
        Batch,
        Block,
    }

    /// <summary>What was being done.</summary>
    public string Operation { get; }

    /// <summary>Whether TorchSharp threw this, or there is too little memory, and it is not such an error yet. What else a user's own code throws is the user's, and stays as it is.</summary>
    public static bool IsRaw(Exception exception) => exception is ExternalException or OutOfMemoryException or { Source: LibraryName } and not IClrError;

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
        // CUDA's allocator goes on with advice to who programs it.
        line = UnitAddress().Replace((line ?? "").Split(" Of the allocated memory ")[0].Replace("builtins.", "", StringComparison.Ordinal).Replace("RuntimeError:", "", StringComparison.Ordinal), "").Trim().TrimEnd('.', ':');
        return line.Length > MostLetters ? line[..MostLetters] + "…" : line.Length > 0 ? line : $"it gave no reason ({exception.GetType().Name})";
    }

    /// <summary>Does a piece of work; what TorchSharp throws in it comes out as this error.</summary>
    internal static T Guard<T>(string operation, Func<T> work) => Guard(operation, Room.Whole, 0, work);

    /// <summary>Does a piece of work on so many samples at once.</summary>
    internal static T Guard<T>(string operation, long samples, Func<T> work) => Guard(operation, Room.Block, samples, work);

    /// <summary>The error of an update over a batch of so many samples.</summary>
    internal static TorchOperationException OfBatch(string operation, Exception raw, long samples) => new(operation, raw, Room.Batch, samples);

    private static T Guard<T>(string operation, Room room, long samples, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception raw) when (IsRaw(raw))
        {
            throw new TorchOperationException(operation, raw, room, samples);
        }
    }

    /// <summary>Whether this, or what it came of, says that memory is lacking, in libtorch or in .NET.</summary>
    internal static bool IsOutOfMemory(Exception raw) => Memory(raw) is not null;

    // The innermost that says so: a script's error quotes it.
    private static Exception? Memory(Exception? raw) => raw is null ? null : Memory(raw.InnerException)
        ?? (raw is OutOfMemoryException || MemoryWords.Any(words => raw.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) ? raw : null);

    // Where a TorchScript class lies in memory.
    [GeneratedRegex(@" \(of Python compilation unit at: \w+\)")]
    private static partial Regex UnitAddress();

    private static string MessageFor(string operation, Exception raw, Room room, long samples)
    {
        string failed = $"{char.ToUpperInvariant(operation[0])}{operation[1..]} failed";
        if (Memory(raw) is not { } lack)
            return $"{failed} in libtorch: {Reason(raw)}. Look at the model and its data; the debug stream has libtorch's own trace.";
        return room switch
        {
            Room.Batch => $"{failed} for want of memory, with a batch of {Counted.Of(samples, "sample")}: {Reason(lack)}. Lower BatchSize, split batches by AccumulationSteps, or give a smaller model.",
            Room.Block => $"{failed} for want of memory, with {Counted.Of(samples, "sample")} at once: {Reason(lack)}. Give a smaller model, smaller samples, or a device with more memory; BatchSize does not change it.",
            _ => $"{failed} for want of memory: {Reason(lack)}. Give a smaller model, less data or a smaller BatchSize, or free some memory.",
        };
    }
}
