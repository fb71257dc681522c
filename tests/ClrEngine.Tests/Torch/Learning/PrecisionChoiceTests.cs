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
    [InlineData(true, "9.0", Precision.BFloat16, "9.0, at least 8.0")]
    [InlineData(true, "8.0", Precision.BFloat16, "8.0, at least 8.0")]
    [InlineData(true, "7.5", Precision.Float32, "7.5, below 8.0")]
    [InlineData(true, null, Precision.Float32, "not known")]
    [InlineData(false, "9.0", Precision.Float32, "convolve")]
    public void On_a_GPU_it_is_taken_for_convolutions_from_capability_8_on(bool convolves, string? capability, Precision expected, string reason) =>
        Require(expected, reason, PrecisionChoice.Between(convolves, converts: true, BFloat16Support.OfGpu(capability is null ? null : Version.Parse(capability))));

    [Theory]
    [InlineData("cnn", true)]
    [InlineData("resnet20", true)]
    [InlineData("lenet", true)]
    [InlineData("mlp", false)]
    [InlineData("own", true)]
    public void Convolutions_are_found_wherever_they_lie_in_a_model(string name, bool convolves)
    {
        using nn.Module<Tensor, Tensor> model = name == "own" ? nn.Sequential(nn.Sequential(nn.Conv1d(1, 2, 3))) : ModelCatalog.Find(name).Build([1, 28, 28], 10, null);

        Assert.Equal(!convolves, PrecisionChoice.For(model, CPU).Reason.Contains("convolve,", StringComparison.Ordinal));
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
