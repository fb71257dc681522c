using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Training;

namespace ClrModule.Binding;

/// <summary>What <c>-History</c> takes beside a history: one that came back from a job, a remote session or Import-Clixml as a bag of properties.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HistoryArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is not PSObject bag || !bag.TypeNames.Contains("Deserialized." + typeof(TrainingHistory).FullName))
            return inputData;
        try
        {
            return Revived.Of(bag);
        }
        catch (InvalidParameterException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
