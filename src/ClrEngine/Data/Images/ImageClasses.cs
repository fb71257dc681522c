using System.Text.RegularExpressions;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Images;

/// <summary>The classes of images: their order, and what is said of names that often mean something else.</summary>
internal static partial class ImageClasses
{
    /// <summary>The different labels of a part in their order: folders go by the alphabet, as do a table's labels, unless all of these are numbers.</summary>
    public static string[] Of(ImagePart part)
    {
        IEnumerable<string> names = part.Labels.Distinct().Order(StringComparer.Ordinal);
        return [.. part.HasTable && part.Labels.All(static label => Number(label).HasValue) ? names.OrderBy(static name => Number(name)) : names];
    }

    /// <summary>The place of each label among the classes.</summary>
    /// <exception cref="DataFormatException">A label is none of them.</exception>
    public static int[] Numbers(ImagePart part, string[] classes, string training)
    {
        Dictionary<string, int> places = Enumerable.Range(0, classes.Length).ToDictionary(place => classes[place]);
        return [.. part.Labels.Select(label => places.TryGetValue(label, out int place)
            ? place
            : throw new DataFormatException(DataErrors.Label, part.Place(label), $"is a class that '{training}' does not have: give both parts the same classes."))];
    }

    /// <summary>Says what may be meant otherwise, of the part that is learnt from.</summary>
    /// <exception cref="DataFormatException">The labels are values to predict.</exception>
    public static void Note(ImagePart part, string[] classes, DataOptions options, List<string> warnings)
    {
        if (options.Regression == true)
            throw new InvalidParameterException("Regression", true, "Images are read with classes, not with values to predict: leave Regression out, or give arrays of pixels and values (.npz).");
        // Where a model is tested, it tells which classes there are.
        if (options.ForEvaluation) return;
        if (options.Regression is null && classes.All(static name => Number(name).HasValue)) NoteNumbers(part, classes, warnings);
        if (part.HasTable && options.MissingValues is null && classes.FirstOrDefault(static name => FieldText.FormOf(name, FieldText.UsualMissing) == FieldForm.Missing) is { } missing)
            warnings.Add($"'{part.Source}' labels {Counted.Of(part.Labels.Count(label => label == missing), "image")} as '{missing}', and it is learnt like any other class: remove their rows if it stands for no label.");
        NotePlaces(part, classes, warnings);
        if (part.HasTable || !classes.All(static name => name.All(char.IsAsciiDigit))) return;
        string[] byNumber = [.. classes.OrderBy(static name => Number(name))];
        int place = classes.Zip(byNumber).TakeWhile(static pair => pair.First == pair.Second).Count();
        if (place < classes.Length)
            warnings.Add($"'{part.Source}' has folders named by whole numbers, and they are classes in the order of the alphabet, as in torchvision: class {place}, counted from 0, is '{classes[place]}', not '{byNumber[place]}'. To a model that was trained elsewhere in the order of the numbers, name each with as many digits, such as '{byNumber[place].PadLeft(classes.Max(static name => name.Length), '0')}'.");
    }

    private static void NoteNumbers(ImagePart part, string[] classes, List<string> warnings)
    {
        const string Remedy = "images are not read with values to predict. Give arrays of pixels and values (.npz) where that is meant";
        double[] numbers = [.. part.Labels.Select(static label => Number(label)!.Value)];
        if (classes.GroupBy(static name => Number(name)).FirstOrDefault(static same => same.Skip(1).Any()) is { } same)
            warnings.Add($"'{part.Source}' has the classes {TableNotes.List([.. same])}, which are the same number, and each is a class of its own: write it alike.");
        if (part.HasTable && TableTargets.UnknownLabel(part.Column ?? part.Source, numbers) is { } unknown) warnings.Add($"'{part.Source}': {unknown}.");
        bool mayBeValues = part.HasTable && !TableDoubts.IsOfClasses(part.Column ?? ""), looks = mayBeValues && TableTargets.IsQuantity(part.Column ?? "", numbers);
        if (mayBeValues && TableTargets.AreMeasured(numbers))
            throw new DataFormatException(
                DataErrors.Label, part.Source, $"labels {numbers.Length} images by {classes.Length} different numbers, such as '{classes[0]}', hardly one of which comes twice: they are values, and {Remedy}, or -Regression:$false if each is a class.");
        if (Array.Find(classes, static name => Number(name) is { } value && value != Math.Floor(value)) is { } measured)
            warnings.Add($"'{part.Source}' labels images by numbers such as '{measured}', and each of the {classes.Length} is a class of its own, no nearer to one than to another: {Remedy}, or names that are no numbers.");
        else if (mayBeValues && (looks || !TableTargets.AreNumbered(numbers) || TableTargets.MayBeQuantity(part.Column ?? "", classes.Length)))
            warnings.Add($"the {classes.Length} different whole numbers in {(part.Column is { } column ? $"'{column}' of " : "")}'{part.Source}' are taken for classes, none nearer to one than to another, and {(looks ? "look" : "may be")} counted or measured: {Remedy}, or -Regression:$false if they are classes.");
    }

