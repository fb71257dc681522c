namespace ClrEngine.Data.Preparation;

/// <summary>Looks whether anything can be learnt from a set: refuses it where nothing can, and says what cannot.</summary>
internal static class DataChecks
{
    private const int MostNamed = 5;

    // Of fewer samples, a class may have one.
    private const int ManySamples = 50;

    // What Python writes around lists.
    private static readonly char[] Brackets = ['[', ']', '(', ')', '{', '}'];

    // Of two names, both may be joined of others by chance.
    private const int FewestCombinations = 3;

    private const double MostOverSpread = 1 << 14;

    // The smallest normal number of single precision.
    private const double LeastSpread = 1.1754943508222875E-38;

    /// <summary>What is constant, and which classes are held out that nobody learns; one line each.</summary>
    public static IEnumerable<string> WarningsOf(
        string source, LabelledData train, LabelledData validation, FeatureColumns? columns, bool channelsLast, DataOptions options)
    {
        IReadOnlyList<string>? names = columns?.Names;
        if (options.ForEvaluation) yield break;
        (bool areAlike, IReadOnlyList<int> constant) = ScalingEstimator.FindConstant(train.Samples, channelsLast);
        if (areAlike) throw Alike(source, train.Count, Rounding(train, constant));
        // A token that begins every text is no fault.
        bool areTokens = !options.Standardize && train.Samples is SampleReader { IsInteger: true };
        if (constant.Count > 0 && !areTokens)
        {
            string what = names is not null || train.Samples.Shape.Count < 3 ? "feature" : "channel";
            yield return $"{Listed(what, [.. constant.Select(Named)], "has one value", "have one value each")} in all training samples{Rounding(train, constant)}, so that nothing is learnt from {(constant.Count == 1 ? "it" : "them")}{(names is null ? "" : "; -IgnoreColumn leaves a column out")}.";
        }

        if (LabelLeaks.Find(train, constant) is { } leak)
        {
            string[] which = [.. leak.Features.Select(c => columns?.Columns[c] is { } column ? $"'{column}'" : c.ToString(CultureInfo.InvariantCulture)).Distinct()];
            yield return $"{Listed("feature", which, "says", leak.Together ? "together say" : "say")} {(train.Targets is ClassTargets ? "the class" : "the value to predict")} of every training sample without fault, as a copy of the label does: leave {(which.Length == 1 ? "it" : "them")} out{(names is null ? "" : " with -IgnoreColumn")} unless {(which.Length == 1 ? "it is" : "they are")} known where the model shall predict.";
        }

        if (!options.Standardize && !areTokens && train.Samples is SampleReader { IsWide: true } && RoundedAway(ScalingEstimator.Estimate(train.Samples, channelsLast), constant) is { Length: > 0 } rounded)
            yield return $"{Listed("feature", Array.ConvertAll(rounded, Named), "lies", "lie")} so far from 0, or so close to it, that single precision hardly tells the values apart as they are: leave -AsIs out, or give -Mean and -StandardDeviation.";
        foreach (string warning in train.Targets switch
        {
            ClassTargets classes => OfClasses(source, classes, (ClassTargets)validation.Targets),
            ValueTargets values => OfValues(source, values, options.ScaleTargets),
            _ => [],
        }) yield return warning;

        string Named(int feature) => names is null ? feature.ToString(CultureInfo.InvariantCulture) : $"'{names[feature]}'";
    }

    /// <summary>Looks whether the training part's scaling leaves the validation samples numbers: a spread of 1e-30 makes 1e10 more than single precision holds.</summary>
    public static void RequireFinite(string source, ISampleReader validation)
    {
        if (validation is not ScaledSamples { ByteDivisor: null } scaled || scaled.Inner is SampleReader { IsDecodedAnew: true }) return;
        validation.ReadBlocks((first, block) =>
        {
            int at = block.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            return at < 0 ? true : throw new DataFormatException(
                DataErrors.Value, source, $"has a validation sample, {first + (at / validation.SampleLength)} of its part, whose value {at % validation.SampleLength} lies so many standard deviations of the training samples from their mean that single precision does not hold it: remove it, or give other figures as -Mean and -StandardDeviation.");
        });
    }

    public static DataFormatException Alike(string source, long samples, string rounding = "") => new(DataErrors.Alike, source, samples == 1
        ? "has one training sample: give more."
        : $"has {samples} training samples that are all the same, value for value{rounding}: check that they were written, read and cut out as they should be.");

    // Beyond 2^53 whole numbers that differ in the file are one value here.
    private static string Rounding(LabelledData train, IReadOnlyList<int> constant)
    {
        if (train.Samples is not SampleReader { IsWide: true } || train.Samples.Shape.Count > 1) return "";
        var first = new double[train.Samples.SampleLength];
        train.Samples.ReadWide([0], first);
        return constant.Any(c => Math.Abs(first[c]) >= Tables.FieldText.LargestWhole) ? " (as read in double precision, which rounds whole numbers beyond 2^53)" : "";
    }

