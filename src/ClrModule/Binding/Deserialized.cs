using System.Collections;
using System.Text.RegularExpressions;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Training.Histories;

namespace ClrModule.Binding;

/// <summary>
/// Schedules, range tests, bounds and histories that come from a job, a remote session or Import-Clixml. PowerShell copies an object there as a
/// bag of properties whose type name begins with <c>Deserialized.</c>; one of these properties is the object's JSON (see ClrModule.Types.ps1xml),
/// and from it the object is made again, equal, or it is refused with the reason.
/// </summary>
public static class Deserialized
{
    internal static readonly ErrorCause SavedObjectCutOff = new(nameof(SavedObjectCutOff), ErrorKind.InvalidData,
        "A copied object lacks parts: it was copied too shallow, or where this module was not loaded.",
        "Load ClrModule where it is copied, save it with the module's own Export cmdlets, or give the object itself.");

    private static readonly ErrorCause SavedObjectChanged = new(nameof(SavedObjectChanged), ErrorKind.InvalidData,
        "A property of a copied object was changed after it was copied.", "Make a new object with the value that you want.");

    private const string Prefix = "Deserialized.";

    private const string DefinitionName = "ClrDefinition";

    private static readonly Dictionary<Type, Func<string, object>> Readers = new()
    {
        [typeof(LrSchedule)] = json => ScheduleJson.Read(json),
        [typeof(LrRangeTestResult)] = LrRangeTestJson.FromJson,
        [typeof(LrBounds)] = LrBoundsJson.FromJson,
        [typeof(TrainingHistory)] = json => TrainingHistoryJson.FromJson(json),
    };

    private static readonly (string Name, Type Type)[] Formats = [("\"clr-range-test\"", typeof(LrRangeTestResult)), ("\"clr-training-history\"", typeof(TrainingHistory)), ($"\"{LrBoundsJson.Format}\"", typeof(LrBounds)), ("", typeof(LrSchedule))];

    /// <summary>What PowerShell copies with an object so that it can be made again: its JSON; null where it has none, as a schedule of compiled code.</summary>
    public static string? ClrDefinition(PSObject live)
    {
        ArgumentNullException.ThrowIfNull(live);
        try
        {
            return live.BaseObject switch
            {
                LrSchedule schedule => schedule.ToJson(),
                LrRangeTestResult test => LrRangeTestJson.ToJson(test),
                LrBounds bounds => LrBoundsJson.ToJson(bounds),
                TrainingHistory history => TrainingHistoryJson.ToJson(history),
                _ => null,
            };
        }
        catch (ScheduleNotSaveableException)
        {
            return null;
        }
    }

    /// <summary>The object itself, or the object that a copy was made of.</summary>
    internal static object? Restore(object? value) => value is PSObject bag && ReaderOf(bag) is var (type, read)
        ? Restore(bag, type, read)
        : (value as PSObject)?.BaseObject ?? value;

    /// <summary>Whether a value is a copy of one of these objects.</summary>
    internal static bool IsCopy(object? value) => value is PSObject bag && ReaderOf(bag) is not null;

    private static object Restore(PSObject bag, string type, Func<string, object> read)
    {
        string json = bag.Properties[DefinitionName]?.Value as string ?? throw new InvalidParameterException(
            "InputObject",
            bag,
            $"The copied {type} lacks its definition: it was copied where ClrModule was not loaded, or an older one was, or it holds compiled code. Write the original with Export-LrSchedule, Export-LrRangeTest or Export-TrainingHistory, or give the object itself.",
            SavedObjectCutOff);
        object made;
        try
        {
            made = read(json);
        }
        catch (ScheduleScriptException exception)
        {
            throw Refused(type, exception, $"its schedule holds the script {{{exception.Text}}}, and to make it again would run code from a copy; if you trust it, write the original with Export-LrSchedule or Export-TrainingHistory and read it with -AllowScript.");
        }
        catch (Exception exception) when (exception is IClrError)
        {
            throw Refused(type, exception, exception.Message);
        }
        if (Difference(made, bag, "") is var (property, what))
            throw Changed(bag, made.GetType().Name, property, what);
        PSMemberInfoCollection<PSPropertyInfo> own = PSObject.AsPSObject(made).Properties;
        // What a user or a cmdlet has noted beside the object stays beside it.
        foreach (PSPropertyInfo note in bag.Properties.Where(note => own[note.Name] is null))
            own.Add(new PSNoteProperty(note.Name, note.Value));
        return made;

        InvalidParameterException Refused(string name, Exception exception, string reason) =>
            new("InputObject", bag, $"The copied {name} cannot be used: {reason}", (exception as IClrError)?.Cause);
    }

