using System.Diagnostics;

namespace ClrKernelExtension.Magics;

/// <summary>An output that is shown anew while work goes on, at most twice a second.</summary>
internal sealed class LiveOutput(NotebookSurface surface)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _last = -Interval;
    private Action<object>? _update;

    /// <summary>Shows what is made, if it is time to.</summary>
    public void Offer(Func<HtmlOutput> make)
    {
        if (_clock.Elapsed - _last < Interval)
            return;
        Show(make());
        _last = _clock.Elapsed;
    }

    /// <summary>Shows it in any case: the end of the work.</summary>
    public void Show(HtmlOutput output)
    {
        if (_update is null)
            _update = surface.Display(output);
        else
            _update(output);
    }
}
