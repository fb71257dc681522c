using System.Collections.Immutable;
using ClrEngine.Torch.Losses;

namespace ClrRegret;

/// <summary>The tasks of the benchmark. A rule is chosen on the families of the first half and reported on those of the second.</summary>
internal static class RegretTasks
{
    /// <summary>Where the Debian package dataset-fashion-mnist puts the files; the environment variable FASHION_MNIST names another folder.</summary>
    private static readonly string FashionFolder = Environment.GetEnvironmentVariable("FASHION_MNIST") ?? "/usr/share/datasets/fashion-mnist";

    private static readonly Dictionary<string, TrainingData> Made = [];

    private static readonly OptimizerOptions
        Sgd = new(),
        Nesterov = new() { Nesterov = true, WeightDecay = 5e-4 },
        Plain = new() { Momentum = 0, WeightDecay = 0 },
        Adam = new() { Kind = OptimizerKind.Adam },
        AdamW = new() { Kind = OptimizerKind.AdamW },
        Decayed = new() { Kind = OptimizerKind.AdamW, WeightDecay = 0.1 },
        RmsProp = new() { Kind = OptimizerKind.RMSprop };

    private static readonly LossOptions Weighted = new() { ClassWeights = ClassWeights.Balanced };

    public static IReadOnlyList<RegretTask> Design { get; } =
    [
        new("clusters", "2 classes, 300 rows", "mlp:32", s => GeneratedData.Clusters(s, 300, 10, 2, 1.6), Sgd, 16, 24),
        new("clusters", "5 classes, 2,000 rows", "mlp", s => GeneratedData.Clusters(s, 2_000, 20, 5, 2), Sgd, 64, 24),
        new("clusters", "20 classes, 6,000 rows", "mlp", s => GeneratedData.Clusters(s, 6_000, 40, 20, 2.6), Sgd, 64, 24),
        new("clusters", "50 classes, 10,000 rows, AdamW", "mlp", s => GeneratedData.Clusters(s, 10_000, 30, 50, 2), AdamW, 128, 12),
        new("imbalanced", "1:50, class weights", "mlp", s => GeneratedData.Clusters(s, 3_000, 12, 2, 0.9, shares: [50, 1]), Sgd, 64, 24) { Loss = Weighted },
        new("imbalanced", "1:20, AdamW", "mlp", s => GeneratedData.Clusters(s, 3_000, 12, 3, 1.2, shares: [20, 3, 1]), AdamW, 64, 24),
        new("Friedman 1", "1,000 rows", "mlp", s => GeneratedData.Friedman1(s, 1_000), Sgd, 64, 24),
        new("Friedman 1", "5,000 rows, AdamW", "mlp", s => GeneratedData.Friedman1(s, 5_000), AdamW, 64, 24),
        new("Friedman 1", "2,000 rows, deep", "mlp:64,64,64,64", s => GeneratedData.Friedman1(s, 2_000), Sgd, 32, 12),
        new("tables at hand", "iris", "mlp", s => Named("iris", s, 0.25), Sgd, 64, 24),
        new("tables at hand", "wine", "mlp:32", s => Named("wine", s, 0.5), Sgd, 16, 24),
        new("tables at hand", "breast-cancer, AdamW", "mlp:32", s => Named("breast-cancer", s, 0.5), AdamW, 32, 12),
        new("digits", "mlp", "mlp", s => Named("digits", s, 0.25), Sgd, 64, 24),
        new("digits", "narrow mlp, AdamW, batch 256", "mlp:32", s => Named("digits", s, 0.25), AdamW, 256, 24),
        new("digits", "cnn, AdamW", "cnn:16,32", s => Named("digits", s, 0.25), AdamW, 64, 6),
        new("digits", "cnn, 20 % wrong labels", "cnn:16,32", s => WrongLabels(Named("digits", s, 0.25), s), Sgd, 64, 12),
        new("depth and width", "8 layers of 64", "mlp:64,64,64,64,64,64,64,64", s => Named("digits", s, 0.25), Sgd, 64, 24),
        new("depth and width", "1 layer of 1,024", "mlp:1024", s => Named("digits", s, 0.25), Sgd, 64, 12),
        new("depth and width", "1 layer of 8", "mlp:8", s => Named("digits", s, 0.25), Sgd, 64, 24),
        new("Fashion-MNIST, parts", "10,000, mlp", "mlp", _ => Fashion(10_000, 5_000), Sgd, 128, 6),
        new("Fashion-MNIST, parts", "10,000, mlp, AdamW", "mlp", _ => Fashion(10_000, 5_000), AdamW, 128, 6),
        new("Fashion-MNIST, parts", "2,000, cnn", "cnn:16,32", _ => Fashion(2_000, 2_000), Sgd, 32, 6),
        new("Fashion-MNIST, parts", "600, resnet20", "resnet20", _ => Fashion(600, 500), Sgd, 64, 5),
    ];

