using System.Collections;
using System.Management.Automation;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Json;

namespace ClrModule.Binding;

/// <summary>
/// What <c>-RangeTest</c> takes beside a range test: one that was measured elsewhere and came back from a job, a remote
/// session or Import-Clixml as a bag of properties.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeTestArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        PSObject? bag = inputData as PSObject;
        if (bag is null || bag.BaseObject is LrRangeTestResult || bag.Properties["Points"] is null || bag.Properties["Options"] is null)
            return inputData;
        try
        {
            return Test(bag);
        }
        catch (Exception exception) when (exception is PSInvalidCastException or RangeTestFormatException)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    private static LrRangeTestResult Test(PSObject bag) => new()
    {
        Points = Items(bag, "Points").Select(Point).ToArray(),
        Options = Options(Whole(Value(bag, "Options"))),
        StopReason = Get<RangeTestStopReason>(bag, nameof(LrRangeTestResult.StopReason)),
        StepsPerEpoch = Get<long>(bag, nameof(LrRangeTestResult.StepsPerEpoch)),
        BatchSize = Get<int>(bag, nameof(LrRangeTestResult.BatchSize)),
        Model = Get<string?>(bag, nameof(LrRangeTestResult.Model)),
        Data = Get<string?>(bag, nameof(LrRangeTestResult.Data)),
        Device = Get<string?>(bag, nameof(LrRangeTestResult.Device)),
        DataIdentity = Get<string?>(bag, nameof(LrRangeTestResult.DataIdentity)),
        Optimizer = Get<string?>(bag, nameof(LrRangeTestResult.Optimizer)),
        Versions = Get<string?>(bag, nameof(LrRangeTestResult.Versions)),
        Seed = Get<int>(bag, nameof(LrRangeTestResult.Seed)),
        Seconds = Get<double>(bag, nameof(LrRangeTestResult.Seconds)),
        Repeats = Items(bag, nameof(LrRangeTestResult.Repeats)).Select(Test).ToArray(),
    };

    private static LrRangeTestPoint Point(PSObject bag) => new(
        Get<long>(bag, nameof(LrRangeTestPoint.Step)),
        Get<double>(bag, nameof(LrRangeTestPoint.LearningRate)),
        Get<double>(bag, nameof(LrRangeTestPoint.Loss)),
        Get<double>(bag, nameof(LrRangeTestPoint.SmoothedLoss)))
    {
        Accuracy = Get<double?>(bag, nameof(LrRangeTestPoint.Accuracy)),
    };

    private static LrRangeTestOptions Options(PSObject bag) => new()
    {
        StartLr = Get<double>(bag, nameof(LrRangeTestOptions.StartLr)),
        EndLr = Get<double>(bag, nameof(LrRangeTestOptions.EndLr)),
        Groups = Items(bag, nameof(LrRangeTestOptions.Groups)).Select(g => new GroupSweep(Get<double>(g, nameof(GroupSweep.StartLr)), Get<double>(g, nameof(GroupSweep.EndLr)))).ToArray(),
        Iterations = Get<int>(bag, nameof(LrRangeTestOptions.Iterations)),
        Sweep = Get<SweepKind>(bag, nameof(LrRangeTestOptions.Sweep)),
        SmoothFactor = Get<double>(bag, nameof(LrRangeTestOptions.SmoothFactor)),
        DivergenceFactor = Get<double>(bag, nameof(LrRangeTestOptions.DivergenceFactor)),
        Metric = Get<RangeTestMetric>(bag, nameof(LrRangeTestOptions.Metric)),
        ValidationBatches = Get<int>(bag, nameof(LrRangeTestOptions.ValidationBatches)),
    };

    private static IEnumerable<PSObject> Items(PSObject bag, string name) =>
        Value(bag, name) switch
        {
            null => [],
            PSObject { BaseObject: IEnumerable items and not string } => items.Cast<object>().Select(Whole),
            IEnumerable items and not string => items.Cast<object>().Select(Whole),
            var text => [Whole(text)],
        };

    // PowerShell turns what lies deeper than its depth into text.
    private static PSObject Whole(object? value) =>
        PSObject.AsPSObject(value ?? "") is { BaseObject: not string } whole
            ? whole
            : throw new RangeTestFormatException("The range test was written too shallow, and parts of it are only text: write it with Export-Clixml -Depth 5, or with Export-LrRangeTest.");

    private static object? Value(PSObject bag, string name) => bag.Properties[name]?.Value;

    private static T Get<T>(PSObject bag, string name) =>
        Value(bag, name) is { } value ? LanguagePrimitives.ConvertTo<T>(value is PSObject wrapped ? wrapped.BaseObject : value) : default!;
}
