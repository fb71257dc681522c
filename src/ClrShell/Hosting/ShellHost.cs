using System.Globalization;
using System.Management.Automation.Host;
using ClrShell.Running;

namespace ClrShell.Hosting;

/// <summary>The engine's way to the console.</summary>
internal sealed class ShellHost(ShellOutput output, Interruption interruption) : PSHost
{
    private readonly ShellUserInterface _ui = new(output, new InputReader(output, interruption.Token));

    /// <summary>The code of an <c>exit</c> that reached the host, or nothing.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "ClrShell";

    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    // A native command writes to the terminal itself.
    public override void NotifyBeginApplication() => output.HideProgress();

    public override void NotifyEndApplication()
    {
    }

    public override void EnterNestedPrompt() =>
        throw new NotSupportedException("This shell cannot be suspended. Answer with one of the other choices, or run the script in pwsh.");

    public override void ExitNestedPrompt() =>
        throw new NotSupportedException("This shell has no nested prompt to leave.");
}
