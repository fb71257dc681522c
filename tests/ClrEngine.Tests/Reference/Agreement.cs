namespace ClrEngine.Tests.Reference;

/// <summary>Agreement with another library to 1e-12 of the value, where adding at the schedule's own size leaves that many digits.</summary>
internal static class Agreement
{
    /// <param name="expected">The other library's value.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="scale">The largest value of the schedule: the other library's sums are rounded at this size.</param>
    public static void Check(double expected, double actual, double scale) => Assert.True(
        Math.Abs(expected - actual) <= Math.Max(1e-12 * Math.Abs(expected), 4e-16 * scale),
        $"expected {expected:R}, got {actual:R}");
}
