using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace ClrModule.Commands.Training;

/// <summary>The progress bar of work that is counted in steps: rate, loss, steps a second, seconds remaining.</summary>
internal sealed class StepProgress(PSCmdlet cmdlet, string activity, long totalSteps, long firstStep = 0) : IDisposable
{
    private const int ActivityId = 0x434c52;

    private readonly ProgressThrottle _throttle = new();

    /// <summary>Shows a step, if it is time to.</summary>
    /// <param name="done">Steps taken.</param>
    /// <param name="learningRate">The rate in force.</param>
    /// <param name="loss">Asked for the loss only when the bar is drawn: it may wait for the device.</param>
    public void Show(long done, double learningRate, Func<double?> loss)
    {
        if (!_throttle.IsDue())
            return;
        double pace = (done - firstStep) / _throttle.Elapsed.TotalSeconds;
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
        $"step {done} of {totalSteps}, rate {learningRate:G4}{(loss is null ? "" : ", loss ")}{loss:G4}, {pace:G3} steps/s");
}

/// <summary>Lets progress through at most five times a second.</summary>
internal sealed class ProgressThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _last = -Interval;

    /// <summary>Time since the work began.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Whether enough time has passed since it last said yes.</summary>
    public bool IsDue()
    {
        if (_clock.Elapsed - _last < Interval)
            return false;
        _last = _clock.Elapsed;
        return true;
    }
}
