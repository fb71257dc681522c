using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;

namespace ClrModule.Repeating;

/// <summary>What an earlier run, a range test or a training, brings along a pipeline to the next, as the parameters of cmdlets take it.</summary>
internal static class EarlierRun
{
    /// <inheritdoc cref="AttachedRun.Remember"/>
    public static void Remember(RunDescription run, object model, object data, LearnerOptions options, PSCmdlet cmdlet) => AttachedRun.Remember(
        run,
        model.Plain() is string name ? ModelArgument.FullText(name, cmdlet) : model,
        data.Plain() is string text && !DataCatalog.Default.IsName(text) ? cmdlet.FullPath(text) : data,
        options.Weights,
        options.Loss.Function);

    /// <summary>What an object in the pipeline brings along, itself or in the definition that a copy has; a warning where it had something that a table or JSON cannot bring.</summary>
    public static RunDescription? Brought(RunDescription? run, Func<RunDescription?> ofCopy, PSCmdlet cmdlet)
    {
        bool isLost = ReferenceEquals(run, RunArgumentAttribute.Lost);
        RunDescription? brought = (isLost ? null : run) ?? ofCopy();
        if (brought is not null || !isLost)
            return brought;
        cmdlet.WriteWarning("What these rates or this run were measured under does not come along through a table or ConvertTo-Json: settings that are not given have their defaults. Give them, or save the object with Export-Clixml, a range test with Export-LrRangeTest, a history with Export-TrainingHistory.");
        return null;
    }

    /// <summary>Warns where the model or the data that an earlier run brings along, null where they were given anew, are no longer what it had.</summary>
    public static void WarnIfChanged(RunDescription earlier, ModelSource? model, TrainingData? data, PSCmdlet cmdlet)
    {
        if (model is not null && earlier.ModelIdentity is { } before && model.Identity() is var now && now != before)
            cmdlet.WriteWarning($"The model '{model.Name}' is not what it was in the earlier run: its identity was {before} and is {now ?? "not known"}. It was changed since; give -Model.");
        if (data is not null && earlier.DataIdentity is { } known && data.Identity != known)
            cmdlet.WriteWarning($"The data '{data.Name}' is not what it was in the earlier run: its identity was {known} and is {data.Identity}. It was changed since, or was read with options of its own, which a saved run does not have; give what Import-TrainingData makes as -Data.");
    }

    /// <summary>Warns where the model is made by another script block than the one that bounds were measured with: such models have no identity.</summary>
    public static void WarnOfOtherBlock(RunDescription measured, object model, PSCmdlet cmdlet)
    {
        if (AttachedRun.GivenTo(measured)?.Model.Plain() is ScriptBlock before && model.Plain() is ScriptBlock now && before.ToString() != now.ToString())
            cmdlet.WriteWarning("The bounds of the schedule were measured with a model that another script block made. The best rates move with the model: run Invoke-LrRangeTest with this one.");
    }

    /// <summary>The model of an earlier run, as <c>-Model</c> takes it.</summary>
    public static object ModelOf(RunDescription? run, PSCmdlet cmdlet) => run switch
    {
        null => throw new InvalidParameterException("Model", null, "No model was given, and the schedule brings none along: give -Model, such as mlp, or make the schedule from the bounds of a range test."),
        _ when AttachedRun.GivenTo(run) is { } given => given.Model,
        { ModelIdentity: not null, Model: { } name } => ModelCatalog.Known.ContainsKey(name.Split(':')[0]) || File.Exists(cmdlet.FullPath(name)) ? name
            : throw new InvalidParameterException("Model", name, $"The model of the earlier run was the file '{name}', which is not in this folder: give its path as -Model."),
        _ => throw new InvalidParameterException("Model", run.Model, $"The model of the earlier run ({run.Model ?? "unknown"}) was made by code, which does not come along from another process: give -Model."),
    };

    /// <summary>The full path of the weights that an earlier run began with; null where it is not known, and they do not lie in this folder.</summary>
    public static string? WeightsOf(RunDescription run, string name, PSCmdlet cmdlet) =>
        AttachedRun.GivenTo(run)?.Weights ?? (cmdlet.FullPath(name) is var here && File.Exists(here) ? here : null);

    /// <summary>The data of an earlier run, as <c>-Data</c> takes it.</summary>
    public static object DataOf(RunDescription? run, PSCmdlet cmdlet) =>
        (run is not null && AttachedRun.GivenTo(run) is { } given ? given.Data : Found(run, cmdlet))
        ?? throw new InvalidParameterException("Data", null, "No data was given, and the schedule brings none along: give -Data, such as digits, or make the schedule from the bounds of a range test.");

    // A run that comes from a file knows where its data lay, and it may have moved with the file.
    private static string? Found(RunDescription? run, PSCmdlet cmdlet)
    {
        if (run?.Data is not { } data || (run.DataPath is null && DataCatalog.Default.IsName(data)))
            return run?.Data;
        string?[] places = [run.DataPath, run.DataPath is { } path ? cmdlet.FullPath(System.IO.Path.GetFileName(path)) : null, cmdlet.FullPath(data)];
        return Array.Find(places, System.IO.Path.Exists) ?? throw new InvalidParameterException(
            "Data",
            data,
            $"The data of the earlier run was '{data}', {(run.DataPath is null ? "which was read with options of its own, or made of tensors" : $"which lay at '{run.DataPath}'")}, and does not lie {(run.DataPath is null ? "" : "there or ")}in this folder: give it as -Data.");
    }
}
