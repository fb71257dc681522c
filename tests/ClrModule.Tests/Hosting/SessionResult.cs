using System.Management.Automation;

namespace ClrModule.Tests.Hosting;

/// <summary>All that came out of a script.</summary>
/// <param name="Output">The objects it gave.</param>
/// <param name="Errors">Its errors in order; the one that ended it, if one did, is the last.</param>
/// <param name="Warnings">Its warnings.</param>
/// <param name="Information">Its information records, as text.</param>
/// <param name="Verbose">Its verbose messages.</param>
/// <param name="Debug">Its debug messages.</param>
/// <param name="Progress">Its progress records.</param>
/// <param name="Failure">The error that ended it; nothing where it came to its end.</param>
/// <param name="Stopped">Whether it was stopped.</param>
internal sealed record SessionResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Information,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Debug,
    IReadOnlyList<ProgressRecord> Progress,
    Exception? Failure,
    bool Stopped)
{
    /// <summary>The only error: fails where there is none or more than one.</summary>
    public ErrorRecord Error => Assert.Single(Errors);

    /// <summary>The only object, which must be of this type: fails where an error came with it.</summary>
    public T Single<T>() => Assert.Single(All<T>());

    /// <summary>The objects, which must all be of this type: fails where an error came with them.</summary>
    public IReadOnlyList<T> All<T>()
    {
        Assert.True(Errors.Count == 0, $"The script failed: {string.Join("; ", Errors)}");
        return [.. Output.Select(item => Assert.IsType<T>(item.BaseObject, exactMatch: false))];
    }

    public static SessionResult From(PowerShell shell, IEnumerable<PSObject> output, Exception? failure)
    {
        var streams = shell.Streams;
        var errors = streams.Error.ToList();
        if (failure is IContainsErrorRecord { ErrorRecord: var last } and not PipelineStoppedException)
        {
            errors.Add(new ErrorRecord(last, failure));
        }

        return new SessionResult(
            [.. output],
            errors,
            [.. streams.Warning.Select(record => record.Message)],
            [.. streams.Information.Select(record => record.ToString())],
            [.. streams.Verbose.Select(record => record.Message)],
            [.. streams.Debug.Select(record => record.Message)],
            [.. streams.Progress],
            failure,
            shell.InvocationStateInfo.State == PSInvocationState.Stopped);
    }
}
