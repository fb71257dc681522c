using System.Diagnostics;

namespace ClrModule.Output;

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
