using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch;

[Collection(nameof(TorchRandomState))]
public sealed class TensorDataTests : IDisposable
{
    private static readonly DataOptions AsIs = new() { Standardize = false };
    private readonly DisposeScope _scope;

    public TensorDataTests()
    {
        TorchLibrary.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void whole_numbers_are_classes_named_by_their_numbers()
    {
        TrainingData data = TensorData.Prepare(rand(20, 3), arange(20) % 4);

        Assert.Equal(["0", "1", "2", "3"], Assert.IsType<ClassTargets>(data.Train.Targets).ClassNames);
        Assert.Equal((16, 4), (data.Train.Count, data.Validation.Count));
    }

    [Fact]
    public void truth_values_are_two_classes() =>
        Assert.Equal(2, Assert.IsType<ClassTargets>(TensorData.Prepare(rand(10, 3), arange(10) % 2 == 0).Train.Targets).Classes);

    [Fact]
    public void real_numbers_are_values() =>
        Assert.Equal(1, Assert.IsType<ValueTargets>(TensorData.Prepare(rand(10, 3), rand(10)).Train.Targets).Width);

    [Fact]
    public void whole_numbers_in_columns_are_said()
    {
        Assert.Contains("whole numbers in 2 columns are taken for 2 values", Assert.Single(TensorData.Prepare(rand(10, 3), arange(20).reshape(10, 2)).Warnings), StringComparison.Ordinal);
        Assert.Empty(TensorData.Prepare(rand(10, 3), arange(20).reshape(10, 2), new DataOptions { Regression = true }).Warnings);
    }

    [Fact]
    public void a_split_of_data_with_a_validation_part_is_refused()
    {
        foreach ((string name, DataOptions options) in new[] { ("ValidationFraction", new DataOptions { ValidationFraction = 0.5 }), ("SplitSeed", new DataOptions { Seed = 3 }) })
        {
            var refused = Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => TensorData.Prepare(rand(10, 3), rand(10), rand(4, 3), rand(4), options));
            Assert.Equal(("DataOptionWithoutUse", name), (refused.ErrorId, refused.ParamName));
        }
    }

    [Fact]
    public void numbers_in_columns_are_values_of_that_width() =>
        Assert.Equal(2, Assert.IsType<ValueTargets>(TensorData.Prepare(rand(10, 3), arange(20).reshape(10, 2)).Train.Targets).Width);

    [Fact]
    public void a_row_that_is_no_class_among_columns_of_classes_is_refused()
    {
        Tensor targets = nn.functional.one_hot(arange(40) % 3, 3).to(float32);
        targets[4] = 0;
        Assert.Contains("row 4 (counted from 0)", Assert.Throws<InvalidParameterException>(() => TensorData.Prepare(rand(40, 3), targets)).Message, StringComparison.Ordinal);
        Assert.IsType<ValueTargets>(TensorData.Prepare(rand(40, 3), targets, AsIs with { Regression = true }).Train.Targets);
        Assert.Contains("are taken for 3 values", Assert.Single(TensorData.Prepare(rand(40, 3), 255 * nn.functional.one_hot(arange(40) % 3, 3).to(float32)).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void classes_without_a_sample_are_said()
    {
        Tensor targets = arange(20) % 3 * 5;
        Assert.Contains("No sample has the class 1, 2, 3, 4, 6 and 3 more", Assert.Single(TensorData.Prepare(rand(20, 3), targets).Warnings), StringComparison.Ordinal);
        Assert.Empty(TensorData.Prepare(rand(20, 3), targets, classNames: [.. Enumerable.Range(0, 11).Select(static i => $"c{i}")]).Warnings);
    }

    [Fact]
    public void samples_come_out_in_their_rows_whatever_the_type_and_the_strides()
    {
        Tensor features = arange(12, dtype: float64).reshape(3, 4).t();

        TrainingData data = TensorData.Prepare(features, arange(4), features, arange(4), AsIs);

        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], data.Train.Samples.ReadAll());
        Assert.Equal([3], data.Shape);
    }

    [Fact]
    public void the_tensors_are_copied_and_stay_their_makers()
    {
        Tensor features = arange(8, dtype: float32).reshape(4, 2);
        TrainingData data = TensorData.Prepare(features, arange(4), features, arange(4), AsIs);

        features.add_(1);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], data.Train.Samples.ReadAll());
        Assert.False(features.IsInvalid);
    }

    [Fact]
    public void samples_are_scaled_by_figures_of_the_training_part_unless_asked_not_to()
    {
        TrainingData data = TensorData.Prepare(rand(50, 3) * 9 + 5, rand(50));

        Assert.False(data.Scaling.IsIdentity);
        Assert.True(TensorData.Prepare(rand(50, 3) * 9 + 5, rand(50), AsIs).Scaling.IsIdentity);
    }

    [Fact]
    public void a_class_that_occurs_in_validation_only_counts()
    {
        TrainingData data = TensorData.Prepare(rand(4, 2), arange(4) % 2, rand(3, 2), arange(3));

        Assert.Equal(3, Assert.IsType<ClassTargets>(data.Train.Targets).Classes);
    }

    [Fact]
    public void the_same_contents_have_the_same_identity_and_others_another()
    {
        Tensor features = rand(20, 3);

        Assert.Equal(TensorData.Prepare(features, arange(20) % 2).Identity, TensorData.Prepare(features.clone(), arange(20) % 2).Identity);
        Assert.NotEqual(TensorData.Prepare(features, arange(20) % 2).Identity, TensorData.Prepare(features + 0.5, arange(20) % 2).Identity);
        Assert.NotEqual(TensorData.Prepare(features, arange(20) % 2).Identity, TensorData.Prepare(features, (arange(20) % 2).flip(0)).Identity);
    }

    [Fact]
    public void a_tensor_that_cannot_be_used_is_refused_under_its_parameters_name()
    {
        (string Id, Func<TrainingData> Prepare)[] cases =
        [
            ("InvalidFeatures", () => TensorData.Prepare(rand(4), arange(4))),
            ("InvalidFeatures", () => TensorData.Prepare(tensor(new[] { 1, float.NaN }).reshape(2, 1), arange(2))),
            ("InvalidFeatures", () => TensorData.Prepare(zeros(4, 2, dtype: complex64), arange(4))),
            ("InvalidTargets", () => TensorData.Prepare(rand(4, 2), arange(5))),
            ("InvalidTargets", () => TensorData.Prepare(rand(4, 2), arange(4) - 1)),
            ("InvalidTargets", () => TensorData.Prepare(rand(4, 2), arange(4) * 1_000_000)),
            ("InvalidTargets", () => TensorData.Prepare(rand(4, 2), tensor(new[] { 1, 2, 3, float.PositiveInfinity }))),
            ("InvalidValidationTargets", () => TensorData.Prepare(rand(4, 2), arange(4), rand(4, 2), rand(4))),
            ("InvalidValidationFeatures", () => TensorData.Prepare(rand(4, 2), arange(4), rand(4), arange(4))),
            ("InvalidClassName", () => TensorData.Prepare(rand(4, 2), arange(4), classNames: ["a", "b"])),
            ("InvalidClassName", () => TensorData.Prepare(rand(4, 2), arange(4) % 2, classNames: ["a", "a"])),
        ];

        Assert.All(cases, c => Assert.Equal(c.Id, Assert.Throws<InvalidParameterException>(c.Prepare).ErrorId));
    }
}

