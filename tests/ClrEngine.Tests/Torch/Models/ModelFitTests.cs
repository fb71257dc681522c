using ClrEngine.Data;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

[Collection(nameof(TorchRandomState))]
public sealed class ModelFitTests
{
    private static readonly FloatSamples Samples = new(new float[4 * 6], [6]);

    public ModelFitTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void an_output_of_another_width_is_refused_with_both_shapes()
    {
        using var module = nn.Linear(6, 4);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 3));

        Assert.Equal("ModelOutput", error.ErrorId);
        Assert.Contains("[2, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void an_output_without_its_second_dimension_is_refused()
    {
        using var module = nn.Sequential(nn.Linear(6, 1), nn.Flatten(0));

        Assert.Equal("ModelOutput", Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 1)).ErrorId);
    }

    [Fact]
    public void a_model_that_cannot_take_a_sample_is_refused_with_what_it_said()
    {
        using var module = nn.Linear(5, 3);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 3));

        Assert.Equal("ModelInput", error.ErrorId);
        Assert.Contains("[6]", error.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be multiplied (2x6 and 5x3)", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void a_model_without_parameters_is_refused()
    {
        using var module = nn.Flatten();

        Assert.Equal("NothingToTrain", Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 6)).ErrorId);
    }

    [Fact]
    public void looking_changes_neither_statistics_nor_modes_nor_the_random_state()
    {
        using var frozen = nn.BatchNorm1d(6);
        using var module = nn.Sequential(frozen, new Noise(), nn.Linear(6, 3));
        module.train();
        frozen.eval();
        float[] mean = frozen.running_mean!.data<float>().ToArray();
        using Tensor random = get_rng_state();

        ModelFit.Require(module, "mine", Samples, 3);

        Assert.True(module.training);
        Assert.False(frozen.training);
        Assert.Equal(mean, frozen.running_mean!.data<float>().ToArray());
        using Tensor after = get_rng_state();
        Assert.Equal(random.data<byte>().ToArray(), after.data<byte>().ToArray());
    }

    /// <summary>Draws in evaluation too.</summary>
    private sealed class Noise() : nn.Module<Tensor, Tensor>(nameof(Noise))
    {
        public override Tensor forward(Tensor input) => input + randn_like(input);
    }
}
