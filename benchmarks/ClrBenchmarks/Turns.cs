using System.Reflection;
using System.Runtime.InteropServices;

namespace ClrBenchmarks;

/// <summary>
/// Runs two things in turn, A B A B, in one process: what else the machine does meets both alike. The ratio is the median of
/// the rounds' own ratios.
/// </summary>
internal static class Turns
{
    public static TurnsResult Run(int rounds, Action first, Action second) => Run(rounds, () => Seconds(first), () => Seconds(second));

    /// <summary>Two things that tell their seconds themselves, such as another process without its start.</summary>
    public static TurnsResult Run(int rounds, Func<double> first, Func<double> second)
    {
        first();
        second();
        var times = new (double First, double Second)[rounds];
        for (int i = 0; i < rounds; i++)
            times[i] = (first(), second());
        return new TurnsResult(
            Quantile(times.Select(t => t.First / t.Second), 0.5),
            Quantile(times.Select(t => t.First / t.Second), 0.25),
            Quantile(times.Select(t => t.First / t.Second), 0.75),
            Quantile(times.Select(t => t.First), 0.5),
            Quantile(times.Select(t => t.Second), 0.5));
    }

    /// <summary>How long something takes.</summary>
    public static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = values.Order().ToArray();
        double at = part * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }
}

/// <summary>Two things run in turn.</summary>
/// <param name="Ratio">The median of first ÷ second.</param>
/// <param name="Lower">A quarter of the rounds were below.</param>
/// <param name="Upper">A quarter of the rounds were above.</param>
/// <param name="First">The median of the first, in seconds.</param>
/// <param name="Second">The median of the second, in seconds.</param>
internal sealed record TurnsResult(double Ratio, double Lower, double Upper, double First, double Second);

/// <summary>Writes results as one Markdown table, row by row as they come, and adds them to a history.</summary>
internal sealed class Report(TextWriter output, string? history)
{
    private const string Heads = "time\tversion\tmachine\twhat\tfigure\tunit\tlower\tupper\taim";

    private string _run = "";

    public void Begin(BenchmarkOptions options)
    {
        string version = typeof(TrainingData).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        _run = $"{DateTime.UtcNow:yyyy-MM-ddTHH:mmZ}\t{version}\t{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {options.Device}";
        if (history is not null && !File.Exists(history)) File.WriteAllText(history, Heads + "\n");
        output.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, device {options.Device}, {options.Rounds} rounds, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC");
        output.WriteLine();
        output.WriteLine("| what | ratio | quartiles | first | second | aim |");
        output.WriteLine("|---|---|---|---|---|---|");
    }

    /// <summary>A ratio, with the time of one unit of each side.</summary>
    public void Row(string what, TurnsResult result, double unitsPerRun, double? aim = null)
    {
        Write(what, $"{result.Ratio:N3}", $"{result.Lower:N3} to {result.Upper:N3}", Time(result.First / unitsPerRun), Time(result.Second / unitsPerRun), Against(result.Ratio, aim, ""));
        Keep(what, result.Ratio, "", aim, $"{result.Lower:R}\t{result.Upper:R}");
    }

    /// <summary>A figure that is no ratio, with its unit.</summary>
    public void Row(string what, double figure, string unit, double? aim = null)
    {
        Write(what, $"{figure:N1} {unit}", "", "", "", Against(figure, aim, " " + unit));
        Keep(what, figure, unit, aim, "\t");
    }

    public void Note(string text) => Write(text, "", "", "", "", null);

    private static string? Against(double figure, double? aim, string unit) => aim is null ? null : $"{aim}{unit}{(figure <= aim ? "" : ", **missed**")}";

    private void Keep(string what, double figure, string unit, double? aim, string spread)
    {
        if (history is not null) File.AppendAllText(history, $"{_run}\t{what}\t{figure:R}\t{unit}\t{spread}\t{aim:R}\n");
    }

    private void Write(string what, string ratio, string quartiles, string first, string second, string? aim)
    {
        output.WriteLine($"| {what} | {ratio} | {quartiles} | {first} | {second} | {aim} |");
        output.Flush();
    }

    private static string Time(double seconds) => seconds switch
    {
        >= 1 => $"{seconds:N2} s",
        >= 1e-3 => $"{seconds * 1e3:N2} ms",
        >= 1e-6 => $"{seconds * 1e6:N1} µs",
        _ => $"{seconds * 1e9:N2} ns",
    };
}
