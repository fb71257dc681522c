using System.Collections.Immutable;
using ClrEngine.Numerics;

namespace ClrEngine.Data.Preparation;

/// <summary>Which samples are learnt from and which are held out, with each class in both in its share; indices rise.</summary>
internal sealed record StratifiedSplit(ImmutableArray<long> Train, ImmutableArray<long> Validation, string Description)
{
    /// <summary>Splits samples: of each class, its share within 1 is held out, and at least one sample is not; values are one class.</summary>
    /// <remarks>The same targets, fraction and seed give the same parts on every machine.</remarks>
    public static StratifiedSplit HoldOut(Targets targets, double fraction, long seed)
    {
        if (fraction is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction held out must lie between 0 and 1.");

        int[][] members = Members(targets);
        int[] shares = Shares(members, fraction);
        var held = new bool[checked((int)targets.Count)];
        for (int stratum = 0; stratum < members.Length; stratum++)
        {
            ReadStop.Check();
            new SeededRandom(seed, stratum).Shuffle<int>(members[stratum]);
            foreach (int index in members[stratum].AsSpan(0, shares[stratum])) held[index] = true;
            members[stratum] = [];
        }

        return new StratifiedSplit(Indices(isHeld: false), Indices(isHeld: true), string.Create(CultureInfo.InvariantCulture, $"{fraction:R} held out by seed {seed}"));

        ImmutableArray<long> Indices(bool isHeld)
        {
            ReadStop.Check();
            var indices = ImmutableArray.CreateBuilder<long>(held.AsSpan().Count(isHeld));
            for (int i = 0; i < held.Length; i++)
            {
                if (held[i] == isHeld) indices.Add(i);
            }

            return indices.MoveToImmutable();
        }
    }

    public static StratifiedSplit HoldOut(string source, Targets targets, DataOptions options)
    {
        if (targets is UnknownTargets)
        {
            ImmutableArray<long> all = [.. Enumerable.Range(0, checked((int)targets.Count)).Select(static index => (long)index)];
            return new StratifiedSplit(all, all, "all are asked for");
        }

        StratifiedSplit split = HoldOut(targets, options.ValidationFraction, options.Seed);
        // Where nothing is learnt, what cannot be parted is each part.
        if (split.Validation.IsEmpty && options.ForEvaluation) return split with { Validation = split.Train };
        return !split.Validation.IsEmpty ? split : throw new DataFormatException(
            DataErrors.TooFew, source, $"has {Counted.Of(targets.Count, "sample")} and no class with two: give at least one class a second sample, so that one can be held out for validation{(options.Regression is null && targets is ClassTargets classes && !classes.ClassNames.Any(static name => !double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? "; labels of tables and arrays that are no classes but values are predicted with -Regression" : "")}.");
    }

    public (LabelledData Train, LabelledData Validation) Divide(LabelledData all)
    {
        LabelledData train = Part(Train);
        return (train, Train == Validation ? train : Part(Validation));

        LabelledData Part(ImmutableArray<long> indices) => new(new SubsetSamples(all.Samples, indices), all.Targets.Select(indices.AsSpan()));
    }

    // The samples of each class; values are one class.
    private static int[][] Members(Targets targets)
    {
        var counts = new int[targets is ClassTargets named ? named.Classes : 1];
        for (int i = 0; i < targets.Count; i++) counts[Stratum(i)]++;
        int[][] members = Array.ConvertAll(counts, static count => new int[count]);
        for (int i = (int)targets.Count - 1; i >= 0; i--) members[Stratum(i)][--counts[Stratum(i)]] = i;
        return members;

        int Stratum(int sample) => targets is ClassTargets classes ? (int)classes.Labels[sample] : 0;
    }

    // Largest remainders: every class gets its share rounded down, then the classes that lost most get one more until the total is right.
    private static int[] Shares(int[][] members, double fraction)
    {
        int[] shares = Array.ConvertAll(members, stratum => Math.Max(0, Math.Min((int)(stratum.Length * fraction), stratum.Length - 1)));
        long samples = members.Sum(static stratum => (long)stratum.Length);
        long missing = Math.Max(1, (long)Math.Round(samples * fraction, MidpointRounding.AwayFromZero)) - shares.Sum();
        IEnumerable<int> mostLost = Enumerable.Range(0, members.Length)
            .Where(stratum => shares[stratum] < members[stratum].Length - 1)
            .OrderByDescending(stratum => (members[stratum].Length * fraction) - shares[stratum])
            .ThenBy(static stratum => stratum)
            .Take((int)Math.Min(missing, members.Length))
            .ToArray();
        foreach (int stratum in mostLost) shares[stratum]++;
        return shares;
    }
}
