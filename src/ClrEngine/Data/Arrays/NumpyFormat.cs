using ClrEngine.Data.Preparation;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Arrays;

/// <summary>Arrays that NumPy saved: one .npz file, or a folder of .npy files. Pickled objects are never read.</summary>
internal sealed class NumpyFormat : IDataFormat
{
    private const string ArrayEnding = ".npy";
    private const string ArchiveEnding = ".npz";

    // In the order in which they are looked for.
    private static readonly string[] Features = ["x", "images", "data", "features", "samples", "inputs", "input", "dataset", "arr_0"];
    private static readonly string[] Labels = ["y", "labels", "label", "targets", "target", "class", "outputs", "output", "arr_1"];

    // Below so many classes of texts nobody is asked; above, each label of its own is a name or a note.
    private const int MostGuessed = 100;

    public string Name => "numpy";

    public string Description => "a .npz file, or a folder of .npy files, with x and y, or x_train, y_train, x_test and y_test";

    public DataOptionUse Uses => DataOptionUse.Regression | DataOptionUse.Layout;

    public bool Matches(string path) => File.Exists(path)
        ? path.EndsWith(ArchiveEnding, StringComparison.OrdinalIgnoreCase) || IsArray(path)
        : Directory.Exists(path) && PartNames.Training.Append("").Any(part => Named(Files(path).Keys, Features, part).Length > 0);

