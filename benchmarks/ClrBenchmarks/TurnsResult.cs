namespace ClrBenchmarks;

/// <summary>Two things run in turn.</summary>
/// <param name="Ratio">The median of first ÷ second.</param>
/// <param name="Lower">A quarter of the rounds were below.</param>
/// <param name="Upper">A quarter of the rounds were above.</param>
/// <param name="First">The median of the first, in seconds.</param>
/// <param name="Second">The median of the second, in seconds.</param>
internal sealed record TurnsResult(double Ratio, double Lower, double Upper, double First, double Second);
