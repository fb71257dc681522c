namespace ClrEngine.Tests.Data;

public sealed class DataCatalogTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("Digits")]
    public void A_known_name_loads_its_set_in_any_case(string name) =>
        Assert.Equal("embedded", DataCatalog.Default.Load(name).Source);

    [Fact]
    public void A_path_loads_by_the_format_that_matches()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        Assert.Equal(folder.Path, DataCatalog.Default.Load(folder.Path).Source);
    }

    [Fact]
    public void A_relative_path_starts_at_the_working_folder()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        TrainingData data = DataCatalog.Default.Load(Path.GetFileName(folder.Path), workingFolder: Path.GetDirectoryName(folder.Path));
        Assert.Equal(folder.Path, data.Source);
    }

    [Fact]
    public void A_name_goes_before_a_folder_of_the_same_name()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "digits"));
        Assert.Equal("embedded", DataCatalog.Default.Load("digits", workingFolder: folder.Path).Source);
        Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load("./digits", workingFolder: folder.Path));
    }

    [Fact]
    public void A_text_that_is_neither_is_refused_with_the_known_names_and_formats()
    {
        var error = Assert.Throws<DataNotFoundException>(() => DataCatalog.Default.Load("digit"));
        Assert.Equal("DataNotFound", error.ErrorId);
        Assert.Contains("digits", error.Message);
        Assert.Contains("train-images-idx3-ubyte", error.Message);
    }

    [Fact]
    public void A_path_where_nothing_lies_is_refused_in_one_sentence() => Assert.Equal(
        $"Nothing lies at '{Path.GetFullPath("none.csv")}', and it is none of the names digits, breast-cancer, iris, wine: check the path, or give a name.",
        Assert.Throws<DataNotFoundException>(() => DataCatalog.Default.Load("none.csv")).Message);

    [Fact]
    public void A_path_that_ends_as_the_name_of_a_set_is_told_the_name() => Assert.Equal(
        $"Nothing lies at '{Path.GetFullPath("./Iris")}': check the path, or give 'iris' as a name, which is no path, to load the set that is called so.",
        Assert.Throws<DataNotFoundException>(() => DataCatalog.Default.Load("./Iris")).Message);

    [Fact]
    public void A_path_of_no_known_format_is_refused_with_the_known_formats()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
        Assert.Equal(DataErrors.UnknownFormat, error.Cause);
        Assert.Contains("train-images-idx3-ubyte", error.Message);
    }

    [Fact]
    public void A_folder_of_several_formats_is_refused_by_their_names()
    {
        using TempFolder folder = new(), raw = folder.Inner("MNIST/raw");
        raw.WriteSet("train", [0, 0, 1, 1]);
        File.WriteAllText(folder.At("train.csv"), "a,b\n1,x\n2,y\n3,x\n4,y\n");
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
        Assert.Equal(DataErrors.SeveralSets, error.Cause);
        Assert.Contains("idx, csv", error.Message);
        Assert.NotNull(DataCatalog.Default.Load(folder.At("MNIST")));
    }

    [Fact]
    public void What_lies_in_a_folder_of_no_format_is_said()
    {
        using TempFolder folder = new(), inner = folder.Inner("table.csv");
        Assert.Contains("is a folder, and empty", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(inner.Path)).Message);
        File.WriteAllText(inner.At("notes.txt"), "");
        Assert.Contains("is a folder, and what it holds (notes.txt)", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(inner.Path)).Message);
    }

    [Theory]
    [InlineData("mycifar.tar.gz", "1F8B0800", "rename it, as 'cifar-10-mycifar.tar.gz'")]
    [InlineData("set.gz", "1F8B0800", "such as 'set.csv.gz'")]
    [InlineData("p4.zip", "504B0304", "such as 'p4.csv.zip'")]
    [InlineData("book.xlsx", "504B0304", "save its sheet as CSV")]
    [InlineData("optdigits.tra", "302C312C320A", "rename it, as 'optdigits.tra.csv'")]
    [InlineData("table.pq", "50415231", "rename it, as 'table.parquet'")]
    public void What_to_do_with_a_file_of_no_format_is_said(string name, string start, string remedy)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.At(name), Convert.FromHexString(start));
        Assert.Contains(remedy, Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.At(name))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_one_file_of_a_folder_that_can_be_read_is_named()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("data.csv"), "a,b\n1,x\n2,y\n");
        Assert.Contains($"give '{folder.At("data.csv")}'", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_format_loads_its_paths()
    {
        using var folder = new TempFolder();
        var catalog = new DataCatalog([], [new EveryPath()]);
        Assert.Equal("digits", catalog.Load(folder.Path).Name);
    }

    [Fact]
    public void What_is_known_lists_names_and_formats() =>
        Assert.Equal(
            [("digits", false), ("breast-cancer", false), ("iris", false), ("wine", false), ("idx", true), ("cifar", true), ("numpy", true), ("images", true), ("csv", true), ("parquet", true)],
            DataCatalog.Default.Known.Select(static known => (known.Name, known.IsFormat)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_validation_fraction_that_leaves_a_part_empty_is_refused(double fraction) =>
        Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => new DataOptions { ValidationFraction = fraction });

    [Fact]
    public void An_option_without_effect_is_refused_by_the_name_that_the_user_gave()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        AssertWithoutUse("LabelColumn", "digits", new DataOptions { LabelColumn = "0" });
        AssertWithoutUse("MaxImagePixels", "iris", new DataOptions { MaxImagePixels = 9 });
        AssertWithoutUse("ImageSize", "iris", new DataOptions { ImageSize = new ImageSize(8, 8) });
        AssertWithoutUse("IgnoreColumn", folder.Path, new DataOptions { IgnoreColumns = ["0"] });
        AssertWithoutUse("CoarseLabels", folder.Path, new DataOptions { FineLabels = false });
        AssertWithoutUse("HeaderRow", folder.Path, new DataOptions { HeaderRow = HeaderRow.Absent });
        AssertWithoutUse("Regression", folder.Path, new DataOptions { Regression = false });

        static void AssertWithoutUse(string parameter, string data, DataOptions options)
        {
            var error = Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => DataCatalog.Default.Load(data, options));
            Assert.Equal("DataOptionWithoutUse", error.ErrorId);
            Assert.Equal(parameter, error.ParamName);
        }
    }

    private sealed class EveryPath : IDataFormat
    {
        public string Name => "every";

        public string Description => "every path";

        public bool Matches(string path) => true;

        public TrainingData Load(string path, DataOptions options) => Digits.Load(options);
    }
}