    private static IEnumerable<string> OfClasses(string source, ClassTargets train, ClassTargets validation)
    {
        HashSet<long> learnt = [.. train.Labels];
        if (learnt.Count == 1)
            throw new DataFormatException(DataErrors.Label, source, $"has one class only in its training part, '{train.ClassNames[(int)train.Labels[0]]}': give samples of a second class.");
        if (Tables.TableNotes.Twins(train.ClassNames) is { } twins) yield return $"The classes {twins}, and each is one of its own.";
        if (Combinations(train.ClassNames) is { } several) yield return $"The classes {several} look like several labels of one sample, and each combination is a class of its own: keep one label of each, or save arrays with a column of 1 and 0 for each label, to be learnt with -Regression under binary cross-entropy.";
        string[] lone = train.Count + validation.Count < ManySamples || ReferenceEquals(train, validation) ? []
            : [.. train.Labels.Concat(validation.Labels).GroupBy(static label => label).Where(same => !same.Skip(1).Any() && learnt.Contains(same.Key)).Select(static same => same.Key).Order().Select(label => $"'{train.ClassNames[(int)label]}'")];
        // Of numbers of which several stand once, that they may be values is said.
        if (lone.Length > 0 && (lone.Length <= 2 || !train.ClassNames.All(static name => double.TryParse(name, CultureInfo.InvariantCulture, out _)))) yield return $"{Listed("class", lone, "has one sample", "have one sample each")} of {train.Count + validation.Count}, which is learnt from and never validated on: see that {(lone.Length == 1 ? "it is" : "they are")} spelt as meant, and give more samples.";
        string[] unseen = [.. validation.Labels.Distinct().Where(label => !learnt.Contains(label)).Order().Select(label => $"'{validation.ClassNames[(int)label]}'")];
        if (unseen.Length > 0) yield return $"{Listed("class", unseen, "is", "are")} in the validation part, and no training sample has {(unseen.Length == 1 ? "it" : "them")}: those samples count as wrong.";
    }

    // Names with a mark between parts, each of which stands alone too or in several names; behind blanks, which many names have, most alone, or in names of many lengths.
    private static string? Combinations(IReadOnlyList<string> names)
    {
        HashSet<string> known = [.. names.Select(static name => name.Trim(Brackets))];
        foreach (char mark in "|;, ")
        {
            (string Name, string[] Parts)[] joined =
                [.. names.Select(name => (name, name.Trim(Brackets).Split(mark, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))).Where(static pair => pair.Item2.Length > 1)];
            IGrouping<string, int>[] parts = [.. joined.SelectMany(static pair => pair.Parts.Select(static (part, place) => (part, place))).GroupBy(static pair => pair.part, static pair => pair.place)];
            // Of two, one that stands alone too, or at another place, tells: those of a tree stand at one.
            if (mark is '|' or ';' && joined.Length == 2 && parts.Any(part => (part.Skip(1).Any() && known.Contains(part.Key)) || part.Distinct().Skip(1).Any())) return Shown();
            if (joined.Length < FewestCombinations || !Array.TrueForAll(parts, part => known.Contains(part.Key) || part.Skip(1).Any())) continue;
            if (mark != ' ' || parts.Count(part => known.Contains(part.Key)) * 3 > parts.Length * 2 || joined.DistinctBy(static pair => pair.Parts.Length).Count() > 2)
                return Shown();

            string Shown() => Tables.TableNotes.List([.. joined.Take(2).Select(static pair => pair.Name)]);
        }

        return null;
    }

    private static IEnumerable<string> OfValues(string source, ValueTargets train, bool areScaled)
    {
        var samples = new DoubleSamples(train.Values.AsMemory(), [train.Width]);
        (bool areAlike, IReadOnlyList<int> constant) = ScalingEstimator.FindConstant(samples, channelsLast: false);
        if (areAlike)
            throw new DataFormatException(DataErrors.Label, source, $"has the same value to predict in all training samples, {train.Values[0].ToString(CultureInfo.InvariantCulture)}: give samples with other values, or name another column.");
        if (constant.Count > 0)
            yield return $"{Listed("value to predict", [.. constant.Select(c => c.ToString(CultureInfo.InvariantCulture))], "is", "are")} the same in all training samples.";
        if (!areScaled && RoundedAway(ScalingEstimator.Estimate(samples), constant).Length > 0)
            yield return "Values to predict lie so far from 0, or so close to it, that single precision hardly tells them apart as they are: leave -ScaleTargets:$false out.";
    }

    // Where the rounding is a thousandth of the spread, or more.
    private static int[] RoundedAway(FeatureScaling measured, IReadOnlyList<int> constant) =>
    [
        .. Enumerable.Range(0, measured.Channels).Where(c => !constant.Contains(c)
            && (Math.Abs(measured.Means[c]) > MostOverSpread * measured.StandardDeviations[c] || measured.StandardDeviations[c] < LeastSpread)),
    ];

    private static string Listed(string what, string[] which, string one, string several)
    {
        if (which.Length == 1) return $"The {what} {which[0]} {one}";
        string plural = what switch { "class" => "classes", "value to predict" => "values to predict", _ => what + "s" };
        return $"The {plural} {string.Join(", ", which.Take(MostNamed))}{(which.Length > MostNamed ? $" and {which.Length - MostNamed} more" : "")} {several}";
    }
}
