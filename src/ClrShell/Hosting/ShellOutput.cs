using System.Management.Automation;
using System.Management.Automation.Host;

namespace ClrShell.Hosting;

/// <summary>
/// The two output streams and the progress line between them. Text loses its escape sequences where the stream does
/// not take them. Safe for several threads: parallel blocks write whenever they like.
/// </summary>
internal sealed class ShellOutput(Terminal terminal)
{
    private readonly Lock _lock = new();
    private readonly ProgressLine _progress = new(Console.Out);
    private bool _atLineStart = true;
    private bool _toError;

    /// <summary>What the streams are.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Writes <paramref name="text"/> to the standard output.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            WriteCore(text, _toError);
        }
    }

    /// <summary>Writes a line to the error output.</summary>
    public void WriteErrorLine(string text)
    {
        lock (_lock)
        {
            WriteCore(text + Environment.NewLine, toError: true);
        }
    }

    /// <summary>Shows <paramref name="record"/> on a terminal. Elsewhere progress is silent.</summary>
    public void ShowProgress(ProgressRecord record)
    {
        if (!terminal.OutputTakesEscapes)
        {
            return;
        }

        lock (_lock)
        {
            _progress.Update(record);

            // A line that a script has begun is not overwritten: the progress line waits for its end.
            if (_atLineStart)
            {
                _progress.Draw(terminal.Width);
            }
        }
    }

    /// <summary>Takes the progress line away, so that something else can write to the terminal.</summary>
    public void HideProgress()
    {
        lock (_lock)
        {
            _progress.Hide();
        }
    }

    /// <summary>Leaves the terminal's cursor where the next prompt belongs: no progress, and a line that was begun ended.</summary>
    public void End()
    {
        lock (_lock)
        {
            _progress.Hide();
            if (!_atLineStart && terminal.OutputIsTerminal)
            {
                Console.Out.WriteLine();
                _atLineStart = true;
            }
        }
    }

    /// <summary>Sends what is written to the standard output to the error output, until the result is disposed.</summary>
    public IDisposable RedirectToError() => new Redirection(this);

    private void WriteCore(string text, bool toError)
    {
        _progress.Hide();
        var takesEscapes = toError ? terminal.ErrorTakesEscapes : terminal.OutputTakesEscapes;
        (toError ? Console.Error : Console.Out).Write(PSHostUserInterface.GetOutputString(text, takesEscapes));
        if (text.Length > 0)
        {
            _atLineStart = text[^1] == '\n';
        }
    }

    private sealed class Redirection : IDisposable
    {
        private readonly ShellOutput _output;

        public Redirection(ShellOutput output)
        {
            _output = output;
            output._toError = true;
        }

        public void Dispose() => _output._toError = false;
    }
}
