using System.Security.Cryptography;
using System.Text;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrEngine.Tests.Torch.Native;
using ClrEngine.Tests.Training;
using ClrEngine.Tests.Training.Checkpoints;
using ClrEngine.Tests.Training.Histories;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;

namespace ClrEngine.Tests.Data.Fuzzing;

/// <summary>The readers of what a run leaves behind.</summary>
public sealed class StateFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

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

    private static void Text(Action<string> read, params string[] texts) => ReaderFuzz.Run(
        [.. texts.Select(text => new[] { Encoding.UTF8.GetBytes(text) })],
        (files, _) => read(Encoding.UTF8.GetString(files[0])));
}
