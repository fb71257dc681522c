using System.Text.Json.Nodes;
using ClrEngine.Training.Histories;

namespace ClrEngine.Tests.Json;

/// <summary>What is saved as JSON is read as it is, or refused by its place in the file.</summary>
public sealed class StrictJsonTests : IDisposable
{
    private const string Removed = "removed", Renamed = "renamed", Repeated = "repeated";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("schedule", "$.version", "3", "the version is 3, and this library reads versions 1 to 2")]
    [InlineData("schedule", "$.version", "-1", "the version is -1")]
    [InlineData("schedule", "$.version", "\"1\"", "\"1\" stands here; expected is a whole number")]
    [InlineData("schedule", "$.version", Removed, "missing")]
    [InlineData("schedule", "$.kind", "\"sawtooth\"", "no schedule of kind \"sawtooth\"")]
    [InlineData("schedule", "$.kind", "7", "expected is a text")]
    [InlineData("schedule", "$.kind", Renamed, "missing", "$.kind")]
    [InlineData("schedule", "$.steps", "-3", "at least 1")]
    [InlineData("schedule", "$.steps", "5.5", "5.5 stands here; expected is a whole number")]
    [InlineData("schedule", "$.steps", "1e99", "expected is a whole number")]
    [InlineData("schedule", "$.startFactor", "NaN", "no JSON")]
    [InlineData("schedule", "$.startFactor", "\"NaN\"", "\"NaN\" stands here; expected is a finite number")]
    [InlineData("schedule", "$.startFactor", "1e400", "expected is a finite number")]
    [InlineData("schedule", "$.startFactor", "0", "StartFactor is 0")]
    [InlineData("schedule", "$.schedule", "null", "null stands here")]
    [InlineData("schedule", "$.schedule.schedules", "[]", "Schedules is empty")]
    [InlineData("schedule", "$.schedule.schedules", "{}", "an object stands here; expected is a list")]
    [InlineData("schedule", "$.schedule.schedules[0]", "null", "null stands here")]
    [InlineData("schedule", "$.schedule.schedules[0].maxLr", "-0.1", "MaxLr is -0.1")]
    [InlineData("schedule", "$.schedule.schedules[0].maxLr", Removed, "missing")]
    [InlineData("schedule", "$.schedule.schedules[0].maxLr", Repeated, "twice")]
    [InlineData("schedule", "$.schedule.schedules[0].maxLr", Renamed, "no such field", "$.schedule.schedules[0].Renamed")]
    [InlineData("schedule", "$.schedule.schedules[0].mode", "\"triangular\"", "expected is one of Triangular, Triangular2")]
    [InlineData("schedule", "$.schedule.schedules[0].cycleLimit", "0", "CycleLimit is 0")]
    [InlineData("schedule", "$.schedule.schedules[0].scaleFunction.text", "\"\"", "the script cannot be read")]
    [InlineData("schedule", "$.schedule.schedules[0].scaleFunction.text", "\"\\ud800\"", "no JSON")]
    [InlineData("schedule", "$.schedule.schedules[2].learningRate", "[0.1]", "a list stands here; expected is a finite number")]
    [InlineData("schedule", "$.schedule.boundaries[1]", "40", "which is not above", "$.schedule")]
    [InlineData("test", "$.format", "\"clr-training-history\"", "\"clr-range-test\"")]
    [InlineData("test", "$.format", Removed, "missing")]
    [InlineData("test", "$.version", "4", "the version is 4, and this engine reads 1 to 3: use a newer engine")]
    [InlineData("test", "$.version", "0", "the version is 0")]
    [InlineData("test", "$.version", "1", "the version is 1")]
    [InlineData("test", "$.test", "null", "null stands here")]
    [InlineData("test", "$.test", Repeated, "twice")]
    [InlineData("test", "$.test.points", "null", "null stands here; expected is a list")]
    [InlineData("test", "$.test.points[1]", "null", "null stands here")]
    [InlineData("test", "$.test.points[1]", Repeated, "expected is 2", "$.test.points[2].step")]
    [InlineData("test", "$.test.points[0]", Removed, "expected is 0", "$.test.points[0].step")]
    [InlineData("test", "$.test.points[1].step", "-1", "-1 stands here; expected is a whole number of at least 0")]
    [InlineData("test", "$.test.points[1].loss", "NaN", "no JSON")]
    [InlineData("test", "$.test.points[1].loss", "Infinity", "no JSON")]
    [InlineData("test", "$.test.points[1].loss", "\"nan\"", "\"nan\" stands here; expected is a number, or \"NaN\"")]
    [InlineData("test", "$.test.points[1].loss", Removed, "the field loss is missing")]
    [InlineData("test", "$.test.points[1].loss", Renamed, "no such field", "$.test.points[1].Renamed")]
    [InlineData("test", "$.test.points[1].learningRate", "\"NaN\"", "expected is a finite number of at least 0")]
    [InlineData("test", "$.test.points[0].accuracy", "100.5", "expected is a finite number from 0 to 100")]
    [InlineData("test", "$.test.options.iterations", "1", "Iterations is 1")]
    [InlineData("test", "$.test.options.smoothFactor", "2", "SmoothFactor is 2")]
    [InlineData("test", "$.test.options.groups[1].startLr", "-1e-6", "expected is a finite number above 0")]
    [InlineData("test", "$.test.run.batchSize", "-64", "at least 0")]
    [InlineData("test", "$.test.run.batchSize", "99999999999", "expected is a whole number")]
    [InlineData("test", "$.test.run.learning", "{\"a\":1,\"a\":2}", "twice", "$.test.run.learning.a")]
    [InlineData("test", "$.test.trials[0].steps", "0", "at least 1")]
    [InlineData("test", "$.test.repeats[0].points[2].smoothedLoss", "{}", "an object stands here")]
    [InlineData("test", "$.test.stopReason", "1", "1 stands here; expected is one of Completed, Diverged")]
    [InlineData("history", "$.version", "3", "use a newer engine")]
    [InlineData("history", "$.history", "[]", "a list stands here; expected is an object")]
    [InlineData("history", "$.history.epochs[0].epoch", "0", "at least 1")]
    [InlineData("history", "$.history.epochs[0].epoch", "2", "expected is 1")]
    [InlineData("history", "$.history.epochs[1].step", "-46", "at least 0")]
    [InlineData("history", "$.history.epochs[1].step", "22", "fewer than the 23")]
    [InlineData("history", "$.history.epochs[0]", Repeated, "expected is 2", "$.history.epochs[1].epoch")]
    [InlineData("history", "$.history.epochs[1].trainAccuracy", Removed, "missing")]
    [InlineData("history", "$.history.epochs[0].seconds", "\"Infinity\"", "a finite number of at least 0")]
    [InlineData("history", "$.history.cycles[0].swaAccuracy", "-1", "from 0 to 100")]
    [InlineData("history", "$.history.cycles[0].swaAccuracy", Removed, "missing")]
    [InlineData("history", "$.history.status", "\"completed\"", "expected is one of Completed")]
    [InlineData("history", "$.history.run.schedule", "null", "expected is the schedule")]
    [InlineData("history", "$.history.run.schedule.version", "9", "the version is 9")]
    [InlineData("history", "$.history.run.schedule.schedule.kind", "\"x\"", "no schedule of kind")]
    [InlineData("history", "$.history.run.schedule.schedule.baseLr", "0.2", "must be below MaxLr")]
    [InlineData("history", "$.history.run.stepsPerEpoch", "-1", "at least 0")]
    [InlineData("history", "$.history.run.model", Renamed, "no such field", "$.history.run.Renamed")]
    [InlineData("history", "$.history.run.model", "{\"a\":[1,\"\\udc00\"]}", "no JSON", "$.history.run.model.a[1]")]
    [InlineData("history", "$.history.command", "5", "expected is a text or null")]
    [InlineData("bounds", "$.version", "2", "the version is 2, and this engine reads 1 to 1")]
    [InlineData("bounds", "$.bounds.maxLr", "0.001", "must be below MaxLr", "$.bounds.baseLr")]
    [InlineData("bounds", "$.bounds.maxLr", "\"NaN\"", "a finite number above 0")]
    [InlineData("bounds", "$.bounds.baseLr", "-0.01", "above 0")]
    [InlineData("bounds", "$.bounds.baseLr", Removed, "missing")]
    [InlineData("bounds", "$.bounds.stepsPerEpoch", "-23", "at least 0")]
    [InlineData("bounds", "$.bounds.method", "\"Best\"", "expected is one of")]
    [InlineData("bounds", "$.bounds.groups[1]", "null", "null stands here")]
    [InlineData("bounds", "$.bounds.spread.repeats", "-3", "at least 0")]
    [InlineData("bounds", "$.bounds.reasons[0]", "null", "null stands here; expected is a text")]
    [InlineData("bounds", "$.bounds.confidence", Repeated, "twice")]
    [InlineData("state", "$.FormatVersion", "3", "the format version 3", "'run' has")]
    [InlineData("state", "$.FormatVersion", Removed, "missing")]
    [InlineData("state", "$.Progress.Step", "-1", "at least 0")]
    [InlineData("state", "$.Progress.Epochs[0]", Repeated, "expected is 2", "$.Progress.Epochs[1].Epoch")]
    [InlineData("state", "$.Progress.Epochs", "null", "expected is a list")]
    [InlineData("state", "$.Progress.Epoch.Steps", Renamed, "no such field", "$.Progress.Epoch.Renamed")]
    [InlineData("state", "$.Progress.Cycles[0].Cycle", "0", "at least 1")]
    [InlineData("state", "$.Run", "[]", "expected is an object")]
    [InlineData("state", "$.Run.Seed", Repeated, "twice")]
    [InlineData("state", "$.Snapshots[0].Sha256", "null", "expected is a text")]
    [InlineData("model", "$.FormatVersion", "7", "format version 7", "'model' was written by another version of this program, of")]
    [InlineData("model", "$.InputShape[1]", "0", "at least 1")]
    [InlineData("model", "$.InputShape", "[]", "the list is empty")]
    [InlineData("model", "$.Outputs", "-2", "at least 1")]
    [InlineData("model", "$.Means", "[0.5]", "1 mean for 2 channels")]
    [InlineData("model", "$.StandardDeviations[0]", "0", "above 0")]
    [InlineData("model", "$.StandardDeviations[0]", "\"NaN\"", "above 0")]
    [InlineData("model", "$.TargetMeans", Removed, "missing")]
    [InlineData("model", "$.TargetDeviations[1]", "-1", "above 0")]
    [InlineData("model", "$.Classes", "[\"a\",\"a\"]", "the same name")]
    [InlineData("model", "$.Run.Model", "null", "expected is the model's name")]
    [InlineData("model", "$.Kind", Renamed, "no such field", "$.Renamed")]
    public void What_cannot_be_is_refused_by_its_path_and_by_what_is_expected(string kind, string path, string change, string words, string? at = null)
    {
        (string text, Func<string, string> again) = SavedTexts.Kinds[kind];
        string changed = change switch
        {
            Removed => JsonEdit.Remove(text, path),
            Renamed => JsonEdit.Rename(text, path, "Renamed"),
            Repeated => JsonEdit.Repeat(text, path),
            _ => JsonEdit.Replace(text, path, change),
        };

        string message = Refusal(() => again(changed));

        Assert.Contains(at is { } start && start[0] == '\'' ? start : $" {at ?? path}: ", " " + message.Replace('(', ' '), StringComparison.Ordinal);
        Assert.Contains(words, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{0} x")]
    [InlineData("{0}{0}")]
    [InlineData("{0},")]
    [InlineData("// mine\n{0}")]
    [InlineData("/* mine */ {0}")]
    [InlineData("[{0}]")]
    [InlineData("\"a text\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"ab\": 1,}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("\ud800")]
    public void A_text_that_is_none_is_refused_whatever_its_kind(string form) => Assert.All(
        SavedTexts.Kinds.Values,
        kind => Assert.Contains("$", Refusal(() => kind.Again(form.Replace("{0}", kind.Text, StringComparison.Ordinal))), StringComparison.Ordinal));

    [Fact]
    public void Deep_nesting_is_refused_and_not_followed() => Assert.All(
        SavedTexts.Kinds.Values,
        kind => Assert.Contains("depth", Refusal(() => kind.Again("{\"version\":" + new string('[', 1_000_000))), StringComparison.Ordinal));

    [Fact]
    public void Files_are_read_with_a_mark_of_their_encoding_and_are_no_other_than_UTF_8_and_not_longer_than_any()
    {
        (string Name, Func<string, object> Read)[] readers = [("schedule", static path => ScheduleFile.Read(path, static _ => static c => 1 / c)), ("test", LrRangeTestJson.FromFile), ("history", static path => TrainingHistoryFile.Read(path))];
        foreach ((string name, Func<string, object> read) in readers)
        {
            string text = SavedTexts.Kinds[name].Text, path = _folder.At($"{name}.json");
            File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            read(path);
            foreach (Encoding encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
            {
                File.WriteAllText(path, text, encoding);
                Assert.Contains("UTF-8", Refusal(() => _ = read(path)), StringComparison.Ordinal);
            }
            File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(text.TrimEnd()[..^1]), (byte)'"', 0xFC, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
            Assert.Contains("UTF-8", Refusal(() => _ = read(path)), StringComparison.Ordinal);
            using (FileStream file = File.OpenWrite(path))
                file.SetLength(1L << 30);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains("longer than", Refusal(() => _ = read(path)), StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 20);
        }
    }

    [Fact]
    public void Every_text_reads_as_it_was_written() => Assert.All(SavedTexts.Kinds.Values, static kind => Assert.Equal(kind.Text, kind.Again(kind.Text)));

    [Fact]
    public void Fields_may_stand_in_any_order() => Assert.All(SavedTexts.Kinds.Values, static kind =>
    {
        string turned = Turned(JsonNode.Parse(kind.Text))!.ToJsonString();
        Assert.True(SavedTexts.SayTheSame(kind.Text, kind.Again(turned)));
    });

    [Fact]
    public void Bounds_that_were_written_before_they_had_a_format_are_read()
    {
        LrBounds read = LrBoundsJson.FromJson("""{"BaseLr":0.01,"MaxLr":0.1,"SteepestLr":0.02,"LowestLossLr":"NaN","Run":{"Model":"mlp","SampleCount":0,"BatchSize":64,"StepsPerEpoch":23,"Seed":-7,"Schedule":null,"Cycles":"None","Learning":null},"StepsPerEpoch":23,"Groups":[],"Reasons":[],"Confidence":"High","Warnings":[],"FallToNoise":"Infinity","Spread":null,"Method":"Balanced"}""");
        Assert.Equal((0.1, "mlp", -7, SuggestionConfidence.High), (read.MaxLr, read.Run?.Model, read.Run?.Seed, read.Confidence));
    }

    [Fact]
    public void Schedules_are_written_no_deeper_than_they_are_read()
    {
        ILrSchedule schedule = new ConstantSchedule(0.1);
        int depth = 0;
        string? deepest = null;
        Assert.Throws<ScheduleNotSaveableException>(() =>
        {
            for (; depth < 1000; depth++)
            {
                deepest = ScheduleJson.Write(schedule);
                schedule = new JoinedSchedule([schedule, new ConstantSchedule(0.1)], [5]);
            }
        });
        Assert.InRange(depth, 100, 200);
        Assert.Equal(deepest, ScheduleJson.Write(ScheduleJson.Read(deepest!)));
        var history = Training.Histories.TrainingHistoryFileTests.Sample();
        string json = TrainingHistoryJson.ToJson(history with { Run = history.Run with { Schedule = ScheduleJson.Read(deepest!) } });
        Assert.Equal(json, TrainingHistoryJson.ToJson(TrainingHistoryJson.FromJson(json)));
    }

    private static JsonNode? Turned(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Reverse().Select(static field => KeyValuePair.Create(field.Key, field.Key == "learning" ? field.Value?.DeepClone() : Turned(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Turned)]),
        _ => node?.DeepClone(),
    };

    private static string Refusal(Action read)
    {
        Exception? error = Record.Exception(read);
        Assert.True(error is IClrError, error?.ToString() ?? "It is read.");
        return error!.Message;
    }
}
