using System.Collections.Immutable;
using System.Globalization;

namespace ClrRegret;

/// <summary>Data sets that are drawn from a seed: the same numbers on every machine, and none that anybody tuned to.</summary>
internal static partial class GeneratedData
{
    /// <summary>Held-out rows, beside those to learn from: as many as an accuracy to half a point needs.</summary>
    private const int Held = 2_000;

    /// <summary>Clusters with overlap: several Gaussian clouds a class, features of different worth.</summary>
    public static TrainingData Clusters(int seed, int rows, int features, int classes, double spread = 1, double wrongLabels = 0, double[]? shares = null)
    {
        var random = new Draws(rows * 31 + features * 7 + classes, seed);
        const int CloudsPerClass = 2;
        double[][] centres = [.. Enumerable.Range(0, classes * CloudsPerClass).Select(_ => random.World.Vector(features, 1.2))];
        return Classified(random, rows, features, classes, sample =>
        {
            int label = shares is null ? random.World.Below(classes) : random.World.Weighted(shares);
            double[] centre = centres[label * CloudsPerClass + random.World.Below(CloudsPerClass)];
            for (int i = 0; i < features; i++)
                sample[i] = centre[i] + spread * random.World.Normal();
            return random.World.Uniform() < wrongLabels ? random.World.Below(classes) : label;
        });
    }

    /// <summary>The classes that a random net of two layers gives to Gaussian samples.</summary>
    public static TrainingData Teacher(int seed, int rows, int features, int classes, double wrongLabels = 0)
    {
        var random = new Draws(rows * 13 + features * 17 + classes, seed);
        const int Hidden = 24;
        double[][] inner = [.. Enumerable.Range(0, Hidden).Select(_ => random.World.Vector(features, 1 / Math.Sqrt(features)))];
        double[][] outer = [.. Enumerable.Range(0, classes).Select(_ => random.World.Vector(Hidden, 1))];
        return Classified(random, rows, features, classes, sample =>
        {
            for (int i = 0; i < features; i++)
                sample[i] = random.World.Normal();
            double[] hidden = [.. inner.Select(w => Math.Tanh(2 * Dot(w, sample)))];
            int label = Enumerable.Range(0, classes).MaxBy(c => Dot(outer[c], hidden));
            return random.World.Uniform() < wrongLabels ? random.World.Below(classes) : label;
        });
    }

    /// <summary>Arms of a spiral in the plane.</summary>
    public static TrainingData Spirals(int seed, int rows, int arms)
    {
        var random = new Draws(rows * 5 + arms, seed);
        return Classified(random, rows, 2, arms, sample =>
        {
            int label = random.World.Below(arms);
            double t = Math.Sqrt(random.World.Uniform()), angle = 7 * t + 2 * Math.PI * label / arms;
            sample[0] = 1.7 * t * Math.Cos(angle) + 0.08 * random.World.Normal();
            sample[1] = 1.7 * t * Math.Sin(angle) + 0.08 * random.World.Normal();
            return label;
        });
    }

    /// <summary>The colour of a square of a board, with features that say nothing.</summary>
    public static TrainingData Checkerboard(int seed, int rows, int idle)
    {
        var random = new Draws(rows * 3 + idle, seed);
        return Classified(random, rows, 2 + idle, 2, sample =>
        {
            for (int i = 0; i < sample.Length; i++)
                sample[i] = random.World.Uniform() * 3.4 - 1.7;
            return ((int)Math.Floor(sample[0] * 1.2 + 10) + (int)Math.Floor(sample[1] * 1.2 + 10)) % 2;
        });
    }

