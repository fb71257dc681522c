using System.Collections.Immutable;
using System.Globalization;
using ClrEngine.Numerics;

namespace ClrEngine.Data;

/// <summary>Which samples are learnt from and which are held out, with each class in both in its share.</summary>
public sealed class StratifiedSplit
{
    private StratifiedSplit(ImmutableArray<long> train, ImmutableArray<long> validation, string description)
    {
        Train = train;
        Validation = validation;
        Description = description;
    }

    /// <summary>The indices to learn from, rising.</summary>
    public ImmutableArray<long> Train { get; }

    /// <summary>The indices held out, rising; empty where no class can spare a sample.</summary>
    public ImmutableArray<long> Validation { get; }

    /// <summary>How it was decided, for <see cref="TrainingData.Identity"/>.</summary>
    internal string Description { get; }

    /// <summary>Splits samples: the same targets, fraction and seed give the same parts on every machine.</summary>
    /// <param name="targets">The samples' targets; values (regression) are split without regard to their size.</param>
    /// <param name="fraction">The share held out, between 0 and 1.</param>
    /// <param name="seed">Decides which samples are held out.</param>
    /// <returns>Parts without a common sample: of each class, its share within 1 is held out, and at least one sample is not.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    public static StratifiedSplit HoldOut(Targets targets, double fraction, long seed)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (fraction is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction held out must lie between 0 and 1.");

        long[][] members = Members(targets);
        int[] shares = Shares(members, fraction);
        var held = new bool[checked((int)targets.Count)];
        for (int stratum = 0; stratum < members.Length; stratum++)
        {
            new SeededRandom(seed, stratum).Shuffle(members[stratum]);
            foreach (long index in members[stratum].AsSpan(0, shares[stratum])) held[index] = true;
        }

        int heldCount = shares.Sum();
        var train = ImmutableArray.CreateBuilder<long>(held.Length - heldCount);
        var validation = ImmutableArray.CreateBuilder<long>(heldCount);
        for (int i = 0; i < held.Length; i++) (held[i] ? validation : train).Add(i);
        string description = string.Create(CultureInfo.InvariantCulture, $"{fraction:R} held out by seed {seed}");
        return new StratifiedSplit(train.MoveToImmutable(), validation.MoveToImmutable(), description);
    }

    /// <summary>Splits the samples of a set.</summary>
    /// <exception cref="DataFormatException">There are too few samples to hold one out.</exception>
    internal static StratifiedSplit HoldOut(string source, Targets targets, DataOptions options)
    {
        StratifiedSplit split = HoldOut(targets, options.ValidationFraction, options.Seed);
        return !split.Validation.IsEmpty ? split : throw new DataFormatException(
            DataErrors.TooFew, source, $"has {targets.Count} samples and no class with two: give at least one class a second sample, so that one can be held out for validation.");
    }

    /// <summary>The samples of a set to learn from, and those held out.</summary>
    internal (LabelledData Train, LabelledData Validation) Divide(LabelledData all)
    {
        return (Part(Train), Part(Validation));

        LabelledData Part(ImmutableArray<long> indices) => new(new SubsetSamples(all.Samples, indices), all.Targets.Select(indices.AsSpan()));
    }

    private static long[][] Members(Targets targets)
    {
        if (targets is not ClassTargets classes)
        {
            var all = new long[checked((int)targets.Count)];
            for (int i = 0; i < all.Length; i++) all[i] = i;
            return [all];
        }

        var counts = new int[classes.Classes];
        foreach (long label in classes.Labels) counts[label]++;
        long[][] members = Array.ConvertAll(counts, static count => new long[count]);
        Array.Clear(counts);
        for (int i = 0; i < classes.Labels.Length; i++)
        {
            long label = classes.Labels[i];
            members[label][counts[label]++] = i;
        }

        return members;
    }

    // Largest remainders: every class gets its share rounded down, then the classes that lost most get one more until the total is right.
    private static int[] Shares(long[][] members, double fraction)
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
