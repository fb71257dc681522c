using System.Collections;
using System.Numerics;

namespace ClrModule.Binding;

/// <summary>
/// Numbers in text, such as a column of Import-Csv, have a point as the decimal mark. PowerShell reads them so, and reads
/// <c>0,001</c> as 1: a comma is refused here. An empty cell is refused too, or is no value where the parameter can be without one.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public class PointDecimalAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether the parameter takes several.</summary>
    public bool IsList { get; set; }

    /// <summary>Whether an empty text is the same as no value.</summary>
    public bool EmptyIsNone { get; set; }

    /// <summary>Whether a name may stand in place of numbers.</summary>
    public bool TakesNames { get; set; }

    /// <summary>Whether <c>$null</c>, such as a variable that is not set, is refused where it is given. Elsewhere it is no value, as a property of an object in the pipeline may have none.</summary>
    public bool RefusesNull { get; set; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData.Plain();
        if (plain is string cell && string.IsNullOrWhiteSpace(cell))
            return EmptyIsNone ? null : throw new ArgumentTransformationMetadataException("The text is empty: give a number, or leave the column out.");
        if (RefusesNull && (plain is IList { Count: 1 } single ? single[0].Plain() : plain) is null)
            throw new ArgumentTransformationMetadataException("There is no value, as in a variable that is not set: give a number, or leave the parameter out.");
        if (plain is IList { Count: not 1 } several && !IsList && !TakesNames)
            throw new ArgumentTransformationMetadataException($"{several.Count} values stand here: give one.");
        foreach (object? item in plain is IList list ? list : new[] { plain })
        {
            if (item.Plain() is string text && text.Contains(',', StringComparison.Ordinal))
                throw new ArgumentTransformationMetadataException($"'{text}' has a comma: write numbers with a point as the decimal mark and nothing between thousands{(text.Replace(',', '.') is var pointed && double.TryParse(pointed, CultureInfo.InvariantCulture, out _) ? $", such as {pointed}" : "; several numbers are a list, and not one text")}.");
            if (item is null)
                continue;
            if (LanguagePrimitives.TryConvertTo(item.Plain(), CultureInfo.InvariantCulture, out double number))
                Check(item.Plain()!, number);
            else if (!TakesNames)
                throw new ArgumentTransformationMetadataException(item.Plain() is IConvertible given ? $"'{given.ToString(CultureInfo.InvariantCulture)}' is no number." : $"A {item.Plain()!.GetType().Name} is no number.");
        }
        return inputData;
    }

    /// <summary>Refuses what this parameter takes less than any number.</summary>
    // PowerShell multiplies 0.1kb by 1,024 and reads 0x10 as 16, which no table means; of a number that was typed it leaves no trace.
    private protected virtual void Check(object item, double number)
    {
        if (item is not string text || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return;
        string shown = number.ToString(CultureInfo.InvariantCulture);
        throw new ArgumentTransformationMetadataException(text.Length > 2 && text[^1] is 'b' or 'B' && "kmgtp".Contains(text[^2], StringComparison.OrdinalIgnoreCase)
            ? $"'{text}' is the number {shown}, a count of bytes: write the number without {text[^2..]}."
            : $"'{text}' is PowerShell's way to write {shown}: write {shown}.");
    }
}

/// <summary>A whole number of the parameter's type. PowerShell itself rounds 2.5 to 2, takes true for 1, and speaks of the type where a number is too large for it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WholeNumberAttribute<T> : PointDecimalAttribute where T : struct, IMinMaxValue<T>
{
    /// <summary>Whether it is a size of memory, which a text may give as 4GB.</summary>
    public bool IsBytes { get; set; }

    private protected override void Check(object item, double number)
    {
        if (item is bool || number % 1 != 0)
            throw new ArgumentTransformationMetadataException(string.Create(CultureInfo.InvariantCulture, $"'{item}' is no whole number."));
        if (!LanguagePrimitives.TryConvertTo(item, CultureInfo.InvariantCulture, out T _))
            throw new ArgumentTransformationMetadataException(string.Create(CultureInfo.InvariantCulture, $"'{item}' is too {(number > 0 ? $"large: give a whole number up to {T.MaxValue}" : $"small: give a whole number from {T.MinValue} up")}."));
        if (!IsBytes)
            base.Check(item, number);
    }
}

