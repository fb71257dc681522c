using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

[Collection(nameof(TorchRandomState))]
public sealed class PrecisionChoiceTests
{
    public PrecisionChoiceTests() => TorchLibrary.EnsureLoaded();

    [Theory]
    [InlineData(true, true, true, true, Precision.BFloat16, "AVX512_BF16 or AMX")]
    [InlineData(false, true, true, true, Precision.Float32, "convolve")]
    [InlineData(true, false, true, true, Precision.Float32, "share a weight")]
    [InlineData(true, true, false, true, Precision.Float32, "neither AVX512_BF16 nor AMX")]
    [InlineData(true, true, true, false, Precision.Float32, "oneDNN")]
    public void On_a_processor_bfloat16_is_taken_for_convolutions_that_it_computes_itself(bool convolves, bool converts, bool has, bool oneDnn, Precision expected, string reason) =>
        Require(expected, reason, PrecisionChoice.Between(convolves, converts, BFloat16Support.OfProcessor(has, oneDnn)));

    [Theory]
    [InlineData(true, "9.0", 2.3e11, Precision.BFloat16, "a batch is 2.3e11 multiplications, from 1e11 on, on a GPU of the compute capability 9.0")]
    [InlineData(true, "8.0", 1e11, Precision.BFloat16, "capability 8.0")]
    [InlineData(true, "9.0", 9.9e10, Precision.Float32, "a batch is 9.9e10 multiplications, and a GPU gains from 1e11 on")]
    [InlineData(true, "7.5", 1e12, Precision.Float32, "7.5, below 8.0")]
    [InlineData(true, null, 1e12, Precision.Float32, "not known")]
    [InlineData(false, "9.0", 1e12, Precision.Float32, "convolve")]
    public void On_a_GPU_it_is_taken_for_much_convolution_from_capability_8_on(bool convolves, string? capability, double work, Precision expected, string reason) =>
        Require(expected, reason, PrecisionChoice.Between(convolves, converts: true, BFloat16Support.OfGpu(capability is null ? null : Version.Parse(capability), work)));

    [Fact]
    public void The_work_of_convolutions_is_that_of_each_place_they_give()
    {
        using nn.Module<Tensor, Tensor> model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding: 1), nn.MaxPool2d(2), nn.Sequential(nn.Conv2d(4, 8, 3, stride: 2, padding: 1)), nn.BatchNorm2d(8), nn.Dropout(0.5), nn.Flatten(), nn.Linear(8 * 2 * 2, 10));
        model.train();

        Assert.Equal((4 * 9 * 64) + (8 * 4 * 9 * 4), PrecisionChoice.ConvolutionWork(model, Digits.Load().Train.Samples));
        // Nobody listens any more, and the model is as it was.
        Assert.True(model.training);
        Assert.Equal((4 * 9 * 64) + (8 * 4 * 9 * 4), PrecisionChoice.ConvolutionWork(model, Digits.Load().Train.Samples));
        using Tensor mean = model.get_buffer("3.running_mean")!.cpu();
        Assert.Equal(0, mean.abs().sum().item<float>());
    }

    [Theory]
    [InlineData("cnn", true)]
    [InlineData("resnet20", true)]
    [InlineData("lenet", true)]
    [InlineData("mlp", false)]
    [InlineData("own", true)]
    public void Convolutions_are_found_wherever_they_lie_in_a_model(string name, bool convolves)
    {
        using nn.Module<Tensor, Tensor> model = name == "own" ? nn.Sequential(nn.Sequential(nn.Conv1d(1, 2, 3))) : ModelCatalog.Find(name).Build([1, 28, 28], 10, null);

        Assert.Equal(!convolves, PrecisionChoice.For(model, CPU, Digits.Load().Train.Samples, 64).Reason.Contains("convolve,", StringComparison.Ordinal));
    }

    [Fact]
    public void The_processor_is_asked_what_the_system_says_of_it()
    {
        const string path = "/proc/cpuinfo";
        Assert.SkipUnless(File.Exists(path), "No /proc/cpuinfo.");
        string text = File.ReadAllText(path);
        Assert.Equal(text.Contains("avx512_bf16", StringComparison.Ordinal) || text.Contains("amx_bf16", StringComparison.Ordinal), BFloat16Support.ProcessorHas);
    }

    [Fact]
    public void A_run_is_described_by_what_was_taken_and_says_why()
    {
        using TorchSession session = TorchSession.Open(new ModelSource("cnn:16"), Digits.Load(), new LearnerOptions { Device = "cpu", Precision = Precision.Auto }, 64, 1);

        Precision expected = BFloat16Support.ProcessorHas ? Precision.BFloat16 : Precision.Float32;
        Assert.Equal(expected.ToString(), session.Description.Precision);
        Assert.Equal(expected, TorchRun.SettingsOf(session.Description).Precision);
        Assert.Single(session.Remarks, remark => remark.StartsWith($"Precision: {expected}, for ", StringComparison.Ordinal));
    }

    private static void Require(Precision expected, string reason, PrecisionChoice choice)
    {
        Assert.Equal(expected, choice.Precision);
        Assert.Contains(reason, choice.Reason, StringComparison.Ordinal);
    }
}
