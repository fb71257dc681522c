using System.Management.Automation;

namespace ClrShell.Running;

/// <summary>Ctrl+C: the first stops what runs and lets it clean up, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public Interruption() => Console.CancelKeyPress += Interrupt;

    /// <summary>Cancelled by the first Ctrl+C.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether Ctrl+C was pressed.</summary>
    public bool Requested => _source.IsCancellationRequested;

    /// <summary>Lets Ctrl+C stop <paramref name="shell"/> until the result is disposed.</summary>
    public IDisposable Register(PowerShell shell) =>
        // Not Stop, which waits for the pipeline's end on the signal's thread; whoever invoked the shell sees the end.
        _source.Token.Register(() => shell.BeginStop(null, null));

    public void Dispose()
    {
        Console.CancelKeyPress -= Interrupt;
        _source.Dispose();
    }

    private void Interrupt(object? sender, ConsoleCancelEventArgs args)
    {
        if (!Requested)
        {
            args.Cancel = true;
            _source.Cancel();
        }
    }
}
