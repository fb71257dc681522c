using System.Text.Json;
using System.Text.Json.Serialization;
using ClrEngine.Json;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrEngine.Training.Formats;

namespace ClrEngine.RangeTest;

/// <summary>
/// The JSON form of a range test: a curve measured on one machine is read on another, bit for bit. Reading is strict: a member
/// that is missing or unknown, or a value that no test can have, is an error and never a default.
/// </summary>
public static class LrRangeTestJson
{
    internal static readonly JsonSerializerOptions Options = new(SavedDocument.Usual) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly SavedDocument Saved = new("clr-range-test", "test", 3, Options);

    /// <summary>Writes a range test.</summary>
    /// <param name="test">The test.</param>
    /// <returns>JSON, indented.</returns>
    public static string ToJson(LrRangeTestResult test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return Saved.Write(test);
    }

    /// <summary>Reads a range test.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="RangeTestFormatException">The text is no range test, or one of a later version; the message names the place in it.</exception>
    public static LrRangeTestResult FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(() => StrictJson.Bytes(json));
    }

    /// <summary>Reads a range test from a file.</summary>
    /// <param name="path">A file with what <see cref="ToJson"/> wrote.</param>
    /// <exception cref="RangeTestFormatException">The file holds no range test, or one of a later version; the message names the place in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LrRangeTestResult FromFile(string path)
    {
        Require.Exists(path, "the file of a range test");
        return Read(() => StrictJson.File(path, SavedDocument.Longest), $"'{path}'");
    }

    private static LrRangeTestResult Read(Func<byte[]> json, string subject = "This")
    {
        try
        {
            return Saved.Read<LrRangeTestResult>(json());
        }
        catch (JsonFault fault)
        {
            throw new RangeTestFormatException($"{subject} is no range test that can be read: {fault.Message} Give a file that Export-LrRangeTest wrote.", fault);
        }
    }
}

/// <summary>The JSON form of suggested bounds, which copies of them carry; read as strictly as range tests.</summary>
public static class LrBoundsJson
{
    /// <summary>The name of the format, which stands in every text.</summary>
    public const string Format = "clr-bounds";

    private static readonly SavedDocument Saved = new(Format, "bounds", 1, LrRangeTestJson.Options);

    // Before they had a format, bounds were written by the names of their properties alone.
    private static readonly JsonSerializerOptions Headless = new(LrRangeTestJson.Options) { PropertyNamingPolicy = null };

    /// <summary>Writes bounds.</summary>
    public static string ToJson(LrBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        return Saved.Write(bounds);
    }

    /// <summary>Reads what <see cref="ToJson"/> gave.</summary>
    /// <exception cref="RangeTestFormatException">The text holds no bounds, or those of a later version; the message names the place in it.</exception>
    public static LrBounds FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return json.Contains("\"format\"", StringComparison.Ordinal)
                ? Saved.Read<LrBounds>(StrictJson.Bytes(json))
                : (LrBounds)new StrictJson(StrictJson.Bytes(json)).Read(new JsonMember("", typeof(LrBounds)), new JsonSchema(Headless))!;
        }
        catch (JsonFault fault)
        {
            throw new RangeTestFormatException($"These are no bounds that can be read: {fault.Message} Give bounds that Get-SuggestedLrBounds gave.", fault);
        }
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
