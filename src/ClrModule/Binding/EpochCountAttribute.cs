using System.Collections;
using System.Management.Automation;

namespace ClrModule.Binding;

/// <summary>Takes the epochs of a history, where a history is piped in to be trained again, for their number.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EpochCountAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is ICollection epochs ? epochs.Count : inputData;
}
