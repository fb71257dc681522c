using ClrEngine.Data;
using ClrEngine.Tests.Data.Arrays;

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
    public void A_path_of_no_known_format_is_refused_with_the_known_formats()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
        Assert.Equal(DataFault.UnknownFormat, error.Fault);
        Assert.Contains("train-images-idx3-ubyte", error.Message);
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
            [("digits", false), ("breast-cancer", false), ("iris", false), ("wine", false), ("idx", true), ("cifar", true), ("numpy", true), ("csv", true), ("parquet", true), ("images", true)],
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
