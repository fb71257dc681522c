using System.Runtime.CompilerServices;
using System.Text.Json;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;

namespace ClrFigures.Tests.Recorded;

/// <summary>Real results, recorded.</summary>
internal static class Recording
{
    public static LrRangeTestResult RangeTest { get; } = LrRangeTestJson.FromJson(Read("range-test.json"));

    public static IReadOnlyList<LrBounds> AllBounds { get; } =
        [.. Enum.GetValues<SuggestionMethod>().Select(method => LrBoundsSuggester.Suggest(RangeTest, method)).OfType<LrBounds>()];

    public static TrainingHistory Triangular { get; } = History("triangular.json", CyclicMode.Triangular);

    public static TrainingHistory Triangular2 { get; } = History("triangular2.json", CyclicMode.Triangular2);

    public static TrainingHistory ExpRange { get; } = History("exp-range.json", CyclicMode.ExpRange, 0.997);

    /// <summary>The test of docs/figures.md: mlp:8 after four epochs.</summary>
    public static TrainedModelScore Score { get; } = Sample.Score(
        [
            [31, 0, 0, 0, 3, 1, 1, 0, 0, 0], [0, 35, 0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 32, 2, 0, 0, 0, 0, 1, 0], [0, 0, 1, 34, 0, 0, 0, 0, 1, 1], [0, 1, 0, 0, 35, 0, 0, 0, 0, 0],
            [0, 0, 1, 0, 0, 35, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 35, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0, 33, 1, 1], [0, 4, 0, 0, 0, 1, 0, 0, 28, 2], [0, 2, 0, 1, 0, 0, 0, 0, 0, 33],
        ],
        static digit => $"{digit}",
        "mlp:8",
        loss: 0.2759);

    private static TrainingHistory History(string file, CyclicMode mode, double gamma = 1) => new()
    {
        Epochs = JsonSerializer.Deserialize<EpochRecord[]>(Read(file))!,
        Status = TrainingStatus.Completed,
        Run = new()
        {
            Schedule = new CyclicSchedule(0.007565, 0.04109, 92, mode: mode, gamma: gamma),
            StepsPerEpoch = 23,
            BatchSize = 64,
            Model = "mlp:256,128",
            Data = "digits",
        },
    };

    private static string Read(string file, [CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, file));
}
