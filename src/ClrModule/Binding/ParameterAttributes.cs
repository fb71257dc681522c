using System.Collections;
using System.Globalization;
using ClrEngine.Training;

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

    /// <summary>Whether a name may stand in place of numbers.</summary>
    public bool TakesNames { get; set; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData.Plain();
        if (plain is string cell && string.IsNullOrWhiteSpace(cell))
            return EmptyIsNone ? null : throw new ArgumentTransformationMetadataException("The text is empty: give a number, or leave the column out.");
        foreach (object? item in plain is IList list ? list : new[] { plain })
        {
            if (item.Plain() is string text && text.Contains(',', StringComparison.Ordinal))
                throw new ArgumentTransformationMetadataException($"'{text}' has a comma: write numbers with a point as the decimal mark and nothing between thousands, such as {text.Replace(',', '.')}.");
            if (!TakesNames && item.Plain() is string word && !LanguagePrimitives.TryConvertTo(word, CultureInfo.InvariantCulture, out double _))
                throw new ArgumentTransformationMetadataException($"'{word}' is no number.");
        }
        return inputData;
    }
}

/// <summary>Takes <c>mlp:256,128</c> without quotes, which PowerShell reads as a list, for the one text that was meant.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class JoinedTextAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData.Plain() is IList { Count: > 1 } list && list[0].Plain() is string && list.Cast<object>().Select(WrappedValue.Plain).All(item => item is string or int)
            ? string.Join(',', list.Cast<object>().Select(item => Convert.ToString(item.Plain(), CultureInfo.InvariantCulture)))
            : inputData;
}

/// <summary>Takes the epochs of a history, where a history is piped in to be trained again, for their number.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EpochCountAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData.Plain() is ICollection epochs ? epochs.Count : inputData;
}

/// <summary>Takes only what the parameter's completer offers: one list for both.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateListedAttribute(Type completer) : ValidateArgumentsAttribute
{
    public Type Completer => completer;

    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        string[] listed = [.. ((ListCompleter)Activator.CreateInstance(completer)!).Listed];
        if (!listed.Contains(arguments?.ToString(), StringComparer.OrdinalIgnoreCase))
            throw new ValidationMetadataException($"'{arguments}' is not one of {string.Join(", ", listed)}.");
    }
}

/// <summary>Takes the description of a run that an object in the pipeline brings along, and of anything else of that name nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData.Plain() as RunDescription;
}
