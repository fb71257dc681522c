using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ClrEngine.Training;
using ClrEngine.Training.Formats;

namespace ClrEngine.RangeTest;

/// <summary>
/// The JSON form of a range test: a curve measured on one machine is read on another, bit for bit. Reading is strict: a member
/// that is missing or unknown, or a value that no test can have, is an error and never a default.
/// </summary>
public static class LrRangeTestJson
{
    private const string Format = "clr-range-test";
    private const int Version = 3;
    private const string Remedy = "Give a file that Export-LrRangeTest wrote.";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        // A sweep may end in NaN or infinity: they are written as "NaN", "Infinity" and "-Infinity".
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false), new ScheduleConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireAll } },
    };

    private static readonly JsonSerializerOptions Head = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes a range test.</summary>
    /// <param name="test">The test.</param>
    /// <returns>JSON, indented.</returns>
    public static string ToJson(LrRangeTestResult test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return JsonSerializer.Serialize(new Document { Format = Format, Version = Version, Test = test }, Options);
    }

    /// <summary>Reads a range test.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="RangeTestFormatException">The text is no range test, or one of a later version.</exception>
    public static LrRangeTestResult FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            // The head first: what a later version has beyond this one is no fault of the file.
            if (JsonSerializer.Deserialize<DocumentHead>(json, Head) is not { Format: Format } head)
                throw new RangeTestFormatException($"This is no range test: it has no format '{Format}'. {Remedy}");
            if (head.Version > Version)
                throw new RangeTestFormatException($"The range test is of format version {head.Version}, and this engine reads up to {Version}: use a newer engine.");
            LrRangeTestResult test = JsonSerializer.Deserialize<Document>(EarlierFormat.Upgrade(json, "test", Version), Options)!.Test;
            Check(test);
            return test;
        }
        catch (Exception exception) when (exception is JsonException or InvalidParameterException)
        {
            throw new RangeTestFormatException($"This is no range test: {exception.Message} {Remedy}", exception);
        }
    }

    private static void Check(LrRangeTestResult test)
    {
        if (test.Points.Contains(null!) || test.Repeats.Contains(null!) || test.Options.Groups.Contains(null!))
            throw new JsonException("A list has an element null.");
        if (test.Points.Any(p => !double.IsFinite(p.LearningRate) || p.LearningRate < 0))
            throw new JsonException("A point has a rate that is no finite number of at least 0.");
        test.Options.Validate();
        foreach (LrRangeTestResult repeat in test.Repeats)
            Check(repeat);
    }

    // What may be null is left out where it is; all else is written, and so must be there.
    private static void RequireAll(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo member in type.Type.Namespace == typeof(LrRangeTestResult).Namespace || type.Type == typeof(RunDescription) ? type.Properties : [])
        {
            if (member.Set is not { } set || member.AttributeProvider is not PropertyInfo property || MayBeNull(property))
                continue;
            member.IsRequired = true;
            member.Set = (item, value) => set(item, value ?? throw new JsonException($"{member.Name} is null."));
        }
    }

    private static bool MayBeNull(PropertyInfo property) => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private sealed record DocumentHead(string? Format, int Version);

    private sealed record Document
    {
        public required string Format { get; init; }

        public required int Version { get; init; }

        public required LrRangeTestResult Test { get; init; }
    }
}

/// <summary>A text or an object is no range test that can be read.</summary>
/// <param name="message">One sentence: what is wrong, and what to give instead.</param>
/// <param name="inner">The reader's own error, if any.</param>
public sealed class RangeTestFormatException(string message, Exception? inner = null) : ClrException(RangeTestUnreadable, message, inner)
{
    private static readonly ErrorCause RangeTestUnreadable = new(nameof(RangeTestUnreadable), ErrorKind.InvalidData,
        "A file is no range test, or one of a later version.", "Give a file that `Export-LrRangeTest` wrote, or update the module.");
}
