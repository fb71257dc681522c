using System.Globalization;
using System.Management.Automation;
using ClrEngine.Errors;

namespace ClrModule.Binding;

/// <summary>The rates of parameter groups that suggested bounds bring along a pipeline, also as a bag of properties from a job.</summary>
internal static class SuggestedGroups
{
    /// <summary>One rate a group, or none where the bounds have none.</summary>
    /// <param name="groups">The groups of the bounds.</param>
    /// <param name="rate">Which of their rates: BaseLr or MaxLr.</param>
    /// <exception cref="InvalidParameterException">The bounds were cut off when they were saved.</exception>
    public static double[] Rates(PSObject[] groups, string rate) =>
        [.. groups.Select(group => group.Properties[rate] is { } found ? LanguagePrimitives.ConvertTo<double>(found.Value) : throw CutOff(group))];

    private static InvalidParameterException CutOff(PSObject group) => new(
        "Group",
        group,
        string.Create(CultureInfo.InvariantCulture, $"The saved bounds hold no rates for '{group}': they were cut off when they were saved. Save them anew with Export-Clixml -Depth 6, or give the bounds themselves."),
        "SavedObjectCutOff");
}