/// <summary>True or false, as the cell of a table has it too: PowerShell itself takes every text, <c>false</c> too, for true.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TrueOrFalseAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData.Plain() switch
    {
        null or bool or SwitchParameter => inputData,
        string text when string.IsNullOrWhiteSpace(text) => throw new ArgumentTransformationMetadataException("The text is empty: give true or false, or leave the column out."),
        IConvertible given => given.ToString(CultureInfo.InvariantCulture).Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" => true,
            "FALSE" or "0" => false,
            _ => throw Refused($"'{given.ToString(CultureInfo.InvariantCulture)}'"),
        },
        var other => throw Refused($"A {other.GetType().Name}"),
    };

    private static ArgumentTransformationMetadataException Refused(string given) => new($"{given} is neither true nor false: give true, false, 1 or 0.");
}

/// <summary>Takes the names of an enumeration, whatever the case, and nothing else: PowerShell itself takes numbers too, and makes one value of several names.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NameOfAttribute<T> : ArgumentTransformationAttribute where T : struct, Enum
{
    /// <summary>Whether the parameter takes several.</summary>
    public bool IsList { get; set; }

    /// <summary>Whether an empty text is the same as no value.</summary>
    public bool EmptyIsNone { get; set; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData.Plain() switch
    {
        null or "" when EmptyIsNone => null,
        IList list when IsList => list.Cast<object?>().Select(Named).ToArray(),
        string several when IsList => several.Split(',', StringSplitOptions.TrimEntries).Select(Named).ToArray(),
        IList { Count: 1 } one => Named(one[0]),
        _ => Named(inputData),
    };

    // A copy from another process is a number whose text is the name.
    private static T Named(object? given) => (given.Plain() is IList list ? string.Join(", ", list.Cast<object>()) : given?.ToString()) is var text && EnumName.Find(typeof(T), text) is T known
        ? known
        : throw new ArgumentTransformationMetadataException($"'{text}' is none of {EnumName.List(typeof(T))}.");
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

/// <summary>Takes several texts in one, with commas between them, as the cell of a table has them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SplitTextsAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object?[] given = inputData.Plain() is IList list ? [.. list] : [inputData.Plain()];
        return Array.Exists(given, static item => item.Plain() is string text && text.Contains(',', StringComparison.Ordinal))
            ? given.SelectMany<object?, object?>(static item => item.Plain() is string text ? text.Split(',', StringSplitOptions.TrimEntries) : [item]).ToArray()
            : inputData;
    }
}

/// <summary>Takes the epochs or cycles of a history, where a history is piped in to be trained again, for their number; any other list is none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountOfAttribute<T> : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData.Plain() is ICollection records && records.Cast<object>().All(record => PSObject.AsPSObject(record).TypeNames.Any(name => name.EndsWith(typeof(T).FullName!, StringComparison.Ordinal))) ? records.Count : inputData;
}

/// <summary>
/// Takes code, or a table of it, and in its place no text, such as the cell of a table: a text is not run. An empty one is no value.
/// PowerShell itself passes over what is no code where an object in the pipeline brings it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CodeAttribute(Type taken, string wanted) : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData.Plain() switch
    {
        null => null,
        string text when string.IsNullOrWhiteSpace(text) => null,
        var given when taken.IsInstanceOfType(given) => inputData,
        string text => throw new ArgumentTransformationMetadataException($"'{text}' is a text, which is not run as code: give {wanted}."),
        var other => throw new ArgumentTransformationMetadataException($"A {other.GetType().Name} is no code: give {wanted}."),
    };
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
            throw new ValidationMetadataException($"'{arguments}' is none of {string.Join(", ", listed)}.");
    }
}

/// <summary>
/// Takes the description of a run that an object in the pipeline brings along, and of anything else of that name nothing, such as the number of
/// a run: but the line that stands for a description in a table, or its parts in JSON, are <see cref="Lost"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>A description that was there and cannot be read back.</summary>
    internal static readonly RunDescription Lost = new();

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData.Plain() switch
    {
        RunDescription run => run,
        string text when RunDescription.IsLine(text) => Lost,
        PSCustomObject when inputData is PSObject parts && parts.Properties[nameof(RunDescription.DataIdentity)] is not null => Lost,
        _ => null,
    };
}
