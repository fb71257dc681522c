using System.Diagnostics;
using System.Globalization;
using ClrFigures;

namespace ClrModule.Commands.Training;

/// <summary>The progress bar of work that is counted in steps: rate, loss, steps a second, seconds remaining.</summary>
internal sealed class StepProgress(PSCmdlet cmdlet, string activity, long totalSteps, long firstStep = 0) : IDisposable
{
    private const int ActivityId = 0x434c52;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _last = -Interval;

    /// <summary>Shows how many steps are done, at most five times a second. The loss is asked for only then: it may wait for the device.</summary>
    public void Show(long done, double learningRate, Func<double?> loss)
    {
        if (_clock.Elapsed - _last < Interval)
            return;
        _last = _clock.Elapsed;
        double pace = (done - firstStep) / _clock.Elapsed.TotalSeconds;
        cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, Status(done, learningRate, loss(), pace))
        {
            PercentComplete = (int)(100 * done / totalSteps),
            SecondsRemaining = (int)Math.Ceiling((totalSteps - done) / pace),
        });
    }

    /// <summary>Takes the bar away. A stopped pipeline accepts no record, and its host clears the bar itself.</summary>
    public void Dispose()
    {
        if (!cmdlet.Stopping)
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private string Status(long done, double learningRate, double? loss, double pace) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {done} of {totalSteps}, rate {learningRate:G4}{(loss is null ? "" : ", loss ")}{loss:G4}, {NumberText.Speed(pace)}");
}
