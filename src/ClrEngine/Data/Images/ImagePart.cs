using ClrEngine.Data.Images.LabelTables;

namespace ClrEngine.Data.Images;

/// <summary>The images of one part, their heads and labels, in one order.</summary>
/// <param name="Source">The folder or the table that the labels come from.</param>
/// <param name="Paths">The images.</param>
/// <param name="Heads">What their heads say.</param>
/// <param name="Labels">Their labels; none where a model is asked, and they have none.</param>
internal sealed record ImagePart(string Source, string[] Paths, ImageHead[] Heads, string[] Labels)
{
    /// <summary>Finds the parts below a folder.</summary>
    /// <exception cref="DataFormatException">A file is no image, an image is damaged or has no label, or a link leaves the folder.</exception>
    public static (ImagePart Train, ImagePart? Validation) Find(string root, DataOptions options, List<string> warnings)
    {
        var doubts = new List<TableDoubt>();
        string? train = Inner(root, PartNames.Training) is { } inner && ImageTree.HasFolders(inner) ? inner : null, held = train is null ? null : Inner(root, PartNames.Validation);
        if (train is not null)
        {
            ImagePart learnt = Read(train, root, options, warnings, doubts) ?? throw NoLabels(train, doubts, options);
            ImagePart? validated = held is null ? null : Read(held, root, options, warnings, doubts, learnt.Labels.ToHashSet());
            string[] others = [.. Directory.EnumerateDirectories(root).Where(other => other != train && !ImageTree.IsHousekeeping(Path.GetFileName(other)) && !IsHeld(Path.GetFileName(other)) && ImageTree.HasImage(other)).Order(StringComparer.Ordinal)];
            if (others.Length > 0)
                warnings.Add($"{(others.Length == 1 ? "A folder" : $"{others.Length} folders")} of images beside '{train}' {Counted.Form(others.Length)} left out, '{others[0]}'{(others.Length == 1 ? "" : " the first")}: {(held is null ? $"name one of them '{PartNames.Validation[0]}' to validate by it, as some of the other images are held out" : "give it by itself to use it")}.");
            return (learnt, learnt.Labels.Length == 0 ? validated?.WithoutLabels() : validated);
        }

        FoundImages found = FoundImages.In(root, root, options, warnings);
        ImageLabels? trainTable = Table(found, [root], validation: false, options, doubts, warnings), heldTable = trainTable is null ? null : Table(found, [root], validation: true, options, doubts, warnings);
        if (trainTable is null)
        {
            options.RefuseUnused("images", DataOptionUse.ImageSize | DataOptionUse.Stream);
            // One folder is no class where a table says that it is none.
            ImagePart byFolder = (found.Tops.Length == 1 && doubts.Exists(static doubt => doubt.IsNamed) ? null : ByFolder(found, options)) ?? Unlabelled(found, options) ?? throw NoLabels(root, doubts, options);
            Warn(doubts, byFolder, warnings);
            if (byFolder.Labels.Length == 0) return (byFolder, null);
            string[] lists = [.. Directory.EnumerateFiles(root).Where(file => ImageLabels.IsText(file) && ImageClasses.IsOfPart(Path.GetFileName(file)) && !warnings.Exists(warning => warning.StartsWith($"'{file}'", StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
            if (lists.Length > 0)
                warnings.Add($"{Tables.TableNotes.List(lists)}: the folders in '{found.Folder}' are classes, some of whose images are held out anew, and {(lists.Length == 1 ? "this text beside them has" : "these texts beside them have")} no part in it: put the images of each part into folders '{PartNames.Training[0]}' and '{PartNames.Validation[0]}'.");
            return (byFolder, null);
        }

        // Who asks about images wants an answer for each.
        if (options.MayLackLabels && found.Entries.FirstOrDefault(entry => !trainTable.ByImage.ContainsKey(entry.Path) && heldTable?.ByImage.ContainsKey(entry.Path) != true) is { } bare)
        {
            warnings.Add($"'{trainTable.Table}' has no label for '{bare.Relative}', so that no image counts as labelled: all are answered.");
            return (Unlabelled(found, options)!, null);
        }

        // A table of all images, and a folder for each part: the folders tell the parts.
        var first = found.Where(entry => trainTable.ByImage.ContainsKey(entry.Path));
        bool inParts = heldTable is null && first.Any(static entry => IsHeld(entry.Top)) && !first.All(static entry => IsHeld(entry.Top));
        if (trainTable.Split is { } split && heldTable is null && !inParts)
            warnings.Add($"'{trainTable.Table}': its column {split}, and is not used, while images are held out anew: write each part to a table of its own, train.csv and test.csv.");
        ImageEntry[] both = heldTable is null ? [] : first.Where(entry => heldTable.ByImage.ContainsKey(entry.Path)).Entries;
        if (both.Length > 0)
            warnings.Add($"{Counted.Of(both.Length, "image")} {Counted.Form(both.Length)} named in '{trainTable.Table}' and in '{heldTable!.Table}', '{both[0].Path}' the first, and {Counted.Form(both.Length, "it is", "they are")} learnt from and held out: remove {Counted.Form(both.Length, "it", "them")} from one of the tables.");
        ImagePart all = ByTable(inParts ? found.Where(static entry => !IsHeld(entry.Top)) : heldTable is null ? found : first, trainTable, warnings);
        return (all, inParts ? ByTable(found.Where(static entry => IsHeld(entry.Top)), trainTable, warnings)
            : heldTable is null ? null : ByTable(found.Where(entry => heldTable.ByImage.ContainsKey(entry.Path) || !trainTable.ByImage.ContainsKey(entry.Path)), heldTable, warnings));
    }

    /// <summary>What may be said of a table of labels.</summary>
    public const DataOptionUse TableUse = DataOptionUse.Delimited | DataOptionUse.MissingValues;

    /// <summary>The name of the table's column that the labels come from; null where they come from none with a name.</summary>
    public string? Column { get; init; }

    /// <summary>Whether the labels come from a table, not from the names of folders.</summary>
    public bool HasTable => !Directory.Exists(Source);

    /// <summary>Where a label comes from, for errors: the class's folder, or the table.</summary>
    public string Place(string label) => Directory.Exists(Path.Combine(Source, label)) ? Path.Combine(Source, label) : Source;

    /// <summary>Whether a folder has the name of a part that is held out.</summary>
    public static bool IsHeld(string folder) => PartNames.Validation.Any(part => PartNames.IsFolderOf(part, folder));

    private static void Warn(List<TableDoubt> doubts, ImagePart part, List<string> warnings) =>
        warnings.AddRange(doubts.Where(static doubt => doubt.IsNamed).Select(doubt => $"{doubt.What}; {(part.Labels.Length > 0 ? "the names of the folders are taken for labels, and " : "")}the table is left out."));

    private ImagePart WithoutLabels() => this with { Labels = [], Column = null };

    private static ImagePart? Unlabelled(FoundImages found, DataOptions options) =>
        options.MayLackLabels && found.Paths.Length > 0 ? new ImagePart(found.Folder, found.Paths, found.Heads, []) : null;

    // Whether the folders are all called as classes of the model that is tested; where there is none, any name may be that of a class.
    private static bool MayBeClasses(FoundImages found, DataOptions options) => options.Classes is null || found.All(entry => options.Classes.Contains(entry.Top));

    // One part in a folder of its own; null where it has no labels.
    private static ImagePart? Read(string folder, string root, DataOptions options, List<string> warnings, List<TableDoubt> doubts, HashSet<string>? classes = null)
    {
        FoundImages found = FoundImages.In(folder, root, options, warnings);
        // A table for validation may lie in its own folder, such as val/val_annotations.txt, or beside it.
        ImageLabels? table = (classes is null ? null : Table(found, [folder, root], validation: true, options, doubts, warnings)) ?? Table(found, [folder, root], validation: false, options, doubts, warnings);
        if (table is not null) return ByTable(found, table, warnings);
        if (classes is null) options.RefuseUnused("images", DataOptionUse.ImageSize | DataOptionUse.Stream);
        if (found.Tops.Any(top => classes is null || classes.Contains(top) || !FoundImages.IsPlace(top)))
        {
            ImagePart? part = ByFolder(found, options) ?? Unlabelled(found, options);
            if (classes is null && part is not null) Warn(doubts, part, warnings);
            return part;
        }

        if (Unlabelled(found, options) is { } asked) return asked;
        if (classes is not null)
            warnings.Add($"'{folder}' has no folders of classes and no table of labels: it is left out, and some of the other images are held out for validation.");
        return null;
    }

    private static ImageLabels? Table(FoundImages found, string[] folders, bool validation, DataOptions options, List<TableDoubt> doubts, List<string> warnings)
    {
        string[] tables = [.. folders.SelectMany(folder => ImageLabels.Candidates(folder, validation))];
        foreach (string table in tables)
        {
            if (ImageLabels.Read(table, found.Entries, options, doubts) is not { } labels) continue;
            if (options.MayLackLabels && !labels.IsNamed && options.Classes is { } known && labels.ByImage.Values.FirstOrDefault(label => !known.Contains(label)) is { } unknown)
            {
                warnings.Add($"'{table}' is left out: it calls images '{unknown}', which is no class of the model.");
                continue;
            }

            // Folders that say something else of an image than the table does.
            ImageEntry? other = options.LabelColumn is null && (options.Label is null || labels.Column != options.Label) && MayBeClasses(found, options) && found.Tops.Length > 1 && !found.Tops.All(FoundImages.IsPlace)
                ? found.Entries.FirstOrDefault(entry => labels.ByImage.TryGetValue(entry.Path, out string? label) && label != entry.Top)
                : null;
            if (other is not null && !labels.IsNamed && found.All(static entry => entry.Top.Length > 0) && (labels.Column is not null || labels.ByImage.Values.Distinct().Count() == labels.ByImage.Count))
            {
                string said = $"'{table}': the names of the folders are taken for labels, and {(labels.Column is { } column ? $"its column '{column}', which has not the name of one, is left out; -LabelColumn '{column}' takes it" : "its own, another one for each image, are left out")}.";
                if (!warnings.Contains(said)) warnings.Add(said);
                continue;
            }

            if (other is not null)
                throw new DataFormatException(DataErrors.Label, other.Path, $"lies in the folder '{other.Top}', and '{table}' gives it the label '{labels.ByImage[other.Path]}': take the table's labels with -LabelColumn, or remove the table.");
            (options with { LabelColumn = null }).RefuseUnused("images", DataOptionUse.ImageSize | DataOptionUse.Stream | DataOptionUse.Regression | TableUse);
            return labels with { Other = tables.SkipWhile(one => one != table).Skip(1).Select(one => Difference(one, labels)).FirstOrDefault(static what => what is not null) };
        }

        return null;

        string? Difference(string one, ImageLabels labels)
        {
            try
            {
                return ImageLabels.Read(one, found.Entries, options, []) is { } others && others.ByImage.FirstOrDefault(pair => labels.ByImage.TryGetValue(pair.Key, out string? label) && label != pair.Value) is { Key: { } image } pair
                    ? $"'{one}' gives '{image}' the label '{pair.Value}', '{labels.Table}' gives it '{labels.ByImage[image]}', and the latter is taken: remove the table that is not meant."
                    : null;
            }
            catch (DataFormatException)
            {
                // What is left out need not be sound.
                return null;
            }
        }
    }

    private static ImagePart? ByFolder(FoundImages found, DataOptions options)
    {
        // A folder around those of the classes, as archives have it.
        if (found.Tops is [var around] && !options.ForEvaluation && found.Entries.All(static entry => entry.Relative.Count(static c => c == '/') > 1) && found.Entries.Select(static entry => entry.Relative.Split('/')[1]).Distinct().Take(2).Count() == 2)
            throw new DataFormatException(DataErrors.Label, found.Folder, $"has one folder, '{around}', and its folders are the classes, as it seems: give '{Path.Combine(found.Folder, around)}'.");
        if (found.Tops.All(FoundImages.IsPlace) || (options.MayLackLabels && !MayBeClasses(found, options))) return null;
        string? empty = Directory.EnumerateDirectories(found.Folder).Order(StringComparer.Ordinal)
            .FirstOrDefault(inner => !ImageTree.IsHousekeeping(Path.GetFileName(inner)) && !found.Tops.Contains(Path.GetFileName(inner)));
        if (empty is not null)
            throw new DataFormatException(DataErrors.Empty, empty, $"is a class without an image: put images there ({ImageKinds.Read}), or remove it.");
        if (found.Entries.FirstOrDefault(static entry => entry.Top.Length == 0) is { } loose)
            throw new DataFormatException(DataErrors.Label, loose.Path, "lies beside the folders of classes and has no label: put it into one of them, or remove it.");
        return new ImagePart(found.Folder, found.Paths, found.Heads, [.. found.Entries.Select(static entry => entry.Top)]);
    }

    private static ImagePart ByTable(FoundImages found, ImageLabels table, List<string> warnings)
    {
        FoundImages named = found.Where(entry => table.ByImage.ContainsKey(entry.Path));
        if (named.Entries.Length == 0) throw NoLabels(found.Folder, [], DataOptions.Default);
        int lone = found.Entries.Length - named.Entries.Length;
        if (found.Entries.FirstOrDefault(entry => !table.ByImage.ContainsKey(entry.Path)) is { } other)
            warnings.Add($"{Counted.Of(lone, "image")} {Counted.Form(lone)} left out, '{other.Path}'{(lone == 1 ? "" : " the first")}: '{table.Table}' has no label for {Counted.Form(lone, "it", "them")}.");
        if (table.Other is { } difference) warnings.Add(difference);
        if (table.Unknown.Count > 0)
            warnings.Add($"'{table.Table}' names {Counted.Of(table.Unknown.Count, "image")} that {Counted.Form(table.Unknown.Count)} not there, '{table.Unknown[0]}'{(table.Unknown.Count == 1 ? "" : " the first")}.");
        return new ImagePart(table.Table, named.Paths, named.Heads, [.. named.Paths.Select(path => table.ByImage[path])])
        {
            Column = table.Column,
        };
    }

    private static string? Inner(string folder, string[] names) => names
        .Select(name => Directory.EnumerateDirectories(folder).FirstOrDefault(inner => PartNames.IsFolderOf(name, Path.GetFileName(inner))))
        .FirstOrDefault(static inner => inner is not null);

    private static DataFormatException NoLabels(string folder, List<TableDoubt> doubts, DataOptions options) => new(
        DataErrors.Label, folder, doubts.Count > 0 ? $"has images without labels: {string.Join("; ", doubts.Select(static doubt => doubt.What).Distinct().Take(3))}." : $"has images without labels: put those of each class into a folder of its own, or lay a table beside them, such as labels.csv, with columns filename and label{(options.InputShape.Count > 0 ? "; -Predict needs none" : "")}.");
}
