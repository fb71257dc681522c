using System.Management.Automation;

namespace ClrShell.Hosting;

/// <summary>
/// The last line of a terminal, redrawn in place: the activity that reported last, of those still running.
/// Not safe for several threads: <see cref="ShellOutput"/> is its only user and locks.
/// </summary>
internal sealed class ProgressLine(TextWriter terminal)
{
    private const string EraseLine = "\r\u001b[K";

    private readonly List<ProgressRecord> _running = [];
    private bool _drawn;

    /// <summary>Takes in <paramref name="record"/>; draws nothing.</summary>
    public void Update(ProgressRecord record)
    {
        _running.RemoveAll(running => running.ActivityId == record.ActivityId);
        if (record.RecordType == ProgressRecordType.Processing)
        {
            _running.Add(record);
        }
    }

    /// <summary>Draws the line <paramref name="width"/> cells wide, or takes it away where nothing runs any more.</summary>
    public void Draw(int width)
    {
        if (_running.Count == 0)
        {
            Hide();
            return;
        }

        // One cell stays free: a full line would wrap, and could no longer be redrawn in place.
        var text = ProgressText.For(_running[^1], width - 1);
        var style = PSStyle.Instance;
        terminal.Write(
            style.OutputRendering == OutputRendering.PlainText
                ? EraseLine + text
                : $"{EraseLine}{style.Progress.Style}{text}{style.Reset}");
        _drawn = true;
    }

    /// <summary>Takes the line away until it is drawn again, so that text can take its place.</summary>
    public void Hide()
    {
        if (_drawn)
        {
            terminal.Write(EraseLine);
            _drawn = false;
        }
    }
}
