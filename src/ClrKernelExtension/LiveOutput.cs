using System.Diagnostics;
using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;

namespace ClrKernelExtension;

/// <summary>What stands under a cell that works: a figure, once there is something to draw, what was found, and what is shown beside the progress.</summary>
internal sealed record LiveView(ClrFigure? Figure, HtmlOutput Result, HtmlOutput? Table = null);

/// <summary>
/// The outputs of a cell that works: a line of progress, and beneath it the figure so far. Both are shown anew about twice a second. The figure
/// is drawn again into its own place, by a script that comes with the line and brings what is new; the end puts a whole figure there, for the saved notebook.
/// </summary>
internal sealed class LiveOutput : IDisposable
{
    private const double CharactersPerSecond = 30_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    private readonly object _gate = new();
    private readonly NotebookCell _cell;
    private readonly string _activity;
    private readonly CancellationTokenRegistration _interrupted;
    private readonly Stopwatch _clock = new();
    private readonly DisplayedValue _progress;
    private long _total;
    private TimeSpan _next;
    private TimeSpan _nextDrawing;
    private long _first;
    private LiveFigure? _live;
    private DisplayedValue? _figure;
    private Func<LiveView>? _latest;
    private bool _ended;

    /// <summary>Shows at once what is about to begin: to read data and to load libtorch may take seconds.</summary>
    public LiveOutput(NotebookCell cell, string activity, string cancelled = "cancelled")
    {
        (_cell, _activity) = (cell, activity);
        _progress = cell.Display(HtmlOutput.Line($"{activity}: it begins"));
        // The host ends an interrupted cell before the work has noticed, and drops what is shown after that.
        _interrupted = cell.CancellationToken.Register(() =>
        {
            lock (_gate)
            {
                Finish(_latest?.Invoke(), cancelled);
            }
        });
    }

    /// <summary>Takes how many steps there are, and says before the first what it begins with; nothing if a run may go on from its checkpoint.</summary>
    public void Begin(long total, string? text)
    {
        lock (_gate)
        {
            _total = total;
            if (!_ended && text is not null)
                _progress.Update(Line($"step 0 of {NumberText.Whole(total)}, {text}"));
        }
    }

    /// <summary>Says after a step how far the work is; what it is given is asked for only where it is time to show something.</summary>
    /// <param name="done">Steps that are done.</param>
    /// <param name="text">The newest rate and loss.</param>
    /// <param name="state">What has been found so far.</param>
    /// <param name="running">The same, marked as still running.</param>
    /// <param name="view">How it is shown.</param>
    /// <param name="total">Steps of this part of the work; those of the whole if null.</param>
    public void Offer<T>(long done, Func<string> text, Func<T> state, Func<T, T> running, Func<T, LiveView> view, long? total = null)
    {
        lock (_gate)
        {
            if (!_clock.IsRunning)
            {
                _first = done;
                _clock.Start();
            }
            if (_clock.Elapsed < _next || _cell.CancellationToken.IsCancellationRequested)
                return;
            T now = state();
            _latest = () => view(now);
            string left = total is null && done > _first ? $", {Duration(_clock.Elapsed / (done - _first) * (_total - done))} left" : "";
            Show($"step {NumberText.Whole(done)} of {NumberText.Whole(total ?? _total)}, {text()}{left}", view(running(now)));
            _next = _clock.Elapsed + Interval;
        }
    }

    /// <summary>Shows the end of the work.</summary>
    public void End(LiveView view, string how)
    {
        lock (_gate)
            Finish(view, how);
    }

    public void Dispose()
    {
        _interrupted.Dispose();
        if (!_ended)
            _progress.Update(Line("it could not begin"));
    }

    private void Show(string progress, LiveView view)
    {
        string redraw = "";
        if (_live is null && view.Figure is { } first)
        {
            _live = new LiveFigure(first);
            _figure = _cell.Display(new HtmlOutput(_live.Fragment, first.Title));
        }
        else if (_clock.Elapsed >= _nextDrawing && view.Figure is { } next)
        {
            redraw = _live!.Redraw(next);
            // Of a range test most may be new: what is large is sent less often.
            _nextDrawing = _clock.Elapsed + TimeSpan.FromSeconds(redraw.Length / CharactersPerSecond);
        }
        HtmlOutput line = Line(progress, view);
        _progress.Update(line with { Markup = line.Markup + redraw });
    }

    // An interrupted run ends here twice, from the host's thread and from its own: the first has the last word, as the cell may have ended before the second.
    private void Finish(LiveView? view, string how)
    {
        if (_ended)
            return;
        _ended = true;
        _progress.Update(Line(how, view));
        if (view is null)
            return;
        HtmlOutput result = view.Figure is { } figure ? NotebookOutputs.Show(figure).Then(view.Result) : view.Result;
        if (_figure is null)
            _figure = _cell.Display(result);
        else
            _figure.Update(result);
    }

    private static string Duration(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(time.TotalSeconds < 100 ? time.TotalSeconds : time.TotalMinutes < 100 ? time.TotalMinutes : time.TotalHours):F0} {(time.TotalSeconds < 100 ? "s" : time.TotalMinutes < 100 ? "min" : "h")}");

    private HtmlOutput Line(string progress, LiveView? view = null)
    {
        HtmlOutput line = HtmlOutput.Line($"{_activity}: {progress}");
        return view?.Table is { } table ? line.Then(table) : line;
    }
}
