using System.Management.Automation;
using ClrEngine.Schedules;
using ClrModule.Views;

namespace ClrModule.Binding;

/// <summary>What <c>-Schedule</c> takes beside a schedule: a cyclic one that came back from a job or a remote session as a bag of properties.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ScheduleArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        CopiedSchedule.Of(inputData) is { } made ? new ILrSchedule[] { made } : inputData;
}