    public static IReadOnlyList<RegretTask> HeldOut { get; } =
    [
        new("shapes", "3 spirals", "mlp", s => GeneratedData.Spirals(s, 1_500, 3), Sgd, 64, 24),
        new("shapes", "checkerboard", "mlp", s => GeneratedData.Checkerboard(s, 3_000, 2), Sgd, 64, 24),
        new("teachers", "10 classes, 8,000 rows, AdamW", "mlp", s => GeneratedData.Teacher(s, 8_000, 20, 10), AdamW, 64, 12),
        new("teachers", "30 classes, 4,000 rows, Nesterov", "mlp:128", s => GeneratedData.Teacher(s, 4_000, 25, 30), Nesterov, 32, 24),
        new("teachers", "4 classes, 20 % wrong labels", "mlp", s => GeneratedData.Teacher(s, 3_000, 16, 4, 0.2), Sgd, 64, 24),
        new("teachers", "8 classes, 40 % wrong labels, AdamW 0.1", "mlp", s => GeneratedData.Teacher(s, 3_000, 16, 8, 0.4), Decayed, 64, 24),
        new("text", "next of 28, 8 before", "mlp", s => GeneratedData.NextLetter(s, 6_000, 28, 8), Sgd, 64, 24),
        new("text", "next of 28, 4 before, AdamW", "mlp", s => GeneratedData.NextLetter(s, 4_000, 28, 4), AdamW, 64, 12),
        new("text", "next of 12, 5 before, RMSprop", "mlp:64", s => GeneratedData.NextLetter(s, 3_000, 12, 5), RmsProp, 32, 12),
        new("series", "1 ahead", "mlp", s => GeneratedData.Series(s, 3_000, 24, 1, 0.2), Sgd, 64, 24),
        new("series", "3 ahead, AdamW", "mlp", s => GeneratedData.Series(s, 3_000, 32, 3, 0.3), AdamW, 64, 24),
        new("values", "linear, ±200", "mlp", s => GeneratedData.Linear(s, 2_000, 10), Sgd, 64, 24),
        new("values", "Friedman 2", "mlp", s => GeneratedData.Friedman2(s, 1_500), Sgd, 64, 24),
        new("values", "Friedman 3, Adam", "mlp", s => GeneratedData.Friedman3(s, 1_500), Adam, 64, 24),
        new("values", "prices", "mlp", s => GeneratedData.Prices(s, 6_000), Sgd, 64, 24),
        new("Fashion-MNIST, nets", "whole, mlp", "mlp", _ => Fashion(60_000, 10_000), Sgd, 128, 2),
        new("Fashion-MNIST, nets", "4,000, lenet", "lenet", _ => Fashion(4_000, 2_000), Sgd, 64, 6),
        new("Fashion-MNIST, nets", "3,000, cnn, AdamW", "cnn:16,32", _ => Fashion(3_000, 2_000), AdamW, 64, 4),
        new("Fashion-MNIST, nets", "800, resnet20, AdamW", "resnet20", _ => Fashion(800, 500), AdamW, 64, 4),
        new("batches", "digits, 8", "mlp", s => Named("digits", s, 0.25), Sgd, 8, 6),
        new("batches", "digits, 1,024", "mlp", s => Named("digits", s, 0.25), Sgd, 1024, 60),
        new("batches", "teacher, 1,024, AdamW", "mlp", s => GeneratedData.Teacher(s, 6_000, 20, 6), AdamW, 1024, 60),
        new("batches", "Fashion-MNIST, 16", "mlp:128", _ => Fashion(5_000, 2_000), Sgd, 16, 3),
        new("optimisers", "Adam", "mlp", s => Named("digits", s, 0.25), Adam, 64, 12),
        new("optimisers", "RMSprop", "mlp", s => Named("digits", s, 0.25), RmsProp, 64, 12),
        new("optimisers", "Nesterov", "mlp", s => Named("digits", s, 0.25), Nesterov, 64, 24),
        new("optimisers", "SGD without momentum", "mlp:64", s => GeneratedData.Clusters(s, 1_000, 8, 4, 1.5), Plain, 32, 24),
    ];

