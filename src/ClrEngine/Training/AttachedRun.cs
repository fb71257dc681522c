using System.Runtime.CompilerServices;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>
/// What a range test ran on, on its way to the training. Results, bounds and histories have it as a property; a schedule is a pure value, so
/// that it rides beside: it is found by the schedule object, and never written or shown with it. The model and data that were given ride
/// beside the description, for they cannot be written down either.
/// </summary>
internal static class AttachedRun
{
    private static readonly ConditionalWeakTable<ILrSchedule, RunDescription> Measured = [];
    private static readonly ConditionalWeakTable<RunDescription, Given> Arguments = [];

    /// <summary>Lets a schedule bring along what its bounds were measured on.</summary>
    public static void Attach(ILrSchedule schedule, RunDescription? run)
    {
        if (run is not null)
            Measured.AddOrUpdate(schedule, run);
    }

    /// <summary>What a schedule's bounds were measured on; null where it brings nothing along.</summary>
    public static RunDescription? MeasuredOn(ILrSchedule schedule) => Measured.TryGetValue(schedule, out RunDescription? run) ? run : null;

    /// <summary>Remembers the model, the data, the weights and the loss of its own that a run was given, as texts that mean the same in every folder or as the objects that they are.</summary>
    public static void Remember(RunDescription run, object model, object data, string? weights, object? function) => Arguments.AddOrUpdate(run, new Given(model, data, weights, function));

    /// <summary>The model, data and weights that a run of this process was given; null for a run from elsewhere.</summary>
    public static Given? GivenTo(RunDescription run) => Arguments.TryGetValue(run, out Given? given) ? given : null;

    /// <summary>A model, data, the full path of a file of weights and the code of a loss as they were given.</summary>
    internal sealed record Given(object Model, object Data, string? Weights, object? Function);
}
