using System.Security.Cryptography;
using ClrEngine.Numerics;
using ClrEngine.Tests.Json;
using ClrEngine.Tests.Training;
using ClrEngine.Tests.Training.Checkpoints;
using ClrEngine.Tests.Training.Histories;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;

namespace ClrEngine.Tests.Data.Fuzzing;

/// <summary>The readers of what a run leaves behind.</summary>
public sealed class StateFuzzTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_reader_of_training_histories_survives_damage() =>
        Text(static json => TrainingHistoryJson.FromJson(json, static _ => static c => 1 / c), TrainingHistoryJson.ToJson(TrainingHistoryFileTests.Sample()));

    [Fact]
    public void The_reader_of_schedules_survives_damage() => Text(
        static json => ScheduleJson.Read(json, static _ => static c => 1 / c),
        ScheduleJson.Write(new CyclicSchedule(0.01, 0.1, 4, scaleFunction: new ScaleFunction(static c => 1 / c, text: "1 / $_"))),
        ScheduleJson.Write(new WarmupSchedule(new OneCycleSchedule(0.1, 100), 5)),
        ScheduleJson.Write(new GroupedSchedule([new ConstantSchedule(0.1), new CosineWarmRestartsSchedule(0.1, 20)])));

    [Fact]
    public void The_reader_of_range_tests_survives_damage() => Text(
        static json => LrRangeTestJson.FromJson(json),
        LrRangeTestJson.ToJson(new LrRangeTestResult
        {
            Points = [new LrRangeTestPoint(0, 1e-7, 2.3, 2.3), new LrRangeTestPoint(1, 10, double.NaN, 2.4) { Accuracy = 50 }],
            Options = new LrRangeTestOptions(),
            StopReason = RangeTestStopReason.Diverged,
        }));

    // The checksums are made to fit: what is behind them is as hostile as it gets.
    [Fact]
    public void The_reader_of_checkpoints_survives_damage()
    {
        var options = new CheckpointOptions { Path = Path.Combine(_folder.Path, "run") };
        Runs.Train(new QuadraticLearner(), options, epochs: 2);
        string[] names = [CheckpointFiles.State, CheckpointFiles.Model, CheckpointFiles.Optimizer];
        string good = Directory.GetDirectories(options.Path, "step-*").Max()!, bad = Path.Combine(_folder.Path, "bad");
        Directory.CreateDirectory(bad);
        ReaderFuzz.Run(
            [[.. names.Select(name => File.ReadAllBytes(Path.Combine(good, name)))]],
            (files, _) =>
            {
                for (int i = 0; i < names.Length; i++)
                    File.WriteAllBytes(Path.Combine(bad, names[i]), files[i]);
                File.WriteAllLines(Path.Combine(bad, CheckpointFiles.Checksums), names.Select((name, i) => $"{Convert.ToHexString(SHA256.HashData(files[i])).ToLowerInvariant()}  {name}"));
                CheckpointReader.Read(bad);
            });
    }

    [Fact]
    public void The_reader_of_trained_models_survives_damage()
    {
        string path = Path.Combine(_folder.Path, "model.safetensors");
        var info = new TrainedModelInfo
        {
            Run = Runs.Description with { Model = "mlp:2" },
            InputShape = [2],
            Outputs = 2,
            Classes = ["a", "b"],
            Means = [0, 0],
            StandardDeviations = [1, 1],
            Step = 1,
            Kind = TrainedModelKind.Best,
        };
        TrainedModelFile.Write(path, [new StateTensor("model.weight", TensorType.Float32, [2, 2], new byte[16])], info);
        ReaderFuzz.Run(
            [[File.ReadAllBytes(path)]],
            (files, _) =>
            {
                File.WriteAllBytes(path, files[0]);
                TrainedModelFile.Read(path);
            });
    }

    [Theory]
    [InlineData("schedule")]
    [InlineData("test")]
    [InlineData("history")]
    [InlineData("bounds")]
    [InlineData("state")]
    [InlineData("model")]
    public void Any_change_of_a_text_is_refused_by_a_path_or_kept(string kind)
    {
        (string text, Func<string, string> again) = SavedTexts.Kinds[kind];
        long seed = ReaderFuzz.Setting("CLR_FUZZ_SEED", 1), count = ReaderFuzz.Setting("CLR_FUZZ_COUNT", 2000);
        IReadOnlyList<string> places = JsonEdit.Places(text);
        long refused = 0;
        for (long number = 0; number < count; number++)
        {
            string changed = Changed(new SeededRandom(seed, number), text, places), written;
            try
            {
                written = again(changed);
            }
            catch (Exception error) when (error is IClrError)
            {
                Assert.True(error.Message.Contains('$'), $"Text {number} of seed {seed} is refused without a path: {error.Message}");
                refused++;
                continue;
            }
            Assert.True(SavedTexts.SayTheSame(changed.TrimStart('\ufeff'), written), $"Text {number} of seed {seed} is read as another:\n{changed}\n{written}");
        }
        Assert.InRange(refused, count / 2, count);
    }

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1", "2", "1.5", "-1e-300", "1e308", "1e400", "100.5", "2147483648", "9223372036854775807", "99999999999999999999", "NaN", "-Infinity", "\"NaN\"", "\"\"", "\"1\"",
        "\"\\ud83d\"", "\"\\u0000\"", "[]", "[null]", "{}", "{\"version\":1}", "/* mine */ 1", "'1'", "01", "+1", "0x1", "1,", "[[[[[[[[]]]]]]]]", "{0} {0}", "[{0}]", "{\"a\": {0}}", "{0}, \"unknown\": 1",
    ];

    private static string Changed(SeededRandom random, string text, IReadOnlyList<string> places)
    {
        string place = places[random.NextInt(places.Count)];
        switch (random.NextInt(10))
        {
            case 0 or 1:
                return JsonEdit.Remove(text, place);
            case 2:
                return JsonEdit.Repeat(text, place);
            case 3 when !place.EndsWith(']'):
                string name = place[(place.LastIndexOf('.') + 1)..];
                return JsonEdit.Rename(text, place, new[] { name.ToUpperInvariant(), name + "s", "", "\\ud800", "schedule", "version" }[random.NextInt(6)]);
            case 4:
                // What stands at another place.
                string other = places[random.NextInt(places.Count)];
                return JsonEdit.Replace(text, place, JsonEdit.At(text, other));
            case 5 when random.NextInt(4) == 0:
                return random.NextInt(3) switch { 0 => text[..random.NextInt(text.Length)], 1 => "\ufeff" + text, _ => text + "]" };
            default:
                return JsonEdit.Replace(text, place, Values[random.NextInt(Values.Length)]);
        }
    }

    private static void Text(Action<string> read, params string[] texts) => ReaderFuzz.Run(
        [.. texts.Select(text => new[] { Encoding.UTF8.GetBytes(text) })],
        (files, _) => read(Encoding.UTF8.GetString(files[0])));
}