    /// <summary>Families that were written when the rule was chosen on all of those above.</summary>
    public static IReadOnlyList<RegretTask> Unseen { get; } =
    [
        new("waveforms", "90 rows", "mlp", s => GeneratedData.Waveforms(s, 90), Sgd, 16, 24),
        new("waveforms", "1,500 rows", "mlp", s => GeneratedData.Waveforms(s, 1_500), Sgd, 64, 24),
        new("waveforms", "2,500 rows, 30 % wrong labels, AdamW", "mlp:128,64", s => GeneratedData.Waveforms(s, 2_500, 0.3), AdamW, 32, 24),
        new("rings", "4 rings", "mlp:64", s => GeneratedData.Rings(s, 2_000, 4, 6), Sgd, 32, 24),
        new("rings", "6 rings, 5 layers of 32", "mlp:32,32,32,32,32", s => GeneratedData.Rings(s, 3_000, 6, 2), Sgd, 64, 30),
        new("rings", "3 rings, AdamW, batch 512", "mlp:512", s => GeneratedData.Rings(s, 4_000, 3, 10), AdamW, 512, 40),
        new("bits", "16 bits, Adam", "mlp:64", s => GeneratedData.Bits(s, 2_000, 16), Adam, 64, 24),
        new("bits", "12 bits", "mlp", s => GeneratedData.Bits(s, 5_000, 12), Sgd, 128, 12),
        new("motifs", "8 words", "mlp", s => GeneratedData.Motifs(s, 4_000, 8), Sgd, 64, 24),
        new("motifs", "4 words, Nesterov", "mlp:32", s => GeneratedData.Motifs(s, 1_000, 4), Nesterov, 32, 16),
        new("topics", "10 topics, RMSprop", "mlp:64", s => GeneratedData.Topics(s, 3_000, 10, 80), RmsProp, 32, 12),
        new("topics", "25 topics, class weights", "mlp", s => GeneratedData.Topics(s, 5_000, 25, 120), Sgd, 64, 24) { Loss = Weighted },
        new("stripes", "6 directions", "mlp", s => GeneratedData.Stripes(s, 2_500, 6), Sgd, 64, 24),
        new("stripes", "8 directions, cnn", "cnn:8,16", s => GeneratedData.AsImages(GeneratedData.Stripes(s, 1_500, 8), 12), Sgd, 32, 12),
        new("functions", "Ishigami, AdamW", "mlp:64,64", s => GeneratedData.Ishigami(s, 2_000), AdamW, 64, 24),
        new("functions", "three values, Nesterov", "mlp", s => GeneratedData.ThreeValues(s, 2_000), Nesterov, 32, 24),
        new("functions", "three values, 400 rows", "mlp:64", s => GeneratedData.ThreeValues(s, 400), Sgd, 32, 48),
    ];

    /// <summary>Families that were written when the rule had got its last part.</summary>
    public static IReadOnlyList<RegretTask> Last { get; } =
    [
        new("moons", "1,000 rows", "mlp", s => GeneratedData.Moons(s, 1_000, 4, 0.25), Sgd, 64, 24),
        new("moons", "6,000 rows, AdamW", "mlp:128", s => GeneratedData.Moons(s, 6_000, 8, 0.35), AdamW, 128, 24),
        new("shells", "4 shells of 6 features", "mlp", s => GeneratedData.Shells(s, 3_000, 6, 4), Sgd, 64, 24),
        new("shells", "10 shells of 4 features, Adam", "mlp:64,64,64", s => GeneratedData.Shells(s, 5_000, 4, 10), Adam, 64, 24),
        new("stretches", "40 points", "mlp", s => GeneratedData.Stretches(s, 2_000, 40, 0.6), Sgd, 64, 24),
        new("stretches", "60 points, 300 rows, Nesterov", "mlp:64", s => GeneratedData.Stretches(s, 300, 60, 0.4), Nesterov, 32, 24),
        new("arm", "1,500 rows", "mlp", s => GeneratedData.Arm(s, 1_500), Sgd, 64, 24),
        new("arm", "3,000 rows, AdamW", "mlp:64,64", s => GeneratedData.Arm(s, 3_000), AdamW, 64, 24),
        new("steps", "2,000 rows", "mlp", s => GeneratedData.Steps(s, 2_000), Sgd, 64, 24),
        new("sparse", "60 features, 10 % wrong labels", "mlp", s => GeneratedData.Sparse(s, 2_000, 60, 0.1), Sgd, 64, 24),
        new("sparse", "20 features, 25 % wrong labels, RMSprop", "mlp:128", s => GeneratedData.Sparse(s, 4_000, 20, 0.25), RmsProp, 64, 24),
    ];

