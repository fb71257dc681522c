using ClrEngine.Errors;

namespace ClrKernelExtension.Magics;

/// <summary>All magic commands.</summary>
public static class ClrMagics
{
    /// <summary>The commands, in the order of the work.</summary>
    public static IReadOnlyList<Magic> All { get; } =
    [
        ScheduleMagics.Schedule,
        ScheduleMagics.Modes,
        RangeTestMagics.RangeTest,
        RangeTestMagics.Suggest,
        TrainMagic.Train,
        InfoMagics.Devices,
        InfoMagics.Help,
    ];

    /// <summary>A command by name.</summary>
    /// <param name="name">As it is typed, such as <c>#!clr-schedule</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no such command.</exception>
    public static Magic Find(string name) =>
        All.FirstOrDefault(magic => magic.Name == name) ?? throw new KeyNotFoundException($"There is no magic command {name}; #!clr-help lists them.");

    /// <summary>Whether an error's message is worded for users, so that a notebook shows that one line alone.</summary>
    /// <param name="exception">The error.</param>
    public static bool IsReadable(Exception exception) => exception is IClrError or OperationCanceledException or IOException;
}