    private static (string Type, Func<string, object> Read)? ReaderOf(PSObject bag)
    {
        // Select-Object puts a name of its own in front; where it picks properties, only these tell what they were.
        string? name = bag.TypeNames.FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        Type? type = name is not null ? typeof(LrSchedule).Assembly.GetType(name[Prefix.Length..])
            : bag.BaseObject is PSCustomObject && bag.Properties[DefinitionName]?.Value is string json ? Formats.FirstOrDefault(format => json.Contains(format.Name, StringComparison.Ordinal)).Type
            : null;
        return type is not null && Readers.FirstOrDefault(reader => reader.Key.IsAssignableFrom(type)) is { Value: { } read } ? (type.Name, read) : null;
    }

    /// <summary>What the run of a copied history was; null where it is no copy of a history.</summary>
    internal static RunDescription? RunOf(string? definition) => definition?.Contains(Formats[1].Name, StringComparison.Ordinal) == true ? TrainingHistoryJson.FromJson(definition).Run : null;

    /// <summary>The bounds that a copy brings along; null where it is no copy of bounds.</summary>
    internal static LrBounds? BoundsOf(string? definition) => definition?.Contains(LrBoundsJson.Format, StringComparison.Ordinal) == true ? LrBoundsJson.FromJson(definition) : null;

    internal static InvalidParameterException Changed(object? bag, string type, string property, string what = "changed") =>
        new("InputObject", bag, $"The {property} of the copied {type} was {what} after it was copied; make a new {type} with the value that you want.", SavedObjectChanged);

    // The first property of a copy that is not as it was in what it was made of.
    private static (string Property, string What)? Difference(object? live, object? copied, string path)
    {
        object? plain = copied.Plain();
        switch (live)
        {
            case Delegate:
                return null;
            case null or string or bool or long or int or double:
                return Unless(Equals(live, plain));
            case Enum word:
                return Unless(word.Equals(plain) || (plain is string name ? name == word.ToString() : plain is int number && number == Convert.ToInt32(word, CultureInfo.InvariantCulture)));
            case ILrSchedule schedule when plain is ILrSchedule:
                return Unless(schedule.Equals(plain));
            // Where a copy is too shallow, its text stands for what lies deeper.
            case not null when plain is string text:
                return Unless(IsTextOf(live, text));
            case IEnumerable list:
                object?[] items = [.. list.Cast<object?>()], others = plain is IEnumerable copies ? [.. copies.Cast<object?>()] : [];
                return plain is IEnumerable && items.Length == others.Length
                    ? items.Select((item, i) => Difference(item, others[i], $"{path}[{i}]")).FirstOrDefault(static difference => difference is not null)
                    : (path, "changed");
            default:
                return plain is null ? (path, "changed") : PSObject.AsPSObject(live).Properties.Where(static property => property.MemberType == PSMemberTypes.Property)
                    .Select(property => OfProperty(property, PSObject.AsPSObject(copied!).Properties[property.Name]))
                    .FirstOrDefault(static difference => difference is not null);
        }

        (string, string)? Unless(bool isSame) => isSame ? null : (path, "changed");

        // Where numbers are in a text, they are those of another culture. That of a list may be the name of its type, which may be another type here, of the same values.
        static bool IsTextOf(object live, string text) => new[] { live.ToString(), PSObject.AsPSObject(live).ToString() }.Any(own => own?.Replace(',', '.') == text.Replace(',', '.'))
            || live.GetType().GetInterfaces().Where(static type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)).Select(static type => type.GenericTypeArguments[0].ToString())
                .Any(value => text == value + "[]" || Regex.IsMatch(text, $@"^(?:System\.[\w.]+|<>\w+)`1\[{Regex.Escape(value)}\]$"));

        (string, string)? OfProperty(PSPropertyInfo property, PSPropertyInfo? copy)
        {
            string below = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            // What is made of a copy is told from the original.
            if (property.Name == nameof(TrainingHistory.IsImported))
                return null;
            // A property that an older copy does not have yet is empty.
            return copy is not null ? Difference(property.Value, copy.Value, below) : property.Value is null or 0L or Delegate or ICollection { Count: 0 } ? null : (below, "removed");
        }
    }
}

/// <summary>Lets PowerShell itself make objects again where it reads copies: in Import-Clixml, Receive-Job and remote sessions.</summary>
public sealed class DeserializedConverter : PSTypeConverter
{
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => Deserialized.IsCopy(sourceValue);

    public override object? ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        object? made = Deserialized.Restore(sourceValue);
        return destinationType?.IsInstanceOfType(made) == true ? made : throw new InvalidCastException($"A {made?.GetType().Name} is not a {destinationType?.Name}.");
    }

    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => throw new NotSupportedException();
}

/// <summary>Lets a parameter take copies, also those that PowerShell could not make again when it read them, and says why where they cannot be used.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AcceptDeserializedAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return inputData is object[] list ? Array.ConvertAll(list, Restored) : Restored(inputData);
        }
        catch (InvalidParameterException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    private static object? Restored(object? value) => Deserialized.IsCopy(value) ? Deserialized.Restore(value) : value;
}
