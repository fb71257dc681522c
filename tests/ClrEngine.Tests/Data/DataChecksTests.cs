using ClrEngine.Data.Arrays;
using ClrEngine.Data.Preparation;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Data;

[Collection(nameof(TorchRandomState))]
public sealed class DataChecksTests
{
    private static readonly byte[] Classes = NpyWriter.Bytes("<i8", "(6,)", 0L, 1L, 0L, 1L, 0L, 1L);

    public DataChecksTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void Samples_that_are_all_alike_are_refused_in_every_reader()
    {
        Func<TrainingData>[] sets =
        [
            () => Table.Load("a,b,y\n7,1,x\n7,1,z\n7,1,x\n7,1,z\n"),
            () => Table.Load("a,y\nred,x\nred,z\nred,x\nred,z\n"),
            () => Table.Load("a,y\n7,1.5\n7,2.5\n7,3.5\n", new DataOptions { Regression = true }),
            () => Numpy(NpyWriter.Bytes("<f4", "(6, 2)", 1f, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2)),
            () => Numpy(NpyWriter.Bytes("|u1", "(6, 2, 2)", new byte[24])),
            () => Numpy(NpyWriter.Bytes("<f8", "(6, 2, 2)", [.. Enumerable.Repeat(new[] { 1.5, 2, 3, 4 }, 6).SelectMany(static row => row)])),
            () => TensorData.Prepare(ones(6, 3), arange(6) % 2),
            () => TensorData.Prepare(full([6, 3], 1.7e9, dtype: float64), arange(6) % 2, new DataOptions { Standardize = false }),
            () => DataPreparation.Prepare("made", "made", Pixels(6), null, "made", DataOptions.Default),
        ];
        Assert.All(sets, static set => Assert.Equal(DataErrors.Alike, Assert.Throws<DataFormatException>(set).Cause));
    }

    [Fact]
    public void Validation_samples_that_the_scaling_of_the_training_samples_makes_infinite_are_refused_by_their_places()
    {
        LabelledData Part(params double[] values) => new(new DoubleSamples(values, [2]), new ClassTargets([0, 1], ["a", "b"]));
        LabelledData train = Part(1, 0, 1, 1e-30);

        DataFormatException refused = Assert.Throws<DataFormatException>(() => DataPreparation.Prepare("made", "made", train, Part(1, 0, 1, 1e10), "made", DataOptions.Default));

        Assert.Equal(DataErrors.Value, refused.Cause);
        Assert.Contains("1 of its part, whose value 1 lies", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, DataPreparation.Prepare("made", "made", train, Part(1, 0, 1, 1e-10), "made", DataOptions.Default).Validation.Count);
    }

    [Fact]
    public void Scaling_of_values_is_refused_where_classes_are_learnt()
    {
        DataOptions options = new() { ScaleTargets = false };
        Assert.Equal("DataOptionWithoutUse", Assert.Throws<InvalidParameterException>(() => Table.Load("n,y\n1,a\n2,b\n3,a\n4,b\n", options)).ErrorId);
        Assert.Null(Table.Load("n,y\n1,1.5\n2,2.5\n3,3.25\n4,1.75\n", options).TargetScaling);
    }

