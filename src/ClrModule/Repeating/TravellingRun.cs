using System.Runtime.CompilerServices;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Models;
using ClrEngine.Training;

namespace ClrModule.Repeating;

/// <summary>
/// What a range test ran on, on its way along a pipeline to the training. Results, bounds and histories have it as a property; a schedule is a
/// pure value, so that it rides beside: it is found by the schedule object, and never written or shown with it. The model and data themselves
/// ride beside the description, for they cannot be written down either.
/// </summary>
internal static class TravellingRun
{
    private static readonly ConditionalWeakTable<ILrSchedule, RunDescription> Measured = [];
    private static readonly ConditionalWeakTable<RunDescription, Brought> Arguments = [];

    /// <summary>Lets a schedule bring along what its bounds were measured on.</summary>
    public static void Attach(ILrSchedule schedule, RunDescription? run)
    {
        if (run is not null)
            Measured.AddOrUpdate(schedule, run);
    }

    /// <summary>What a schedule's bounds were measured on; null where it brings nothing along.</summary>
    public static RunDescription? MeasuredOn(ILrSchedule schedule) => Measured.TryGetValue(schedule, out RunDescription? run) ? run : null;

    /// <summary>Remembers the model and data that a run was given, as texts that mean the same in every folder or as the objects that they are.</summary>
    public static void Remember(RunDescription run, object model, object data, PSCmdlet cmdlet) => Arguments.AddOrUpdate(
        run,
        new Brought(
            model.Plain() is string name ? ModelArgument.FullText(name, cmdlet) : model,
            data.Plain() is string text && !DataCatalog.Default.IsName(text) ? cmdlet.FullPath(text) : data));

    /// <summary>The model of an earlier run, as <c>-Model</c> takes it.</summary>
    public static object ModelOf(RunDescription? run, PSCmdlet cmdlet) => run switch
    {
        null => throw new InvalidParameterException("Model", null, "No model was given, and the schedule brings none along: give -Model, such as mlp, or make the schedule from the bounds of a range test."),
        _ when Arguments.TryGetValue(run, out Brought? brought) => brought.Model,
        { ModelIdentity: not null, Model: { } name } => ModelCatalog.Known.ContainsKey(name.Split(':')[0]) || File.Exists(cmdlet.FullPath(name)) ? name
            : throw new InvalidParameterException("Model", name, $"The model of the earlier run was the file '{name}', which is not in this folder: give its path as -Model."),
        _ => throw new InvalidParameterException("Model", run.Model, $"The model of the earlier run ({run.Model ?? "unknown"}) was made by code, which does not come along from another process: give -Model."),
    };

    /// <summary>The data of an earlier run, as <c>-Data</c> takes it.</summary>
    public static object DataOf(RunDescription? run, PSCmdlet cmdlet) =>
        (run is not null && Arguments.TryGetValue(run, out Brought? brought) ? brought.Data : Found(run, cmdlet))
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

    private sealed record Brought(object Model, object Data);
}
