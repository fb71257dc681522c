using System.Runtime.CompilerServices;
using System.Text.Json;
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
