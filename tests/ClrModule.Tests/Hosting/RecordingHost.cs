using System.Globalization;
using System.Management.Automation.Host;

namespace ClrModule.Tests.Hosting;

/// <summary>A host whose terminal is a text. Its culture is invariant, so that numbers read the same everywhere.</summary>
internal sealed class RecordingHost : PSHost
{
    public RecordingScreen Screen { get; } = new();

    public override string Name => "Recording";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => Screen;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override void SetShouldExit(int exitCode)
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();
}
