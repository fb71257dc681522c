namespace ClrRegret;

/// <summary>Sets of the third and fourth parts: each was written when the rule of its time was frozen.</summary>
internal static partial class GeneratedData
{
    /// <summary>Breiman's waveforms: two of three triangular waves in a random share, with noise.</summary>
    public static TrainingData Waveforms(int seed, int rows, double wrongLabels = 0)
    {
        var random = new Draws(rows * 11 + 1, seed);
        return Classified(random, rows, 21, 3, sample =>
        {
            int label = random.World.Below(3);
            double share = random.World.Uniform();
            for (int i = 0; i < sample.Length; i++)
                sample[i] = share * Wave(i, label) + (1 - share) * Wave(i, (label + 1) % 3) + random.World.Normal();
            return random.World.Uniform() < wrongLabels ? random.World.Below(3) : label;
        });

        static double Wave(int i, int which) => Math.Max(6 - Math.Abs(i - (which == 0 ? 6 : which == 1 ? 14 : 10)), 0);
    }

    /// <summary>Rings in the plane, with features that say nothing.</summary>
    public static TrainingData Rings(int seed, int rows, int rings, int idle)
    {
        var random = new Draws(rows * 19 + rings, seed);
        return Classified(random, rows, 2 + idle, rings, sample =>
        {
            int label = random.World.Below(rings);
            double angle = 2 * Math.PI * random.World.Uniform(), radius = label + 1 + 0.25 * random.World.Normal();
            for (int i = 2; i < sample.Length; i++)
                sample[i] = random.World.Normal();
            (sample[0], sample[1]) = (radius * Math.Cos(angle), radius * Math.Sin(angle));
            return label;
        });
    }

    /// <summary>How many of the first six bits are set.</summary>
    public static TrainingData Bits(int seed, int rows, int bits)
    {
        var random = new Draws(rows * 23 + bits, seed);
        return Classified(random, rows, bits, 7, sample =>
        {
            for (int i = 0; i < bits; i++)
                sample[i] = random.World.Below(2);
            return (int)sample.Take(6).Sum();
        });
    }

    /// <summary>Which of some short words lies near the middle of a random text of four letters, one-hot.</summary>
    public static TrainingData Motifs(int seed, int rows, int words)
    {
        const int Length = 24, Word = 6;
        var random = new Draws(rows * 29 + words, seed);
        int[][] known = [.. Enumerable.Range(0, words).Select(_ => Enumerable.Range(0, Word).Select(_ => random.World.Below(4)).ToArray())];
        return Classified(random, rows, 4 * Length, words, sample =>
        {
            int label = random.World.Below(words), at = 8 + random.World.Below(3);
            for (int i = 0; i < Length; i++)
                sample[4 * i + (i >= at && i < at + Word && random.World.Uniform() < 0.85 ? known[label][i - at] : random.World.Below(4))] = 1;
            return label;
        });
    }

    /// <summary>Counts of words, of which each topic has its own shares; a few topics are much more frequent than the others.</summary>
    public static TrainingData Topics(int seed, int rows, int topics, int words)
    {
        var random = new Draws(rows * 37 + topics, seed);
        double[][] shares = [.. Enumerable.Range(0, topics).Select(_ => Enumerable.Range(0, words).Select(_ => Math.Exp(random.World.Normal())).ToArray())];
        double[] frequency = [.. Enumerable.Range(1, topics).Select(k => 1.0 / k)];
        return Classified(random, rows, words, topics, sample =>
        {
            int label = random.World.Weighted(frequency);
            for (int i = 0; i < 30; i++)
                sample[random.World.Weighted(shares[label])]++;
            return label;
        });
    }

    /// <summary>Stripes of some directions, at a random place and with noise, as flat pixels.</summary>
    public static TrainingData Stripes(int seed, int rows, int directions)
    {
        const int Side = 12;
        var random = new Draws(rows * 41 + directions, seed);
        return Classified(random, rows, Side * Side, directions, sample =>
        {
            int label = random.World.Below(directions);
            double angle = Math.PI * label / directions, phase = 2 * Math.PI * random.World.Uniform();
            for (int i = 0; i < sample.Length; i++)
                sample[i] = Math.Sin(1.1 * (i % Side * Math.Cos(angle) + i / Side * Math.Sin(angle)) + phase) + 1.2 * random.World.Normal();
            return label;
        });
    }

