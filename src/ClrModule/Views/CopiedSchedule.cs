using System.Globalization;
using System.Management.Automation;
using ClrEngine.Schedules;

namespace ClrModule.Views;

/// <summary>A cyclic schedule that came from another process as a bag of properties, made anew.</summary>
internal static class CopiedSchedule
{
    /// <summary>The schedule, or null where the object is none.</summary>
    public static CyclicSchedule? Of(object? copy) => copy is PSObject bag && bag.TypeNames.Contains("Deserialized." + typeof(CyclicSchedule).FullName)
        ? new CyclicSchedule(
            Number(bag, nameof(CyclicSchedule.BaseLr)),
            Number(bag, nameof(CyclicSchedule.MaxLr)),
            (long)Number(bag, nameof(CyclicSchedule.StepSizeUp)),
            (long)Number(bag, nameof(CyclicSchedule.StepSizeDown)),
            Enum.Parse<CyclicMode>(bag.Properties[nameof(CyclicSchedule.Mode)].Value.ToString()!),
            Number(bag, nameof(CyclicSchedule.Gamma)))
        : null;

    private static double Number(PSObject bag, string name) => Convert.ToDouble(bag.Properties[name].Value, CultureInfo.InvariantCulture);
}
