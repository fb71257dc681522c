using System.Text.Json.Serialization;
using System.Text.Json;
using ClrEngine.Errors;

namespace ClrEngine.RangeTest;

/// <summary>The JSON form of a range test: a curve measured on one machine is read on another, bit for bit.</summary>
public static class LrRangeTestJson
{
    private const string Format = "clr-range-test";
    private const int Version = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        // A sweep may end in NaN or infinity: they are written as "NaN", "Infinity" and "-Infinity".
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes a range test.</summary>
    /// <param name="test">The test.</param>
    /// <returns>JSON, indented.</returns>
    public static string ToJson(LrRangeTestResult test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return JsonSerializer.Serialize(new Document(Format, Version, test), Options);
    }

    /// <summary>Reads a range test.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="RangeTestFormatException">The text is no range test, or one of a later version.</exception>
    public static LrRangeTestResult FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(json, Options);
        }
        catch (JsonException exception)
        {
            throw new RangeTestFormatException($"This is no range test: {exception.Message} Give a file that Export-LrRangeTest wrote.", exception);
        }
        if (document is not { Format: Format, Test: { Points: not null, Options: not null } test })
            throw new RangeTestFormatException($"This is no range test: it has no format '{Format}' with a test in it. Give a file that Export-LrRangeTest wrote.");
        if (document.Version > Version)
            throw new RangeTestFormatException($"The range test is of format version {document.Version}, and this engine reads up to {Version}: use a newer engine.");
        return test;
    }

    private sealed record Document(string Format, int Version, LrRangeTestResult? Test);
}

/// <summary>A text or an object is no range test that can be read.</summary>
/// <param name="message">One sentence: what is wrong, and what to give instead.</param>
/// <param name="inner">The reader's own error, if any.</param>
public sealed class RangeTestFormatException(string message, Exception? inner = null) : Exception(message, inner), IClrError
{
    /// <inheritdoc/>
    public string ErrorId => "RangeTestUnreadable";
}