    /// <summary>Ishigami's function.</summary>
    public static TrainingData Ishigami(int seed, int rows) => Valued(new Draws(rows + 5, seed), rows, 5, 1, (random, x, y) =>
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = Math.PI * (2 * random.Uniform() - 1);
        y[0] = Math.Sin(x[0]) + 7 * Math.Pow(Math.Sin(x[1]), 2) + 0.1 * Math.Pow(x[2], 4) * Math.Sin(x[0]) + 0.5 * random.Normal();
    });

    /// <summary>Three values of one sample: a product, a wave and a hinge.</summary>
    public static TrainingData ThreeValues(int seed, int rows) => Valued(new Draws(rows + 6, seed), rows, 7, 3, (random, x, y) =>
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = random.Normal();
        (y[0], y[1], y[2]) = (x[0] * x[1] + 0.2 * random.Normal(), Math.Sin(2 * x[2]) + x[3] + 0.2 * random.Normal(), Math.Max(0, x[4]) * 3 + 0.2 * random.Normal());
    });

    /// <summary>Two half moons in the plane, with features that say nothing.</summary>
    public static TrainingData Moons(int seed, int rows, int idle, double noise)
    {
        var random = new Draws(rows * 43 + idle, seed);
        return Classified(random, rows, 2 + idle, 2, sample =>
        {
            int label = random.World.Below(2);
            double angle = Math.PI * random.World.Uniform();
            for (int i = 0; i < sample.Length; i++)
                sample[i] = noise * random.World.Normal();
            sample[0] += label == 0 ? Math.Cos(angle) : 1 - Math.Cos(angle);
            sample[1] += label == 0 ? Math.Sin(angle) : 0.5 - Math.Sin(angle);
            return label;
        });
    }

    /// <summary>Shells around the middle of a space, each with as many samples.</summary>
    public static TrainingData Shells(int seed, int rows, int features, int shells)
    {
        var random = new Draws(rows * 47 + shells, seed);
        return Classified(random, rows, features, shells, sample =>
        {
            for (int i = 0; i < features; i++)
                sample[i] = random.World.Normal();
            // The cube root of chi-squared is nearly normal (Wilson and Hilferty).
            double z = (Math.Cbrt(Dot(sample, sample) / features) - (1 - 2.0 / (9 * features))) / Math.Sqrt(2.0 / (9 * features));
            return Math.Clamp((int)(shells / (1 + Math.Exp(-1.702 * z))), 0, shells - 1);
        });
    }

    /// <summary>Which shape a noisy stretch of a series has: up, down, a wave, a step, or none.</summary>
    public static TrainingData Stretches(int seed, int rows, int length, double noise)
    {
        var random = new Draws(rows * 53 + length, seed);
        return Classified(random, rows, length, 5, sample =>
        {
            int label = random.World.Below(5);
            double phase = 6 * random.World.Uniform(), size = 0.5 + random.World.Uniform();
            for (int i = 0; i < length; i++)
            {
                double t = (double)i / length;
                sample[i] = noise * random.World.Normal() + size * (label switch { 0 => t, 1 => -t, 2 => Math.Sin(12 * t + phase), 3 => t > 0.2 + 0.1 * phase ? 1 : 0, _ => 0 });
            }
            return label;
        });
    }

    /// <summary>Where the hand of an arm of two joints is.</summary>
    public static TrainingData Arm(int seed, int rows) => Valued(new Draws(rows + 7, seed), rows, 4, 2, (random, x, y) =>
    {
        Fill(random, x);
        (double first, double second) = (Math.PI * x[0], Math.PI * (x[0] + x[1]));
        (y[0], y[1]) = ((1 + x[2]) * Math.Cos(first) + (1 + x[3]) * Math.Cos(second) + 0.05 * random.Normal(), (1 + x[2]) * Math.Sin(first) + (1 + x[3]) * Math.Sin(second) + 0.05 * random.Normal());
    });

    /// <summary>Steps of the sum of some features, with noise of heavy tails.</summary>
    public static TrainingData Steps(int seed, int rows) => Valued(new Draws(rows + 8, seed), rows, 12, 1, (random, x, y) =>
    {
        for (int i = 0; i < x.Length; i++)
            x[i] = random.Normal();
        y[0] = Math.Floor(x[0] + x[1] - x[2]) + 0.1 * random.Normal() / Math.Max(0.1, Math.Abs(random.Normal()));
    });

    /// <summary>A yes or no of few of many features, with wrong answers.</summary>
    public static TrainingData Sparse(int seed, int rows, int features, double wrongLabels)
    {
        var random = new Draws(rows * 59 + features, seed);
        return Classified(random, rows, features, 2, sample =>
        {
            for (int i = 0; i < features; i++)
                sample[i] = random.World.Normal();
            int label = sample[0] + sample[1] * sample[2] - sample[3] > 0 ? 1 : 0;
            return random.World.Uniform() < wrongLabels ? 1 - label : label;
        });
    }

    /// <summary>The same samples as images of one channel.</summary>
    public static TrainingData AsImages(TrainingData flat, int side)
    {
        return new TrainingData(flat.Name, flat.Source, Part(flat.Train), Part(flat.Validation), FeatureScaling.Identity(1), flat.Identity);

        LabelledData Part(LabelledData data)
        {
            var values = new float[data.Count * side * side];
            data.Samples.Read([.. Enumerable.Range(0, (int)data.Count).Select(i => (long)i)], values);
            return new LabelledData(new FloatSamples(values, [1, side, side]), data.Targets);
        }
    }
}