    public TrainingData Load(string path, DataOptions options)
    {
        if (path.EndsWith(ArchiveEnding, StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            using var archive = new NpzArchive(DataStream.File(path));
            return Load(Path.GetFileNameWithoutExtension(path), path, archive.Names, archive.Read, options);
        }

        string? file = File.Exists(path) ? Path.GetFullPath(path) : null;
        string folder = Path.TrimEndingDirectorySeparator(file is null ? Path.GetFullPath(path) : Path.GetDirectoryName(file)!);
        Dictionary<string, string> files = Files(folder);
        var links = new FolderLinks(folder);
        var read = new List<string>();
        TrainingData data = Load(DataPreparation.NameOf(folder, Name), folder, files.Keys, Read, options);
        return file is null || read.Contains(file) ? data : throw new DataFormatException(
            DataErrors.Missing, file, $"is none of the arrays that would be read beside it ({string.Join(", ", read.Select(Path.GetFileName))}): give one of these, or the folder.");

        NpyArray Read(string array)
        {
            read.Add(files[array]);
            return NpyArray.Read(links.Open(files[array]));
        }
    }

    public static TrainingData Load(string name, string source, IReadOnlyCollection<string> names, Func<string, NpyArray> read, DataOptions options)
    {
        var warnings = new List<string>();
        ((string X, string Y) train, (string X, string Y)? validation) = FindParts(source, names, warnings);
        using var contents = new ContentHash();
        contents.Add("numpy");
        ArrayLayout? layout = null;
        NpyArray? first = null;
        LabelledData learnt = Part(train, null);
        LabelledData? held = validation is { } test ? Part(test, learnt.Targets) : null;
        contents.Add(learnt.Targets is ClassTargets ? "classes" : "values");
        TrainingData data = DataPreparation.Prepare(name, source, learnt, held, contents.Finish(), options with { Layout = layout!.Kind });
        if (layout.Guess is not null) warnings.Add(layout.Guess);
        return warnings.Count == 0 ? data : data with { Warnings = [.. warnings, .. data.Warnings] };

        LabelledData Part((string X, string Y) pair, Targets? training)
        {
            NpyArray x = read(pair.X), y = read(pair.Y);
            if (x.Shape.IsEmpty)
                throw new DataFormatException(DataErrors.Empty, x.Path, "is a single number: give an array with one row or image a sample.");
            if (x.Type.IsText)
                throw new DataFormatException(DataErrors.Type, x.Path, "holds texts, and a model learns from numbers: save numbers for them, or a table as a CSV or Parquet file.");
            // Told from a set of one sample by the number of samples; a row is what scipy and MATLAB make of a vector.
            if (y.Shape is [1, var columns] && columns == x.Samples) y = y with { Shape = [columns] };
            if (x.Samples != y.Samples)
                throw new DataFormatException(DataErrors.CountMismatch, y.Path, $"has {Counted.Of(y.Samples, "label")} for {Counted.Of(x.Samples, "sample")} in {pair.X}: {(x.Shape is [_, var across] && across == y.Samples ? $"its samples are the columns, save {pair.X}.T" : "take both from the same set")}.");
            if (pair.Y.Equals("arr_1", StringComparison.OrdinalIgnoreCase) && x.Shape.Length == 1 && y.Shape is [_, > 1, ..])
                throw new DataFormatException(DataErrors.Missing, source, "has arrays without names, of which the second looks like the features: save them with names, as numpy.savez(file, x=x, y=y).");
            x.CheckFinite();
            Targets targets = MakeTargets(y, training, options.Regression ?? (options.PredictsValues == true ? true : null), warnings);
            layout ??= ArrayLayout.Decide(x, pair.X, options.Layout);
            if (first is not null) RequireUnit(first, x, layout, pair.X, train.X);
            else if (layout.SaidOfBytes(x, pair.X) is { } said) warnings.Add(said);
            first ??= x;
            if (x.FirstRounded() is { } rounded)
                warnings.Add($"{pair.X} has whole numbers such as {rounded:F0}, of which double precision rounds the last digits: leave them out if they number things, or save their differences from the least, as x - x.min(0) is.");
            if (training is null && x.CountsRows())
                warnings.Add($"Column 0 of {pair.X} holds another whole number in each row, as row numbers and the index of a data frame do, and is learnt from like any other; if it is such, leave it out: x[:, 1:], or df.to_numpy() without reset_index.");
            x.AddTo(contents);
            y.AddTo(contents);
            return new LabelledData(new NpySamples(x, layout), targets);
        }
    }

    /// <summary>Sees that pixels of both parts, which are divided by one number, are in one unit; arrays of whole numbers of one type may differ by chance.</summary>
    internal static void RequireUnit(NpyArray train, NpyArray held, ArrayLayout layout, string heldName, string trainName)
    {
        if ((layout.Kind != SampleLayout.Image && !train.Type.IsByte && !held.Type.IsByte) || (train.Type.IsByte && held.Type.IsByte && (layout.Kind != SampleLayout.Image || ArrayLayout.IsBinary(train) == ArrayLayout.IsBinary(held)))) return;
        double largest = SampleUnits.LargestOf(new NpySamples(held, ArrayLayout.Plain)), learnt = SampleUnits.LargestOf(new NpySamples(train, ArrayLayout.Plain));
        if (SampleUnits.Differ(learnt, largest))
            throw new DataFormatException(DataErrors.Value, held.Path, string.Create(
                CultureInfo.InvariantCulture, $"has values up to {largest:G6}, and those of {trainName} go up to {learnt:G6}: save {heldName} in the unit of {trainName}, such as both divided by 255 or both as bytes."));
    }

    private static Targets MakeTargets(NpyArray y, Targets? training, bool? regression, List<string> warnings)
    {
        long width = y.Numbers / y.Samples;
        TableColumn label = LabelsOf(y, warnings);
        if (width == 1)
        {
            if (training is not null) return TableTargets.MakeLike(training, y.Path, label);
            Targets made = TableTargets.Make(y.Path, label, regression, isTable: false);
            if (TableTargets.GuessOf(made, label, regression) is { } guess) warnings.Add($"{y.Path}: {guess}.");
            return made;
        }

        if (regression != true && y.Shape.Length == 2 && training is not ValueTargets && label is NumberColumn numbers && ClassTargets.FromOneHot(numbers.Exact, (int)width, (training as ClassTargets)?.ClassNames) is { } classes)
            return classes;
        if (training is ClassTargets || y.Shape.Length != 2 || regression == false || label is TextColumn || (regression is null && !y.Type.IsFloat))
            throw new DataFormatException(
                DataErrors.Label, y.Path, $"has labels of the shape ({string.Join(", ", y.Shape)}): give the number of each sample's class, or a 1 in its column and 0 in the others, or predict the values with -Regression.");
        double[] values = ((NumberColumn)label).Exact;
        if (regression is null && training is null && ClassTargets.NotQuiteOneHot(values, (int)width, "save the number of each sample's class, as y.argmax(1) is", out bool isRefused) is { } doubt)
            warnings.Add(isRefused ? throw new DataFormatException(DataErrors.Label, y.Path, $"is not of one kind: {doubt}") : $"{y.Path}: {doubt}");

        return new ValueTargets(((ValueTargets)TableTargets.Make(y.Path, label, regression: true, isTable: false)).Values, (int)width);
    }

    private static TableColumn LabelsOf(NpyArray y, List<string> warnings)
    {
        if (!y.Type.IsText)
        {
            y.CheckFinite();
            double[] numbers = y.ReadLabels();
            int large = y.Type.IsFloat ? -1 : Array.FindIndex(numbers, static number => Math.Abs(number) >= FieldText.LargestWhole);
            return large < 0 ? new NumberColumn(y.Path, "y", numbers, isLabel: true) : throw new DataFormatException(
                DataErrors.Label, y.Path, $"has labels beyond 2^53, that of sample {large} (counted from 0) the first, which cannot all be told apart: number the classes, as numpy.unique(y, return_inverse=True) does.");
        }

        string[] texts = y.ReadTexts();
        int missing = Array.FindIndex(texts, static text => text is "" or "nan" or "None" or "NaT" or "<NA>");
        if (missing >= 0)
            throw new DataFormatException(DataErrors.MissingValue, y.Path, $"has no label ('{texts[missing]}') at sample {missing}, counted from 0: name its class, or remove the sample.");
        var values = new double[texts.Length];
        if (Enumerable.Range(0, texts.Length).All(i => FieldText.TryParse(texts[i], decimalComma: false, out values[i])))
        {
            string[]? alike = texts.Distinct().GroupBy(static text => FieldText.TryParse(text, decimalComma: false, out double value) ? value : double.NaN).Select(static same => same.ToArray()).FirstOrDefault(static same => same.Length > 1);
            if (alike is not null)
                warnings.Add($"{y.Path}: the labels {TableNotes.List(alike)} are the same number, and one class: write them alike, or with a letter where each is one of its own.");
            return new NumberColumn(y.Path, "y", values, isLabel: true);
        }

        int different = texts.Distinct(StringComparer.Ordinal).Count();
        if (different > MostGuessed && different > texts.Length / 2)
            throw new DataFormatException(DataErrors.Label, y.Path, $"has {different} different texts for {texts.Length} samples, such as '{texts[0]}': give the names of classes.");
        var column = new TextColumn(y.Path, "y", texts.Length, TableTargets.MostClasses);
        for (int i = 0; i < texts.Length; i++) column.Set(i, texts[i]);
        return column;
    }

    private static bool IsArray(string file) => Packing.Endings.Any(packed => file.EndsWith(ArrayEnding + packed, StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string> Files(string folder) => Directory.EnumerateFiles(folder, "*" + ArrayEnding + "*")
        .Where(IsArray)
        .OrderBy(static file => file.Length).ThenBy(static file => file, StringComparer.Ordinal)
        .DistinctBy(ArrayName, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(ArrayName, StringComparer.OrdinalIgnoreCase);

    private static string ArrayName(string file) => Path.GetFileName(file)[..Path.GetFileName(file).LastIndexOf(ArrayEnding, StringComparison.OrdinalIgnoreCase)];

    // x and y, x_train and y_train, test_images and test_labels, and their like.
    private static ((string X, string Y) Train, (string X, string Y)? Validation) FindParts(string path, IReadOnlyCollection<string> present, List<string> warnings)
    {
        if (Pair(path, present, PartNames.Training, warnings) is { } train)
        {
            string[] others = Named(present, Features, "");
            if (others.Length > 0) warnings.Add($"{train.X} is read, and {string.Join(", ", others)} left out: where that is wrong, rename them.");
            return (train, Pair(path, present, PartNames.Validation, warnings));
        }

        (string X, string Y) all = Pair(path, present, [""], warnings) ?? throw new DataFormatException(
            DataErrors.Missing, path, $"has {(present.Count == 0 ? "no array" : $"the arrays {string.Join(", ", present.Take(10))}")}: name features and labels x and y, or x_train, y_train, x_test and y_test.");
        if (all.X.Equals("arr_0", StringComparison.OrdinalIgnoreCase) && present.Contains("arr_2", StringComparer.OrdinalIgnoreCase))
            throw new DataFormatException(DataErrors.Missing, path, "has more than two arrays without names, which do not say what they are: save them with names, as numpy.savez(file, x_train=…, y_train=…, x_test=…, y_test=…).");
        string[] held = [.. PartNames.Validation.SelectMany(part => Named(present, Features, part))];
        if (held.Length == 0) return (all, null);
        if (!PartNames.Validation.Any(part => Named(present, Features, part).Length > 0 && Named(present, Labels, part).Length > 0))
        {
            warnings.Add($"{string.Join(", ", held)} {(held.Length == 1 ? "has" : "have")} no labels and {(held.Length == 1 ? "is" : "are")} left out, and some samples of {all.X} are held out.");
            return (all, null);
        }

        (string X, string Y)? test = Pair(path, present, [.. PartNames.Validation.Where(part => Named(present, Labels, part).Length > 0)], warnings);
        if (test is { } pair) warnings.Add($"{all.X} is learnt from and {pair.X} held out, by their names: name the first {all.X}_train to say so, and remove samples from it that {pair.X} has too.");
        return (all, test);
    }

    private static (string X, string Y)? Pair(string path, IReadOnlyCollection<string> present, string[] parts, List<string> warnings)
    {
        foreach (string part in parts)
        {
            string[] x = Named(present, Features, part), y = Named(present, Labels, part);
            if (x.Length == 0) continue;
            if (y.Length == 0)
                throw new DataFormatException(DataErrors.Missing, path, $"has the features {x[0]} without labels: put {(part.Length == 0 ? "y" : $"y_{part}")} beside them.");
            foreach (string[] found in new[] { x, y }.Where(static found => found.Length > 1))
                warnings.Add($"{found[0]} is read, and {string.Join(", ", found[1..])} left out: where that is wrong, rename them.");
            return (x[0], y[0]);
        }

        return null;
    }

    // The arrays that are there under one of the names, with the part before or behind; case and underscores do not matter.
    private static string[] Named(IReadOnlyCollection<string> present, string[] names, string part) =>
    [
        .. names.SelectMany(name => new[] { Plain(name + part), Plain(part + name) }.Distinct()).SelectMany(name => present.Where(other => Plain(other) == name)),
    ];

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
