using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.ExceptionServices;

namespace ClrShell.Running;

/// <summary>
/// Sees a script's own <c>exit N</c>. The engine ends a script file that exits as it ends any other and tells
/// only <c>$LASTEXITCODE</c>, which native commands and nested scripts set as well. (It has a switch that makes
/// the exit reach the host, but that is internal, and drops the table rows that are still being gathered.)
/// </summary>
internal sealed class ExitWatch : IDisposable
{
    private readonly Runspace _runspace;
    private ExitException? _last;

    public ExitWatch(Runspace runspace)
    {
        _runspace = runspace;
        AppDomain.CurrentDomain.FirstChanceException += Look;
    }

    /// <summary>The code that the script exited with, or nothing where it did not exit.</summary>
    public int? Code { get; private set; }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Look;

    private void Look(object? sender, FirstChanceExceptionEventArgs args)
    {
        // A rethrow is seen again, by when the frames of a nested script may be gone.
        if (args.Exception is not ExitException exit || ReferenceEquals(exit, _last) || Runspace.DefaultRunspace != _runspace)
        {
            return;
        }

        _last = exit;

        // An exit ends the innermost script file; only with one file on the stack is that the task.
        var files = _runspace.Debugger.GetCallStack().Count(frame => frame.InvocationInfo?.MyCommand is ExternalScriptInfo);
        if (files == 1)
        {
            Code = LanguagePrimitives.TryConvertTo<int>(exit.Argument, out var code) ? code : ExitCode.Failure;
        }
    }
}