    /// <summary>Values to learn as they are, which a data set scales unless it is told not to.</summary>
    public static IReadOnlyList<RegretTask> Raw { get; } =
    [
        new("raw", "Friedman 1, 1,000 rows", "mlp", s => GeneratedData.Friedman1(s, 1_000, raw: true), Sgd, 64, 24),
        new("raw", "linear, ±200", "mlp", s => GeneratedData.Linear(s, 2_000, 10, raw: true), Sgd, 64, 24),
    ];

    /// <summary>What the paper's claim is tried on.</summary>
    public static IReadOnlyList<RegretTask> Claims { get; } =
    [
        new("claim", "digits, mlp", "mlp", s => Named("digits", s, 0.25), Sgd, 64, 48),
        new("claim", "clusters of 20 classes, 6,000 rows", "mlp", s => GeneratedData.Clusters(s, 6_000, 40, 20, 2.6), Sgd, 64, 48),
        new("claim", "prices", "mlp", s => GeneratedData.Prices(s, 6_000), Sgd, 64, 48),
        new("claim", "breast-cancer, AdamW", "mlp:32", s => Named("breast-cancer", s, 0.5), AdamW, 32, 48),
        new("claim", "whole Fashion-MNIST, cnn", "cnn:16,32", _ => Fashion(60_000, 10_000), Sgd, 128, 12),
        new("claim", "whole Fashion-MNIST, resnet20", "resnet20", _ => Fashion(60_000, 10_000), Sgd, 128, 8),
    ];

    /// <summary>The tasks that regret is measured on.</summary>
    public static IReadOnlyList<RegretTask> All { get; } = [.. Design, .. HeldOut, .. Unseen, .. Last];

    /// <summary>The part that a task belongs to, by which its results' file is named.</summary>
    public static string PartOf(RegretTask task)
    {
        return Holds(Design) ? "design" : Holds(HeldOut) ? "held-out" : Holds(Unseen) ? "unseen" : Holds(Last) ? "last" : Holds(Raw) ? "raw" : "claim";

        bool Holds(IReadOnlyList<RegretTask> part) => part.Any(one => (one.Family, one.Name) == (task.Family, task.Name));
    }

    // Small sets are split anew for each seed: a validation part of a few dozen samples measures little by itself.
    private static TrainingData Named(string name, int seed, double validation) => Once($"{name} {seed} {validation}", () =>
        DataCatalog.Default.Load(name, new DataOptions { ValidationFraction = validation, Seed = seed }));

    private static TrainingData Fashion(int count, int held)
    {
        TrainingData whole = Once("fashion", () => DataCatalog.Default.Load(FashionFolder));
        return Once($"fashion {count} {held}", () => new TrainingData(whole.Name, whole.Source, First(whole.Train, count), First(whole.Validation, held), whole.Scaling, whole.Identity + "-" + count));
    }

    private static TrainingData WrongLabels(TrainingData data, int seed)
    {
        var random = new Random(seed);
        var targets = (ClassTargets)data.Train.Targets;
        var wrong = new ClassTargets([.. targets.Labels.Select(label => random.NextDouble() < 0.2 ? random.Next(targets.Classes) : label)], targets.ClassNames);
        return new TrainingData(data.Name, data.Source, new LabelledData(data.Train.Samples, wrong), data.Validation, data.Scaling, data.Identity + "-wrong");
    }

    private static TrainingData Once(string key, Func<TrainingData> make)
    {
        if (!Made.TryGetValue(key, out TrainingData? data))
            Made[key] = data = make();
        return data;
    }

    private static LabelledData First(LabelledData all, int count)
    {
        ImmutableArray<long> indices = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        return new LabelledData(new SubsetSamples(all.Samples, indices), all.Targets.Select(indices.AsSpan()));
    }
}
