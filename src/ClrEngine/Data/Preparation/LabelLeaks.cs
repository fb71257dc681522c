namespace ClrEngine.Data.Preparation;

/// <summary>Finds features that are the target in other words: a copy, a code, or the columns of a one-hot label.</summary>
internal static class LabelLeaks
{
    // Of a class with fewer samples any feature may say it by chance.
    private const int FewestOfClass = 3;

    // Beside one sample for each class: a feature of two values fits each further one by chance in half of all cases.
    private const int FewestProofs = 8;

    // More values for each class and feature are not kept.
    private const long MostKept = 1 << 22;

    private const double Rounding = 1e-12;

    /// <summary>Features that tell each training sample's target, each by itself or all of them together; null where there are none.</summary>
    /// <param name="train">The training part; only flat samples are looked at.</param>
    /// <param name="constant">The features that have one value.</param>
    public static (IReadOnlyList<int> Features, bool Together)? Find(LabelledData train, IReadOnlyList<int> constant)
    {
        if (train.Samples.Shape.Count > 1) return null;
        int[] features = [.. Enumerable.Range(0, train.Samples.SampleLength).Except(constant)];
        return train.Targets switch
        {
            ClassTargets classes when HasProofs(train.Count - classes.Classes, features) && (long)classes.Classes * features.Length <= MostKept => OfClasses(train, classes, features),
            // A single feature is there to be learnt from.
            ValueTargets { Width: 1 } values when HasProofs(train.Count, features) && features.Length > 1 => OfValues(train, values, features),
            _ => null,
        };
    }

    private static bool HasProofs(long samples, int[] features) => samples >= FewestProofs + Math.Log2(Math.Max(features.Length, 1));

    private static (IReadOnlyList<int>, bool)? OfClasses(LabelledData train, ClassTargets targets, int[] features)
    {
        var counts = new int[targets.Classes];
        foreach (long label in targets.Labels) counts[label]++;
        int[] learnt = [.. Enumerable.Range(0, targets.Classes).Where(label => counts[label] >= FewestOfClass)];
        if (learnt.Length < 2) return null;
        List<(int Feature, double[] OfClass)> fixedInClass = [.. features.Select(feature => (feature, Enumerable.Repeat(double.NaN, targets.Classes).ToArray()))];
        // The other columns of a one-hot label are 1 nowhere where it is.
        List<int> others = targets.Classes == 2 ? [.. features] : [];
        Each(train.Samples, (row, sample) =>
        {
            long label = targets.Labels[row];
            for (int i = others.Count - 1; i >= 0; i--)
            {
                if (sample[others[i]] is not (0 or 1) || sample[others[i]] + label > 1) others.RemoveAt(i);
            }

            for (int i = fixedInClass.Count - 1; i >= 0 && counts[label] >= FewestOfClass; i--)
            {
                (int feature, double[] ofClass) = fixedInClass[i];
                if (double.IsNaN(ofClass[label])) ofClass[label] = sample[feature];
                else if (ofClass[label] != sample[feature]) fixedInClass.RemoveAt(i);
            }

            return fixedInClass.Count + others.Count > 0;
        });
        int[] alone = [.. fixedInClass.Where(candidate => learnt.DistinctBy(label => candidate.OfClass[label]).Count() == learnt.Length).Select(static candidate => candidate.Feature)];
        if (alone.Length > 0) return (alone, false);
        if (learnt.DistinctBy(label => string.Join(' ', fixedInClass.Select(candidate => candidate.OfClass[label]))).Count() == learnt.Length)
            return ([.. fixedInClass.Where(candidate => learnt.DistinctBy(label => candidate.OfClass[label]).Count() > 1).Select(static candidate => candidate.Feature)], true);
        bool isOneHot = others.Count > 1;
        if (isOneHot)
        {
            Each(train.Samples, (row, sample) =>
            {
                double sum = targets.Labels[row];
                foreach (int feature in others) sum += sample[feature];
                return isOneHot = sum == 1;
            });
        }

        return isOneHot ? (others, true) : null;
    }

    // The value itself, in whatever unit.
    private static (IReadOnlyList<int>, bool)? OfValues(LabelledData train, ValueTargets targets, int[] features)
    {
        List<(int Feature, double Start, double Slope)> candidates = [.. features.Select(static feature => (feature, double.NaN, double.NaN))];
        double first = targets.Values[0];
        Each(train.Samples, (row, sample) =>
        {
            double rise = targets.Values[row] - first;
            for (int i = candidates.Count - 1; i >= 0; i--)
            {
                (int feature, double start, double slope) = candidates[i];
                double run = sample[feature] - start;
                if (row == 0) candidates[i] = (feature, sample[feature], slope);
                else if (run != 0 && double.IsNaN(slope)) candidates[i] = (feature, start, rise / run);
                else if (run == 0 ? rise != 0 : Math.Abs(rise - (run * slope)) > Rounding * Math.Max(Math.Abs(targets.Values[row]), Math.Abs(first))) candidates.RemoveAt(i);
            }

            return candidates.Count > 0;
        });
        return candidates.Count > 0 ? ([.. candidates.Select(static candidate => candidate.Feature)], false) : null;
    }

    private delegate bool Take(int row, ReadOnlySpan<double> sample);

    private static void Each(ISampleReader samples, Take take) => samples.ReadBlocks((first, block) =>
    {
        for (int start = 0; start < block.Length; start += samples.SampleLength)
        {
            if (!take((int)first + (start / samples.SampleLength), block.Slice(start, samples.SampleLength))) return false;
        }

        return true;
    });
}