    // Folders that are classes, and are called as those in which other things lie.
    private static void NotePlaces(ImagePart part, string[] classes, List<string> warnings)
    {
        if (part.HasTable) return;
        // A train may be a class among vehicles.
        (string One, string Two)? parts = PartsAmong(classes);
        if (parts is { } pair)
            warnings.Add($"'{part.Source}' has the folders '{pair.One}' and '{pair.Two}', whose names are those of parts of the data, and they are taken for classes: name such folders '{PartNames.Training[0]}' and '{PartNames.Validation[0]}', with a folder for each class in them.");
        string[][] places = [.. part.Paths.Select(path => Path.GetRelativePath(part.Source, path).Split(Path.DirectorySeparatorChar))];
        string?[] inner = [.. new[] { PartNames.Training, PartNames.Validation }.Select(names => places.Where(place => place.Length > 2 && names.Any(name => PartNames.IsFolderOf(name, place[1]))).Select(static place => $"{place[0]}/{place[1]}").FirstOrDefault())];
        if (inner is [{ } training, { } held])
            warnings.Add($"'{part.Source}' has the folders '{training}' and '{held}', and both are taken for images of their class, of which some are held out anew: put each class into a folder '{PartNames.Training[0]}' and a folder '{PartNames.Validation[0]}', not these into each class.");
        ILookup<string, string> classesOf = places.ToLookup(static place => Path.GetFileNameWithoutExtension(place[^1]), static place => place[0]);
        if (parts is null && classes.FirstOrDefault(name => PairName().IsMatch(name) && places.Where(place => place[0] == name).All(place => classesOf[Path.GetFileNameWithoutExtension(place[^1])].Distinct().Skip(1).Any())) is { } like)
            warnings.Add($"'{part.Source}' has the folder '{like}', each file of which has its like by name in another folder, as images and their masks have, and it is taken for a class: give images in a folder for each class.");
    }

    // Two that have the names of parts in theirs, such as seg_train and test-images, or that differ in these alone, such as trainA and testA.
    private static (string One, string Two)? PartsAmong(string[] classes)
    {
        if (classes.Where(IsOfPart).ToArray() is [var one, var two, ..]) return (one, two);
        foreach (string name in classes.Where(static name => name.Contains(PartNames.Training[0], StringComparison.OrdinalIgnoreCase)))
        {
            string[] others = [.. PartNames.Validation.Select(part => name.Replace(PartNames.Training[0], part, StringComparison.OrdinalIgnoreCase))];
            if (Array.Find(classes, one => others.Contains(one, StringComparer.OrdinalIgnoreCase)) is { } other) return (name, other);
        }

        return null;
    }

    [GeneratedRegex("image|img|photo|mask|annotation|segment|ground_?truth", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PairName();

    /// <summary>Whether a word of a name is that of a part, such as seg_train, or test-images.</summary>
    public static bool IsOfPart(string name) => name.Split('_', '-', '.', ' ').Intersect([.. PartNames.Training, .. PartNames.Validation], StringComparer.OrdinalIgnoreCase).Any();

    private static double? Number(string name) => FieldText.TryParse(name, decimalComma: name.Contains(','), out double value) ? value : null;
}
