using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ClrShell.Hosting;

/// <summary>
/// What the engine writes and asks. Errors go to the error output, all else to the standard output, as in pwsh.
/// </summary>
internal sealed class ShellUserInterface(ShellOutput output, InputReader input) : PSHostUserInterface
{
    private readonly ChoicePrompt _choices = new(output, input);
    private readonly FieldPrompt _fields = new(output, input);

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface(output.Terminal);

    public override bool SupportsVirtualTerminal => output.Terminal.OutputTakesEscapes;

    public override void Write(string value) => output.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        // The raw interface's own colours stand for "no colour named".
        var start = foregroundColor == RawUI.ForegroundColor ? "" : PSStyle.Instance.Foreground.FromConsoleColor(foregroundColor);
        if (backgroundColor != RawUI.BackgroundColor)
        {
            start += PSStyle.Instance.Background.FromConsoleColor(backgroundColor);
        }

        output.Write(start.Length == 0 ? value : start + value + PSStyle.Instance.Reset);
    }

    public override void WriteLine(string value) => output.Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => output.WriteErrorLine(value);

    public override void WriteWarningLine(string message) => WriteStyled(FormatStyle.Warning, $"WARNING: {message}");

    public override void WriteVerboseLine(string message) => WriteStyled(FormatStyle.Verbose, $"VERBOSE: {message}");

    public override void WriteDebugLine(string message) => WriteStyled(FormatStyle.Debug, $"DEBUG: {message}");

    public override void WriteProgress(long sourceId, ProgressRecord record) => output.ShowProgress(record);

    public override string ReadLine() => input.ReadLine("The script reads a line");

    public override SecureString ReadLineAsSecureString() => input.ReadSecret("The script reads a secret");

    public override Dictionary<string, PSObject?> Prompt(
        string caption,
        string message,
        Collection<FieldDescription> descriptions) => _fields.Ask(caption, message, descriptions);

    public override int PromptForChoice(
        string caption,
        string message,
        Collection<ChoiceDescription> choices,
        int defaultChoice) => _choices.Ask(caption, message, choices, defaultChoice);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        _fields.AskCredential(caption, message, userName);

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => _fields.AskCredential(caption, message, userName);

    private void WriteStyled(FormatStyle style, string text) =>
        WriteLine($"{GetFormatStyleString(style)}{text}{PSStyle.Instance.Reset}");
}
