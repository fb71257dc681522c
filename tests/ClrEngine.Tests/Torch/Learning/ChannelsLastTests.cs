using System.Collections.Immutable;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

[Collection(nameof(TorchRandomState))]
public sealed class ChannelsLastTests
{
    private const int Side = 16, Samples = 48;

    public ChannelsLastTests() => TorchLibrary.EnsureLoaded();

    public static TheoryData<string, int> Nets => new()
    {
        { "cnn", 1 }, { "cnn", 3 }, { "cnn:32,64", 2 }, { "lenet", 1 }, { "lenet", 3 }, { "resnet20", 1 }, { "resnet20", 3 },
    };

    [Theory]
    [MemberData(nameof(Nets))]
    public void Training_gives_the_losses_of_planes_but_for_rounding(string net, int channels)
    {
        IReadOnlyList<double> laid = Losses(random => Net(net, channels, random), channels);
        IReadOnlyList<double> planes = Losses(random => new OwnLayer(Net(net, channels, random)), channels);
        Assert.All(laid.Zip(planes), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Theory]
    [InlineData("cnn", true)]
    [InlineData("resnet20", true)]
    [InlineData("resnet18", true)]
    [InlineData("mlp", false)]
    public void Nets_that_convolve_are_given_images_so(string net, bool suits)
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Net(net, 3, random, side: 32);
        Assert.Equal(suits, IsLaid(model, 32, oneDnn: true, samples: 1));
        Assert.False(IsLaid(model, 32, oneDnn: false, samples: 1));
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(1024, true)]
    public void On_a_GPU_a_batch_is_laid_so_where_it_is_work(int samples, bool isLaid)
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Net("resnet20", 3, random, side: 32);
        Assert.Equal(isLaid, IsLaid(model, 32, oneDnn: null, samples));
    }

    [Fact]
    public void A_layer_of_ones_own_gets_planes_for_it_may_count_on_them()
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using var model = new OwnLayer(Net("cnn", 3, random));
        Assert.False(IsLaid(model, Side, oneDnn: true, samples: 8));
    }

    [Theory]
    [InlineData(1, new long[] { 256, 1, 16, 1 })]
    [InlineData(3, new long[] { 768, 1, 48, 3 })]
    public void Images_keep_their_values_and_lie_pixel_by_pixel(int channels, long[] strides)
    {
        using Tensor images = arange(2 * channels * Side * Side, float32).reshape(2, channels, Side, Side);
        using Tensor laid = ChannelsLast.PixelByPixel(images);
        Assert.Equal(strides, laid.stride());
        Assert.True(laid.equal(images).all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Images_out_of_a_larger_tensor_are_those_that_were_meant(int channels)
    {
        using Tensor all = arange(5 * channels * Side * Side, float32).reshape(5, channels, Side, Side);
        using Tensor some = all.narrow(0, 2, 2);
        using Tensor laid = ChannelsLast.PixelByPixel(some);
        Assert.True(laid.equal(some).all().item<bool>());
    }

    [Fact]
    public void Weights_and_their_gradients_lie_as_ever()
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Net("cnn", 3, random);
        using Tensor images = ones(2, 3, Side, Side), laid = ChannelsLast.PixelByPixel(images);
        using Tensor output = model.forward(laid), sum = output.sum();
        sum.backward();
        Assert.All(model.parameters(), static parameter => Assert.True(parameter.is_contiguous() && parameter.grad!.is_contiguous()));
    }

    private static bool IsLaid(nn.Module<Tensor, Tensor> model, int side, bool? oneDnn, int samples)
    {
        using Tensor images = zeros(samples, 3, side, side);
        using Tensor? laid = ChannelsLast.For(model, [3, side, side], oneDnn).Lay(images);
        return laid?.is_contiguous() == false;
    }

    private static nn.Module<Tensor, Tensor> Net(string name, int channels, TorchRandom random, int side = Side)
    {
        using TorchRandom.Section stream = random.Enter();
        return new ModelSource(name).Open([channels, side, side], Learners.Classes);
    }

    private static IReadOnlyList<double> Losses(Func<TorchRandom, nn.Module<Tensor, Tensor>> make, int channels) =>
        Learners.Run(new LearnerOptions { Threads = 1 }, make, steps: 2, data: Images(channels));

    private static TrainingData Images(int channels)
    {
        var random = new ClrEngine.Numerics.SeededRandom(5, 0);
        var values = new float[Samples * channels * Side * Side];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextInt(1000) / 1000f - 0.5f;
        var set = new LabelledData(
            new FloatSamples(values, [channels, Side, Side]),
            new ClassTargets(ImmutableArray.CreateRange(Enumerable.Range(0, Samples).Select(static i => (long)(i % Learners.Classes))), ["a", "b", "c"]));
        return new TrainingData("images", "made", set, set, FeatureScaling.Identity(channels), "images");
    }

    // Whatever somebody writes, such as a view that takes planes for granted.
    private sealed class OwnLayer : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner;

        public OwnLayer(nn.Module<Tensor, Tensor> inner)
            : base(nameof(OwnLayer)) => register_module("inner", _inner = inner);

        public override Tensor forward(Tensor input) => _inner.call(input);
    }
}