    /// <summary>The next letter of a text of a random grammar, from the letters before it, one-hot.</summary>
    public static TrainingData NextLetter(int seed, int rows, int letters, int context)
    {
        var random = new Draws(rows + letters * 101 + context, seed);
        double[][] next = [.. Enumerable.Range(0, letters * letters).Select(_ => Enumerable.Range(0, letters).Select(_ => Math.Exp(2.5 * random.World.Normal())).ToArray())];
        List<int> text = [0, 1];
        while (text.Count < rows + Held + context)
            text.Add(random.World.Weighted(next[text[^2] * letters + text[^1]]));
        int row = 0;
        return Classified(random, rows, letters * context, letters, sample =>
        {
            for (int i = 0; i < context; i++)
                sample[i * letters + text[row + i]] = 1;
            return text[row++ + context];
        });
    }

    /// <summary>Friedman's first function of ten features, five of them idle.</summary>
    public static TrainingData Friedman1(int seed, int rows, bool raw = false) => Valued(new Draws(rows, seed), rows, 10, 1, (random, x, y) =>
    {
        Fill(random, x);
        y[0] = 10 * Math.Sin(Math.PI * x[0] * x[1]) + 20 * Math.Pow(x[2] - 0.5, 2) + 10 * x[3] + 5 * x[4] + random.Normal();
    }, raw);

    /// <summary>Friedman's second function: an impedance, thousands in size.</summary>
    public static TrainingData Friedman2(int seed, int rows) => Valued(new Draws(rows + 2, seed), rows, 4, 1, (random, x, y) =>
    {
        Circuit(random, x);
        y[0] = Math.Sqrt(x[0] * x[0] + Math.Pow(x[1] * x[2] - 1 / (x[1] * x[3]), 2)) + 125 * random.Normal();
    });

    /// <summary>Friedman's third function: a phase, around 1.</summary>
    public static TrainingData Friedman3(int seed, int rows) => Valued(new Draws(rows + 3, seed), rows, 4, 1, (random, x, y) =>
    {
        Circuit(random, x);
        y[0] = Math.Atan((x[1] * x[2] - 1 / (x[1] * x[3])) / x[0]) + 0.1 * random.Normal();
    });

    /// <summary>A linear function with targets of some hundreds.</summary>
    public static TrainingData Linear(int seed, int rows, int features, bool raw = false)
    {
        var random = new Draws(rows * 2 + features, seed);
        double[] weights = random.World.Vector(features, 60);
        return Valued(random, rows, features, 1, (world, x, y) =>
        {
            for (int i = 0; i < x.Length; i++)
                x[i] = world.Normal();
            y[0] = Dot(weights, x) + 20 * world.Normal();
        }, raw);
    }

