using System.Globalization;
using System.Management.Automation;

namespace ClrShell.Hosting;

/// <summary>A progress record in one line.</summary>
internal static class ProgressText
{
    private const int BarCells = 20;

    /// <summary>
    /// Gives the line, cut to <paramref name="width"/> cells: what is being done, how it stands, and, where the record
    /// has them, a bar, the percentage and the time left.
    /// </summary>
    public static string For(ProgressRecord record, int width)
    {
        var tail = Tail(record);
        var head = OneLine($"{record.Activity}: {record.StatusDescription} {record.CurrentOperation}");
        var room = width - CellWidth.Of(tail);
        return room > 0 ? CellWidth.Fit(head, room) + tail : CellWidth.Fit(head, width);
    }

    private static string Tail(ProgressRecord record)
    {
        var tail = "";
        if (record.PercentComplete >= 0)
        {
            var done = record.PercentComplete * BarCells / 100;
            tail = $" [{new string('#', done)}{new string('.', BarCells - done)}] {record.PercentComplete}%";
        }

        return record.SecondsRemaining >= 0 ? $"{tail} {Clock(record.SecondsRemaining)} left" : tail;
    }

    private static string Clock(int seconds) => TimeSpan.FromSeconds(seconds) is var time && time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}")
        : time.ToString("m\\:ss", CultureInfo.InvariantCulture);

    private static string OneLine(string text) => string.Join(
        ' ',
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
