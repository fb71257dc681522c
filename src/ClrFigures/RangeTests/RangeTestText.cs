using System.Globalization;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrFigures.RangeTests;

/// <summary>What figures and tables of range tests say.</summary>
internal static class RangeTestText
{
    public static string Title(LrRangeTestResult test) => (test.Model, test.Data) switch
    {
        (null, null) => "Learning-rate range test",
        (null, { } data) => $"Learning-rate range test on {data}",
        ({ } model, null) => $"Learning-rate range test of {model}",
        ({ } model, { } data) => $"Learning-rate range test of {model} on {data}",
    };

    public static string StopReason(RangeTestStopReason reason) => reason switch
    {
        RangeTestStopReason.Completed => "reached the end of the sweep",
        RangeTestStopReason.Diverged => "stopped: the loss diverged",
        RangeTestStopReason.NonFiniteLoss => "stopped: the loss was not finite",
        RangeTestStopReason.Cancelled => "stopped by the user",
        RangeTestStopReason.Running => "running",
        _ => reason.ToString(),
    };

    public static string Bounds(LrBounds bounds) =>
        string.Create(CultureInfo.InvariantCulture, $"{bounds.Method}: {bounds.BaseLr:G3} to {bounds.MaxLr:G3}");
}
