using System.Runtime.InteropServices;

namespace ClrModule.Commands.Training;

/// <summary>
/// SIGTERM and SIGHUP while a run trains: the run ends between two updates, as by Ctrl+C, but the script goes on with its history, and the process ends
/// with the signal's exit code. PowerShell by itself dies of them at once, with nothing written. A signal outside a run still does that, and one more than ten
/// seconds after the first.
/// </summary>
internal sealed class EndSignal : IDisposable
{
    private const long GraceMilliseconds = 10_000;

    private static PosixSignal? s_received;
    private static long s_receivedAt;

    private readonly PSCmdlet _cmdlet;
    private readonly CancellationTokenSource _ending;
    private readonly PosixSignalRegistration[] _registrations;

    public EndSignal(PSCmdlet cmdlet, CancellationToken stop)
    {
        _cmdlet = cmdlet;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, End),
            // Ctrl+C goes to every process of a terminal. A job's process would die of it at once; who has the terminal stops it, as its own pipeline.
            PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true),
        ];
    }

    /// <summary>Cancelled by the signal, and by the token that was given.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>The signal that this process was asked to end with; null where there was none.</summary>
    public static string? Received => s_received?.ToString();

    /// <summary>Ends the script where the process was asked to end: what it would begin could not come to its end.</summary>
    public static void StopIfReceived(PSCmdlet cmdlet)
    {
        if (s_received is null)
            return;
        SetExitCode(cmdlet);
        throw new PipelineStoppedException();
    }

    /// <summary>From here on a signal ends the process at once; where one has come, it ends with its exit code when the script is through, and further ones are still ignored for their time.</summary>
    public void Dispose()
    {
        if (s_received is not null)
        {
            SetExitCode(_cmdlet);
            return;
        }
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _ending.Dispose();
    }

    // 128 and the signal's number, as a shell says it.
    private static void SetExitCode(PSCmdlet cmdlet) => cmdlet.Host.SetShouldExit(128 + (s_received == PosixSignal.SIGHUP ? 1 : 15));

    private void End(PosixSignalContext context)
    {
        // The kernel and the shell each send one when a terminal goes; what does not come to its end can be ended by a later one.
        context.Cancel = s_received is null || Environment.TickCount64 - s_receivedAt < GraceMilliseconds;
        if (s_received is not null)
            return;
        (s_received, s_receivedAt) = (context.Signal, Environment.TickCount64);
        _ending.Cancel();
    }
}
