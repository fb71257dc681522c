using System.Runtime.InteropServices;

namespace ClrBenchmarks;

/// <summary>Writes results as one Markdown table, row by row as they come.</summary>
internal sealed class Report(TextWriter output)
{
    public void Begin(BenchmarkOptions options)
    {
        output.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, device {options.Device}, {options.Rounds} rounds, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC");
        output.WriteLine();
        output.WriteLine("| what | ratio | quartiles | first | second | aim |");
        output.WriteLine("|---|---|---|---|---|---|");
    }

    /// <summary>A ratio, with the time of one unit of each side.</summary>
    public void Row(string what, TurnsResult result, double unitsPerRun, string? aim = null) =>
        Write(what, $"{result.Ratio:N3}", $"{result.Lower:N3} to {result.Upper:N3}", Time(result.First / unitsPerRun), Time(result.Second / unitsPerRun), aim);

    /// <summary>A figure that is no ratio.</summary>
    public void Row(string what, string figure, string? aim = null) => Write(what, figure, "", "", "", aim);

    public void Note(string text) => Write(text, "", "", "", "", null);

    public void End() => output.Flush();

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
