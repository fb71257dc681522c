using ClrEngine.Data.Images;
using SkiaSharp;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>Two trainings at once, each on one thread ÷ one after the other.</summary>
internal static class SideBySide
{
    private const int Steps = 60;

    public static void Run(BenchmarkOptions options, Report report)
    {
        if (Environment.ProcessorCount < 2)
        {
            report.Note("two trainings at once want two processors");
            return;
        }
        TrainingData data = FashionSet.Made(12_800, 128, [1, 28, 28]);
        BenchmarkOptions one = options with { Threads = 1 };
        using Subject first = new(Network.Cnn.Make, data, 128, one), second = new(Network.Cnn.Make, data, 128, one);
        TurnsResult result = Turns.Run(options.Rounds, () => Parallel.Invoke(() => first.Train(Steps), () => second.Train(Steps)), () =>
        {
            first.Train(Steps);
            second.Train(Steps);
        });
        report.Row("two trainings at once ÷ one after the other, CNN, batch 128, 1 thread each", result, 1, 0.55);
    }
}

/// <summary>A folder of JPEGs of 500 × 375 that are decoded as they are learnt, at 224 × 224 ÷ torchvision's DataLoader with two workers; the same from a cache; and what memory it takes.</summary>
internal static class StreamedImages
{
    private const int Count = 1000, Names = 10, Width = 500, Height = 375, Side = 224, Batch = 64;

    private static readonly DataOptions Small = new() { ImageSize = new ImageSize(Side, Side) };