    [Fact]
    public void Classes_that_differ_in_signs_without_a_width_are_said() =>
        Assert.Contains("differ in blanks, signs without a width", Assert.Single(Of(["red", "red\u200B", "blue"]).Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_class_of_one_sample_among_many_is_said()
    {
        string rows = string.Concat(Enumerable.Range(0, 60).Select(static i => FormattableString.Invariant($"{i * 37 % 101 / 7.0:F3},{i * 53 % 89 / 9.0:F3},{(i == 9 ? "crow" : i % 2 == 0 ? "duck" : "swan")}\n")));
        Assert.Contains("The class 'crow' has one sample of 60", Assert.Single(Table.Load("n,m,label\n" + rows).Warnings), StringComparison.Ordinal);
        Assert.Empty(Table.Load("n,m,label\n" + rows.Replace("crow", "swan", StringComparison.Ordinal)).Warnings);
    }

    [Fact]
    public void Figures_in_another_unit_than_the_pixels_are_said()
    {
        var images = new LabelledData(new FloatSamples(new float[] { 0, 1, 0.5f, 0.2f, 1, 0, 0.1f, 0.9f }, [1, 2, 2]), new ClassTargets([0, 1], ["a", "b"]));
        Assert.Contains("as if in another unit", Assert.Single(Of([123.675], [58.4]).Warnings), StringComparison.Ordinal);
        Assert.Empty(Of([0.45], [0.22]).Warnings);
        Assert.Contains("give figures in their unit", Assert.Throws<InvalidParameterException>(() => Of([1e300], [1])).Message, StringComparison.Ordinal);

        TrainingData Of(double[] mean, double[] deviation) => DataPreparation.Prepare("made", "made", images, images, "made", new DataOptions { Scaling = new FeatureScaling([.. mean], [.. deviation]) });
    }

    [Fact]
    public void Classes_that_differ_in_a_point_at_the_end_are_said() =>
        Assert.Contains("'<=50K', '<=50K.' differ in blanks, signs without a width, points at the end", Assert.Single(Of(["<=50K", ">50K", "<=50K."]).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("drama|comedy", "comedy|crime", "drama|crime")]
    [InlineData("a|b", "b|c")]
    [InlineData("drama; war", "drama; love", "drama")]
    [InlineData("['a', 'b']", "['a']", "['b', 'c']", "['b']", "['c']", "['a', 'c']")]
    [InlineData("a; b", "a", "b", "c", "b; c", "a; c")]
    [InlineData("0", "3", "5", "0 3", "3 5", "0 3 5")]
    [InlineData("clear primary", "haze primary", "clear primary road", "haze primary road water", "clear water")]
    public void Classes_joined_of_several_labels_are_said(params string[] names) =>
        Assert.Contains(Of(names).Warnings, static warning => warning.Contains("look like several labels of one sample", StringComparison.Ordinal));

    [Theory]
    [InlineData("New York", "New Jersey", "Ohio")]
    [InlineData("light blue", "dark blue", "light red", "dark red", "blue", "red")]
    [InlineData("tench, Tinca tinca", "goldfish, Carassius auratus", "great white shark, white shark")]
    [InlineData("a|b", "a", "b")]
    [InlineData("animal|dog", "animal|cat")]
    public void Classes_of_several_words_are_ordinary(params string[] names) => Assert.Empty(Of(names).Warnings);

    [Fact]
    public void A_constant_feature_among_others_is_said_by_its_name_or_place_on_one_line()
    {
        (string Named, TrainingData Data)[] sets =
        [
            ("'b'", Table.Load("a,b,y\n1,7,x\n2,7,z\n3,7,x\n4,7,z\n", DataOptions.Default)),
            ("'b=red'", Table.Load("a,b,y\n1,red,x\n2,red,z\n3,red,x\n4,red,z\n", DataOptions.Default)),
            ("feature 1", Numpy(NpyWriter.Bytes("<f8", "(6, 2)", 1d, 0.1, 2, 0.1, 3, 0.1, 4, 0.1, 5, 0.1, 6, 0.1))),
            ("features 1, 2, 3, 4, 5 and 4 more", TensorData.Prepare(cat([arange(20).reshape(20, 1), zeros(20, 9)], 1), arange(20) % 2)),
            ("channel 1", TensorData.Prepare(cat([rand(6, 1, 2, 2), ones(6, 1, 2, 2)], 1), arange(6) % 2)),
            ("feature 2", TensorData.Prepare(cat([rand(6, 5, 2), ones(6, 5, 1)], 2), arange(6) % 2, new DataOptions { Layout = SampleLayout.Sequence })),
        ];
        Assert.All(sets, static set =>
        {
            string warning = Assert.Single(set.Data.Warnings);
            Assert.Contains(set.Named, warning);
            Assert.DoesNotContain('\n', warning);
        });
    }

    [Fact]
    public void Numbers_that_single_precision_hardly_tells_apart_are_said_where_they_stay_as_they_are()
    {
        string rows = "when,n,y\n" + string.Concat(Enumerable.Range(0, 20).Select(static i => $"{1_700_000_000 + i},{i},{i % 2}\n"));
        Assert.Contains("'when'", Assert.Single(Table.Load(rows, new DataOptions { Standardize = false, Regression = false }).Warnings, static warning => warning.Contains("precision", StringComparison.Ordinal)));
        string values = "n,y\n" + string.Concat(Enumerable.Range(0, 20).Select(static i => $"{i * i},{1_700_000_000 + i}\n"));
        Assert.Contains("-ScaleTargets", Assert.Single(Table.Load(values, new DataOptions { ScaleTargets = false, Regression = true }).Warnings));
        Assert.Empty(Table.Load(values, new DataOptions { Regression = true }).Warnings);
    }

    [Fact]
    public void Where_every_feature_varies_nothing_is_said() => Assert.Empty(Digits.Load().Warnings);

    [Fact]
    public void One_class_to_learn_is_refused_in_every_reader()
    {
        Func<TrainingData>[] sets =
        [
            () => Table.Load("a,y\n1,x\n2,x\n3,x\n"),
            () => Numpy(NpyWriter.Bytes("<f4", "(6, 1)", 1f, 2, 3, 4, 5, 6), NpyWriter.Bytes("<i8", "(6,)", new long[6])),
            () => Numpy(NpyWriter.Bytes("<f4", "(6, 1)", 1f, 2, 3, 4, 5, 6), NpyWriter.Bytes("<f4", "(6, 2)", 0f, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)),
            () => TensorData.Prepare(rand(6, 3), zeros(6, dtype: int64)),
            () => TensorData.Prepare(rand(6, 3), ones(6, dtype: int64)),
            () => TensorData.Prepare(rand(6, 3), zeros(6, dtype: int64), rand(4, 3), arange(4) % 2),
            () => TensorData.Prepare(rand(6, 3), ones(6)),
        ];
        Assert.All(sets, static set => Assert.Equal(DataErrors.Label, Assert.Throws<DataFormatException>(set).Cause));
    }

    [Fact]
    public void A_class_that_is_held_out_and_not_learnt_is_said()
    {
        TrainingData data = TensorData.Prepare(rand(6, 3), arange(6) % 2, rand(4, 3), arange(4), classNames: ["cat", "dog", "owl", "fox"]);
        Assert.Contains("The classes 'owl', 'fox' are in the validation part", Assert.Single(data.Warnings));
    }

    [Fact]
    public void Scalings_as_given_take_the_place_of_measured_ones()
    {
        var images = new LabelledData(new FloatSamples(Enumerable.Range(0, 24).Select(static i => i / 24f).ToArray(), [3, 2, 1]), new ClassTargets([0, 1, 0, 1], ["a", "b"]));
        var imageNet = new DataOptions { Scaling = StandardScalings.All["imagenet"] };

        TrainingData data = DataPreparation.Prepare("made", "made", images, images, "made", imageNet);

        Assert.Equal([0.485, 0.456, 0.406], data.Scaling.Means);
        float[] expected = [.. Enumerable.Range(0, 6).Select(static i => (float)(((i / 24f) - new[] { 0.485, 0.456, 0.406 }[i / 2]) / new[] { 0.229, 0.224, 0.225 }[i / 2]))];
        Assert.Equal(expected, data.Train.Samples.ReadRows(0));
        Assert.Equal(data.Identity, DataPreparation.Prepare("made", "made", images, images, "made", imageNet).Identity);
        Assert.NotEqual(data.Identity, DataPreparation.Prepare("made", "made", images, images, "made", DataOptions.Default).Identity);
        // One figure holds for all channels.
        Assert.Equal([0.5, 0.5, 0.5], DataPreparation.Prepare("made", "made", images, images, "made", new DataOptions { Scaling = new FeatureScaling([0.5], [0.25]) }).Scaling.Means);
    }

    [Fact]
    public void Scalings_that_do_not_fit_are_refused()
    {
        var rgb = new DataOptions { Scaling = StandardScalings.All["ImageNet"] };
        Func<TrainingData>[] sets =
        [
            () => Digits.Load(rgb),
            () => Table.Load("a,b,y\n1,7,x\n2,7,z\n3,7,x\n4,7,z\n", rgb),
            () => TensorData.Prepare(rand(6, 3, 2, 2) * 255, arange(6) % 2, rgb),
            () => TensorData.Prepare(rand(6, 3, 2, 2), arange(6) % 2, rgb with { Standardize = false }),
        ];
        Assert.All(sets, static set => Assert.Throws<InvalidParameterException>(set));
    }

    [Fact]
    public void Of_a_table_the_numbers_are_scaled_as_given_and_the_categories_left()
    {
        TrainingData data = Table.Load("a,c,b,y\n1,red,10,x\n2,blue,20,z\n3,red,30,x\n4,blue,40,z\n", new DataOptions { Scaling = new FeatureScaling([1, 10], [2, 20]) });
        Assert.Equal([1, 0, 0, 10], data.Scaling.Means);
        Assert.Equal([2, 1, 1, 20], data.Scaling.StandardDeviations);
    }

    private static TrainingData Numpy(byte[] x, byte[]? y = null)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(("x", x), ("y", y ?? Classes))));
        return NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default with { Layout = SampleLayout.Auto });
    }

    private static LabelledData Pixels(int count) => new(new ByteSamples(new byte[count * 4], [1, 2, 2], 255), new ClassTargets([.. Enumerable.Range(0, count).Select(static i => (long)(i % 2))], ["a", "b"]));

    // Six rows of each class, quoted, and noise to learn from.
    private static TrainingData Of(string[] names) =>
        Table.Load("n,m,label\n" + string.Concat(Enumerable.Range(0, 6 * names.Length).Select(i => FormattableString.Invariant($"{i * 37 % 101 / 7.0:F3},{i * 53 % 89 / 9.0:F3},\"{names[i % names.Length]}\"\n"))));
}
