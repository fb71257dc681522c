using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace ClrModule.Binding;

/// <summary>Takes <c>mlp:256,128</c> without quotes, which PowerShell reads as a list, for the one text that was meant.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class JoinedTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        Plain(inputData) is IList { Count: > 1 } list && Plain(list[0]) is string && list.Cast<object>().Select(Plain).All(item => item is string or int)
            ? string.Join(',', list.Cast<object>().Select(item => Convert.ToString(Plain(item), CultureInfo.InvariantCulture)))
            : inputData;

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
