using ClrModule.Errors;

namespace ClrModule.Commands;

/// <summary>What every cmdlet shares: a token that Ctrl+C cancels, and errors in one vocabulary.</summary>
public abstract class ClrCommand : PSCmdlet, IDisposable
{
    // The parameter sets of cmdlets that take a length in steps, or in epochs.
    private protected const string InSteps = "Steps", InEpochs = "Epochs";

    private readonly CancellationTokenSource _stopping = new();
    private string[] _given = [];
    private bool _isOneOfSeveral;

    /// <summary>Cancelled when the user stops the pipeline.</summary>
    protected internal CancellationToken StopToken => _stopping.Token;

    /// <summary>What the cmdlet works on, for its error records.</summary>
    protected virtual object? Target => null;

    /// <summary>Whether the user wrote a parameter, and the pipeline did not bring it.</summary>
    protected bool IsGiven(string parameter) => _given.Contains(parameter);

    /// <summary>Whether a parameter has a value of the line or of the pipeline, and not its default.</summary>
    protected bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Whether it only says what it would do.</summary>
    private protected bool IsWhatIf => LanguagePrimitives.IsTrue(MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given) ? given : GetVariableValue("WhatIfPreference"));

    /// <summary>Whether one of several inputs failed, which was said.</summary>
    private protected bool HasFailed { get; private set; }

    /// <summary>Whether an error that concerns one input of several ends the cmdlet too.</summary>
    private protected virtual bool EndsAtFirstError => false;

    /// <summary>The cmdlet's work for one input object.</summary>
    protected abstract void Process();

    /// <summary>The cmdlet's work after the last input object.</summary>
    protected virtual void Finish()
    {
    }

    protected sealed override void BeginProcessing() => _given = [.. MyInvocation.BoundParameters.Keys];

    protected sealed override void ProcessRecord()
    {
        _isOneOfSeveral = MyInvocation.ExpectingInput;
        Guarded(Process);
    }

    protected sealed override void EndProcessing()
    {
        _isOneOfSeveral = false;
        Guarded(Finish);
    }

    protected override void StopProcessing() => _stopping.Cancel();

    public void Dispose()
    {
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Works on each of several inputs: where one fails, the others follow all the same.</summary>
    private protected void EachOf<T>(IReadOnlyList<T> inputs, Action<T> work)
    {
        bool before = _isOneOfSeveral;
        _isOneOfSeveral |= inputs.Count > 1;
        foreach (T input in inputs)
            Guarded(() => work(input), input);
        _isOneOfSeveral = before;
    }

    // An error that concerns one input of several does not end the cmdlet, and says which it is.
    private void Guarded(Action work, object? input = null)
    {
        try
        {
            ReadStop.During(() => { work(); return true; }, StopToken);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (ClrErrorRecords.IsKnown(exception))
        {
            ErrorRecord record = ClrErrorRecords.Make(exception, input ?? Target, MyInvocation.MyCommand.Name);
            if (record.Exception.InnerException is { } raw && TorchOperationException.IsRaw(raw))
                WriteDebug(raw.Message);
            if (input is string path && !Names(exception.Message, path))
                record.ErrorDetails = new ErrorDetails($"'{path}': {exception.Message}") { RecommendedAction = record.ErrorDetails?.RecommendedAction };
            if (!_isOneOfSeveral || EndsAtFirstError)
                ThrowTerminatingError(record);
            HasFailed = true;
            WriteError(record);
        }
    }

    private bool Names(string message, string path) =>
        message.Contains(path, StringComparison.Ordinal) || message.Contains(System.IO.Path.GetFullPath(path, SessionState.Path.CurrentFileSystemLocation.ProviderPath), StringComparison.Ordinal);
}