[Collection(nameof(TorchRandomState))]
public sealed class TokenTests
{
    private static readonly DataOptions AsIs = new() { Standardize = false };

    public TokenTests() => TorchLibrary.EnsureLoaded();

    [Theory]
    [InlineData(30, false, "training", "31 rows at least")]
    [InlineData(50_000, false, "training", "50001 rows at least")]
    [InlineData(-1, false, "training", "number tokens from 0")]
    [InlineData(-100, true, "validation", "number tokens from 0")]
    [InlineData(99, true, "validation", "100 rows at least")]
    public void A_token_that_an_embedding_has_no_row_for_is_refused_by_sample_and_remedy(long token, bool held, string part, string remedy)
    {
        long[] tokens = [.. Enumerable.Range(0, 48).Select(static i => (long)(i % 30))], odd = [.. tokens];
        odd[26] = token;
        using Tensor plain = tensor(tokens).reshape(12, 4), damaged = tensor(odd).reshape(12, 4), classes = arange(12) % 3;
        TrainingData data = held ? TensorData.Prepare(plain, classes, damaged, classes, AsIs) : TensorData.Prepare(damaged, classes, plain, classes, AsIs);
        using nn.Module<Tensor, Tensor> model = Embedding();

        var refused = Assert.Throws<ModelMismatchException>(() => TorchSession.Open(new ModelSource(model), data, new LearnerOptions { Device = "cpu" }, 4, 1));

        Assert.Contains($"for the token {token}, which sample 6 of the {part} part has", refused.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_set_that_is_split_the_sample_is_named_by_its_place_in_the_set()
    {
        long[] tokens = [.. Enumerable.Range(0, 240).Select(static i => (long)(i % 30))];
        tokens[209] = 77;
        TrainingData data = TensorData.Prepare(tensor(tokens).reshape(60, 4), arange(60) % 3, AsIs);
        using nn.Module<Tensor, Tensor> model = Embedding();

        var refused = Assert.Throws<ModelMismatchException>(() => TorchSession.Open(new ModelSource(model), data, new LearnerOptions { Device = "cpu" }, 4, 1));

        Assert.Contains("token 77, which sample 52 of the data has", refused.Message, StringComparison.Ordinal);
    }

    // Thirty tokens, four a sample, and three classes.
    private static nn.Module<Tensor, Tensor> Embedding() => nn.Sequential(nn.Embedding(30, 8), nn.Flatten(), nn.Linear(32, 3));
}
