namespace ClrModule.Tests.Hosting;

/// <summary>Counts what arrives, and lets a test wait for a count.</summary>
internal sealed class Arrivals(string what)
{
    private readonly Lock _lock = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _count;
    private bool _ended;

    public Task Reach(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            Settle();
            return reached.Task;
        }
    }

    public void Add()
    {
        lock (_lock)
        {
            _count++;
            Settle();
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Settle();
        }
    }

    private void Settle()
    {
        foreach (var (count, reached) in _waiting)
        {
            if (_count >= count)
            {
                reached.TrySetResult();
            }
            else if (_ended)
            {
                reached.TrySetException(new InvalidOperationException($"The script ended with {_count} of {count} {what}."));
            }
        }
    }
}