    /// <summary>Prices: a product of skewed features, with a heavy tail and a cap.</summary>
    public static TrainingData Prices(int seed, int rows) => Valued(new Draws(rows + 9, seed), rows, 8, 1, (random, x, y) =>
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = i < 4 ? Math.Exp(0.6 * random.Normal()) : random.Normal();
        y[0] = Math.Min(5, 1.2 * Math.Pow(x[0], 0.8) / Math.Pow(x[1], 0.3) * Math.Exp(0.25 * Math.Sin(2 * x[4]) + 0.2 * x[5] * (x[6] > 0 ? 1 : -0.3) + 0.2 * random.Normal()));
    });

    /// <summary>The values that follow a window of a noisy mixture of waves.</summary>
    public static TrainingData Series(int seed, int rows, int window, int ahead, double noise)
    {
        var random = new Draws(rows + window * 3 + ahead, seed);
        double[] periods = [.. Enumerable.Range(0, 4).Select(_ => 5 + 40 * random.World.Uniform())], phases = [.. Enumerable.Range(0, 4).Select(_ => 6 * random.World.Uniform())];
        double last = 0;
        double[] series = [.. Enumerable.Range(0, rows + Held + window + ahead).Select(t =>
        {
            last = 0.8 * last + noise * random.World.Normal();
            return last + Enumerable.Range(0, 4).Sum(k => Math.Sin(2 * Math.PI * t / periods[k] + phases[k]) * (1 + 0.5 * Math.Sin(t / 200.0 + k)));
        })];
        int row = 0;
        return Valued(random, rows, window, ahead, (_, x, y) =>
        {
            series.AsSpan(row, window).CopyTo(x);
            series.AsSpan(row++ + window, ahead).CopyTo(y);
        });
    }

    private static void Fill(Stream random, double[] x)
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = random.Uniform();
    }

    private static void Circuit(Stream random, double[] x)
    {
        (x[0], x[1], x[2], x[3]) = (100 * random.Uniform(), 40 * Math.PI + 520 * Math.PI * random.Uniform(), random.Uniform(), 1 + 10 * random.Uniform());
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static TrainingData Classified(Draws random, int rows, int features, int classes, Func<double[], int> draw)
    {
        var values = new double[rows + Held][];
        var labels = new long[rows + Held];
        for (int row = 0; row < values.Length; row++)
            labels[row] = draw(values[row] = new double[features]);
        ImmutableArray<string> names = [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        return Split(random, values, (indices, _) => new ClassTargets([.. indices.Select(i => labels[i])], names));
    }

    private static TrainingData Valued(Draws random, int rows, int features, int width, Action<Stream, double[], double[]> draw, bool raw = false)
    {
        var values = new double[rows + Held][];
        var targets = new double[rows + Held][];
        for (int row = 0; row < values.Length; row++)
            draw(random.World, values[row] = new double[features], targets[row] = new double[width]);
        return Split(random, values, (indices, train) =>
        {
            double[] means = [.. Enumerable.Range(0, width).Select(k => raw ? 0 : train.Average(i => targets[i][k]))];
            double[] deviations = [.. Enumerable.Range(0, width).Select(k => raw ? 1 : Math.Sqrt(train.Average(i => Math.Pow(targets[i][k] - means[k], 2))))];
            return new ValueTargets([.. indices.SelectMany(i => Enumerable.Range(0, width).Select(k => (float)((targets[i][k] - means[k]) / deviations[k])))], width);
        });
    }

    // The rows are the task's; which of them are learnt from is drawn anew for each seed.
    private static TrainingData Split(Draws random, double[][] values, Func<int[], int[], Targets> targets)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        random.Split.Shuffle(order);
        int[] validation = order[..Held], train = order[Held..];
        int features = values[0].Length;
        double[] means = [.. Enumerable.Range(0, features).Select(f => train.Average(i => values[i][f]))];
        double[] deviations = [.. Enumerable.Range(0, features).Select(f => Math.Sqrt(train.Average(i => Math.Pow(values[i][f] - means[f], 2))))];
        return new TrainingData("generated", "generated", Part(train), Part(validation), FeatureScaling.Identity(1), "generated");

        LabelledData Part(int[] chosen) => new(
            new FloatSamples(chosen.SelectMany(i => Enumerable.Range(0, features).Select(f => (float)((values[i][f] - means[f]) / Math.Max(deviations[f], 1e-9)))).ToArray(), [features]),
            targets(chosen, train));
    }

    /// <summary>Two streams of random numbers: the task's own, and the run's.</summary>
    private sealed class Draws(int world, int split)
    {
        public Stream World { get; } = new(world);

        public Stream Split { get; } = new(split + 1_000_003);
    }

    /// <summary>Random numbers; .NET keeps the sequence of a given seed.</summary>
    private sealed class Stream(int seed)
    {
        private readonly Random _random = new(seed);

        public double Uniform() => _random.NextDouble();

        public int Below(int count) => _random.Next(count);

        public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

        public double[] Vector(int length, double deviation) => [.. Enumerable.Range(0, length).Select(_ => deviation * Normal())];

        public int Weighted(double[] weights)
        {
            double at = Uniform() * weights.Sum();
            int i = 0;
            while (i < weights.Length - 1 && (at -= weights[i]) > 0)
                i++;
            return i;
        }

        public void Shuffle(int[] items) => _random.Shuffle(items);
    }
}
