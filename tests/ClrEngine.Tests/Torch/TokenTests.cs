using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch;

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
