namespace ClrBenchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    public static string Usage => $"""
        ClrBenchmarks [NAME...] [--device cpu|cuda] [--data FOLDER] [--rounds N] [--threads N] [--steps N] [--precision P] [--history FILE]

        NAME       all if omitted: {string.Join(", ", BenchmarkCatalog.Names)}
        --device   where to run (cpu)
        --data     the folder of Fashion-MNIST's IDX files ({FashionSet.DefaultFolder}); made numbers of the same shape where it is absent
        --rounds   how often two things are run in turn (3)
        --threads  threads of one operation on the CPU (as many as the work of a step occupies)
        --steps    steps of the memory benchmark (1000000)
        --precision  float32 or bfloat16, of the engine's side (float32)
        --history  a table that the results are added to, with version and time
        """;

    public IReadOnlyList<string> Names { get; init; } = [];

    public string Device { get; init; } = "cpu";

    public string Data { get; init; } = FashionSet.DefaultFolder;

    public int Rounds { get; init; } = 3;

    public int? Threads { get; init; }

    public int Steps { get; init; } = 1_000_000;

    public Precision Precision { get; init; }

    public string? History { get; init; }

    /// <summary>Reads the command line; null where it cannot be understood.</summary>
    public static BenchmarkOptions? Parse(string[] arguments)
    {
        var options = new BenchmarkOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                if (!BenchmarkCatalog.Names.Contains(arguments[i]))
                    return null;
                options = options with { Names = [.. options.Names, arguments[i]] };
                continue;
            }
            if (i + 1 == arguments.Length || With(options, arguments[i], arguments[++i]) is not { } read)
                return null;
            options = read;
        }
        return options;
    }

    private static BenchmarkOptions? With(BenchmarkOptions options, string name, string value) => name switch
    {
        "--device" => options with { Device = value },
        "--data" => options with { Data = value },
        "--rounds" when Whole(value) is { } rounds => options with { Rounds = rounds },
        "--threads" when Whole(value) is { } threads => options with { Threads = threads },
        "--steps" when Whole(value) is { } steps => options with { Steps = steps },
        "--precision" when Enum.TryParse(value, ignoreCase: true, out Precision precision) && precision is Precision.Float32 or Precision.BFloat16 => options with { Precision = precision },
        "--history" => options with { History = value },
        _ => null,
    };

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}

/// <summary>The benchmarks by name.</summary>
internal static class BenchmarkCatalog
{
    private static readonly (string Name, Action<BenchmarkOptions, Report> Run)[] All =
    [
        ("floor", EpochOverFloor.Run),
        ("anatomy", Anatomy.Run),
        ("handwritten", EpochOverHandWritten.Run),
        ("rangetest", RangeTestOverSteps.Run),
        ("optimizer", OptimizerOverTorchSharp.Run),
        ("schedule", ScheduleOverTorchSharp.Run),
        ("growth", Growth.Run),
        ("beside", SideBySide.Run),
        ("images", StreamedImages.Run),
        ("tables", StreamedTables.Run),
        ("startup", StartUp.Run),
        ("memory", MemoryOverSteps.Run),
    ];

    public static IReadOnlyList<string> Names => All.Select(b => b.Name).ToArray();

    /// <summary>Runs those that the options name, or all.</summary>
    public static void Run(BenchmarkOptions options, Report report)
    {
        foreach ((string name, Action<BenchmarkOptions, Report> run) in All)
        {
            if (options.Names.Count == 0 || options.Names.Contains(name))
                run(options, report);
        }
    }
}