public sealed class DigitsTests
{
    private static readonly TrainingData Raw = Digits.Load(new DataOptions { Standardize = false });
    private static readonly TrainingData Standardized = Digits.Load();

    [Fact]
    public void The_digits_are_1797_images_of_one_channel_and_8_by_8_pixels()
    {
        Assert.Equal(1797, Raw.Train.Count + Raw.Validation.Count);
        Assert.Equal([1, 8, 8], Raw.Shape);
    }

    [Fact]
    public void Both_parts_together_have_the_counts_by_class_of_the_published_set()
    {
        int[] counts = [.. Raw.Train.Labels().Concat(Raw.Validation.Labels()).CountBy(static label => label).OrderBy(static pair => pair.Key).Select(static pair => pair.Value)];
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], counts);
    }

    [Fact]
    public void The_second_image_is_the_first_to_learn_from_with_pixels_between_0_and_1()
    {
        float[] top = [0, 0, 0, 12, 13, 5, 0, 0];
        Assert.Equal(top.Select(static pixel => pixel / 16), Raw.Train.Samples.ReadRows(0)[..8]);
        Assert.Equal(1, Raw.Train.Labels()[0]);
    }

    [Fact]
    public void The_first_image_is_held_out_by_the_default_seed()
    {
        float[] top = [0, 0, 5, 13, 9, 1, 0, 0];
        Assert.Equal(top.Select(static pixel => pixel / 16), Raw.Validation.Samples.ReadRows(0)[..8]);
        Assert.Equal(0, Raw.Validation.Labels()[0]);
    }

    [Fact]
    public void The_scaling_is_that_of_the_training_part_alone()
    {
        // Computed apart from this code, in Python's exact sums.
        Assert.Equal(0.3059003933414465, Standardized.Scaling.Means.Single(), 1e-14);
        Assert.Equal(0.3761567712183875, Standardized.Scaling.StandardDeviations.Single(), 1e-14);
    }

    [Fact]
    public void Scaled_training_samples_have_mean_0_and_deviation_1()
    {
        float[] values = Standardized.Train.Samples.ReadAll();
        double mean = values.Average(static value => (double)value);
        Assert.Equal(0, mean, 1e-6);
        Assert.Equal(1, Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2))), 1e-6);
    }

    [Fact]
    public void Validation_samples_are_scaled_by_the_training_figures()
    {
        float pixel = Raw.Validation.Samples.ReadRows(5)[20];
        Assert.Equal(
            (float)((pixel - Standardized.Scaling.Means[0]) / Standardized.Scaling.StandardDeviations[0]),
            Standardized.Validation.Samples.ReadRows(5)[20]);
    }

    [Fact]
    public void The_attribution_that_the_licence_demands_comes_with_the_data()
    {
        Assert.Equal("CC BY 4.0", Raw.License);
        Assert.Contains("E. Alpaydin and C. Kaynak", Raw.Attribution);
    }

    [Fact]
    public void The_identity_is_the_same_on_every_machine_and_in_every_version() =>
        // Computed apart from this code, in Python.
        Assert.Equal("42fcfbd8decbb9672706e1a8df2d81a93b72c19317dee99d5ebf2c7fd4c99c48", Standardized.Identity);

    [Fact]
    public void The_identity_changes_with_the_seed_the_fraction_and_the_scaling()
    {
        string[] identities =
        [
            Standardized.Identity,
            Raw.Identity,
            Digits.Load(new DataOptions { Seed = 1 }).Identity,
            Digits.Load(new DataOptions { ValidationFraction = 0.25 }).Identity,
        ];
        Assert.Distinct(identities);
    }
}