    public static void Run(BenchmarkOptions options, Report report)
    {
        string folder = Directory.CreateTempSubdirectory("clr-images-").FullName;
        try
        {
            string few = Path.Combine(folder, "few"), many = Path.Combine(folder, "many");
            Write(few, many);
            DecodeOnly(few, options, report);
            Memory("importing 10,000 JPEGs that stream, and an epoch of a small net: memory at most over an empty process", many, 500, report);
            Memory("the same of 1,000 that stay in memory as bytes", few, null, report);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In a process of its own: imports a folder, trains one epoch, and says how much memory it took.</summary>
    public static void Child(string folder, bool stream)
    {
        using (Tensor loaded = zeros(1)) loaded.add_(1);
        long before = Peak();
        TrainingData data = DataCatalog.Default.Load(folder, Small with { Stream = stream });
        using var subject = new Subject(SmallNet, data, Batch, new BenchmarkOptions());
        subject.Train(subject.Plan.StepsPerEpoch);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(Peak() - before) / 1048576.0}"));
    }

    private static nn.Module<Tensor, Tensor> SmallNet() => nn.Sequential(
        ("conv", nn.Conv2d(3, 8, 5, stride: 4)), ("relu", nn.ReLU()), ("pool", nn.AdaptiveAvgPool2d([4, 4])), ("flatten", nn.Flatten()), ("output", nn.Linear(8 * 4 * 4, 2)));

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void DecodeOnly(string folder, BenchmarkOptions options, Report report)
    {
        TrainingData data = DataCatalog.Default.Load(folder, Small with { Stream = true });
        using var set = new StreamedSet(data.Train, null, CPU);
        var plan = new BatchPlan(set.Count, Batch, 0);
        if (PythonPeer.Seconds(PythonPeer.Images, folder) is null)
        {
            report.Row("JPEGs of 500 × 375 decoded to 224 × 224, an image (no torchvision for python3 here to compare with)", Epoch(set, plan) * 1000, "ms");
            return;
        }
        TurnsResult result = Turns.Run(options.Rounds, () => Epoch(set, plan), () => PythonPeer.SecondsAgain(PythonPeer.Images, folder));
        report.Row("JPEGs of 500 × 375 decoded to 224 × 224 ÷ torchvision's DataLoader with two workers (an image)", result, 1, 0.65);
        using var cached = new StreamedSet(DataCatalog.Default.Load(folder, Small with { Stream = true, Cache = true }).Train, null, CPU);
        report.Row("the same from a cache ÷ decoded (an image)", Turns.Run(options.Rounds, () => Epoch(cached, plan), () => Epoch(set, plan)), 1);
    }

    // Seconds an image.
    private static double Epoch(StreamedSet set, BatchPlan plan)
    {
        long start = Stopwatch.GetTimestamp();
        for (long step = 0; step < plan.StepsPerEpoch; step++)
        {
            using var scope = NewDisposeScope();
            Batch batch = plan.At(step);
            set.Gather(batch.Order, batch.Start, batch.Count);
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds / set.Count;
    }

    private static void Memory(string what, string folder, double? aim, Report report)
    {
        (int code, string output) = PythonPeer.Run(Environment.ProcessPath!, ["--child", folder, (aim is not null).ToString()]);
        if (code != 0) throw new InvalidOperationException($"The process that measures memory ended with {code}.");
        report.Row(what, double.Parse(output, CultureInfo.InvariantCulture), "MiB", aim);
    }

    // Noise over a gradient, as much to decode as a photograph; each under ten names for the larger folder.
    private static void Write(string few, string many)
    {
        SkiaLibrary.EnsureLoaded();
        var random = new Random(0);
        foreach (string name in (string[])["a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(few, name));
            Directory.CreateDirectory(Path.Combine(many, name));
        }
        using var bitmap = new SKBitmap(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = new byte[Width * Height * 4];
        for (int i = 0; i < Count; i++)
        {
            for (int p = 0; p < pixels.Length; p++)
                pixels[p] = (byte)((p / 4 % Width / 4) + (p / 4 / Width / 4) + random.Next(40) + (i % 2 * 20));
            System.Runtime.InteropServices.Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
            using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
            byte[] file = jpeg.ToArray();
            string name = i % 2 == 0 ? "a" : "b";
            File.WriteAllBytes(Path.Combine(few, name, $"{i}.jpg"), file);
            for (int copy = 0; copy < Names; copy++)
                File.WriteAllBytes(Path.Combine(many, name, $"{i}-{copy}.jpg"), file);
        }
    }
}

/// <summary>Tables whose numbers lie on the disk ÷ in memory, and ten times as many rows.</summary>
internal static class StreamedTables
{
    private const int Columns = 50, Rows = 400_000, Batch = 256;

    public static void Run(BenchmarkOptions options, Report report)
    {
        string folder = Directory.CreateTempSubdirectory("clr-tables-").FullName;
        try
        {
            TrainingData kept = Load(Rows, stream: false), streamed = Load(Rows, stream: true), few = Load(Rows / 10, stream: true);
            using Subject fromMemory = Make(kept), fromDisk = Make(streamed), tenth = Make(few);
            TurnsResult result = Turns.Run(options.Rounds, () => fromDisk.Train(fromDisk.Plan.StepsPerEpoch), () => fromMemory.Train(fromMemory.Plan.StepsPerEpoch));
            report.Row($"epoch over a table of {Rows:N0} × {Columns} on the disk ÷ in memory, MLP, batch {Batch}", result, 1);
            result = Turns.Run(options.Rounds, () => fromDisk.Train(fromDisk.Plan.StepsPerEpoch), () => tenth.Train(tenth.Plan.StepsPerEpoch));
            report.Row("epoch over it ÷ over a tenth of its rows, both on the disk", result, 1, 11);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        TrainingData Load(int rows, bool stream)
        {
            string path = Path.Combine(folder, $"{rows}.csv");
            if (!File.Exists(path)) Write(path, rows);
            return DataCatalog.Default.Load(path, new DataOptions { Stream = stream });
        }

        Subject Make(TrainingData data) => new(() => Network.Perceptron(Columns, 64), data, Batch, options);
    }

    private static void Write(string path, int rows)
    {
        var random = new Random(0);
        string[] numbers = [.. Enumerable.Range(0, 4096).Select(_ => (random.NextDouble() - 0.5).ToString("F5", CultureInfo.InvariantCulture))];
        using StreamWriter table = File.CreateText(path);
        table.WriteLine(string.Join(',', Enumerable.Range(0, Columns).Select(static c => $"x{c}").Append("label")));
        for (int row = 0; row < rows; row++)
        {
            for (int c = 0; c < Columns; c++)
            {
                table.Write(numbers[random.Next(numbers.Length)]);
                table.Write(',');
            }
            table.WriteLine(row * 7L % 10);
        }
    }
}
