using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace ClrModule.Tests.Hosting;

/// <summary>Keeps what a terminal would show, and answers confirmations from a queue.</summary>
internal sealed class RecordingScreen : PSHostUserInterface
{
    private readonly StringBuilder _text = new();
    private readonly RecordingRawScreen _raw = new();
    private readonly List<string> _questions = [];

    public int Width
    {
        get => _raw.BufferSize.Width;
        set => _raw.BufferSize = new Size(value, _raw.BufferSize.Height);
    }

    public Queue<string> Answers { get; } = new();

    public IReadOnlyList<string> Questions => _questions;

    public string Text
    {
        get
        {
            lock (_text)
            {
                var lines = GetOutputString(_text.ToString(), supportsVirtualTerminal: false).ReplaceLineEndings("\n").Split('\n');
                return string.Join('\n', lines.Select(line => line.TrimEnd()));
            }
        }
    }

    public override PSHostRawUserInterface RawUI => _raw;

    public void Clear()
    {
        lock (_text)
        {
            _text.Clear();
        }
    }

    public override void Write(string value)
    {
        lock (_text)
        {
            _text.Append(value);
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteWarningLine(string message) => WriteLine($"WARNING: {message}");

    public override void WriteVerboseLine(string message) => WriteLine($"VERBOSE: {message}");

    public override void WriteDebugLine(string message) => WriteLine($"DEBUG: {message}");

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        _questions.Add(message);
        if (!Answers.TryDequeue(out var answer))
        {
            throw new HostException($"Nobody answers: {message}");
        }

        return choices.IndexOf(choices.Single(choice => choice.Label.Contains($"&{answer}", StringComparison.Ordinal)));
    }

    public override string ReadLine() => throw Unanswered();

    public override SecureString ReadLineAsSecureString() => throw Unanswered();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw Unanswered();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw Unanswered();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw Unanswered();

    private static HostException Unanswered() => new("Nobody answers.");
}
