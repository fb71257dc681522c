using System.Management.Automation;

namespace ClrModule.Tests.Hosting;

/// <summary>A script that is running.</summary>
internal sealed class SessionRun : IDisposable
{
    private readonly PowerShell _shell;
    private readonly PSDataCollection<PSObject> _output = [];
    private readonly Arrivals _objects = new("objects");
    private readonly Arrivals _progress = new("progress records");

    public SessionRun(PowerShell shell)
    {
        _shell = shell;
        _output.DataAdded += (_, _) => _objects.Add();
        shell.Streams.Progress.DataAdded += (_, _) => _progress.Add();
        Result = Finish(shell.InvokeAsync<PSObject, PSObject>(null, _output));
    }

    /// <summary>What came out of it, once it has ended or was stopped.</summary>
    public Task<SessionResult> Result { get; }

    /// <summary>Ends once the script has given <paramref name="count"/> objects; fails where it ends with fewer.</summary>
    public Task Output(int count = 1) => _objects.Reach(count);

    /// <summary>Ends once the script has reported progress <paramref name="count"/> times; fails where it ends sooner.</summary>
    public Task Progress(int count = 1) => _progress.Reach(count);

    /// <summary>Stops the script as Ctrl+C does, and returns when it has stopped.</summary>
    public void Stop() => _shell.Stop();

    public void Dispose()
    {
        _shell.Dispose();
        _output.Dispose();
    }

    private async Task<SessionResult> Finish(Task running)
    {
        Exception? failure = null;
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (RuntimeException error)
        {
            failure = error;
        }

        _objects.End();
        _progress.End();
        return SessionResult.From(_shell, _output, failure);
    }
}
