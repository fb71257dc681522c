using System.Collections;
using System.Management.Automation;

namespace ClrModule.Binding;

/// <summary>
/// Numbers in text, such as a column of Import-Csv, have a point as the decimal mark. PowerShell reads them so, and reads
/// <c>0,001</c> as 1: a comma is refused here. An empty cell is refused too, or is no value where the parameter can be without one.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PointDecimalAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether an empty text is the same as no value.</summary>
    public bool EmptyIsNone { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = Plain(inputData);
        if (plain is string cell && string.IsNullOrWhiteSpace(cell))
            return EmptyIsNone ? null : throw new ArgumentTransformationMetadataException("The text is empty: give a number, or leave the column out.");
        foreach (object? item in plain is IList list ? list : new[] { plain })
        {
            if (Plain(item) is string text && text.Contains(',', StringComparison.Ordinal))
                throw new ArgumentTransformationMetadataException($"'{text}' has a comma: write numbers with a point as the decimal mark and nothing between thousands, such as {text.Replace(',', '.')}.");
        }
        return inputData;
    }

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
