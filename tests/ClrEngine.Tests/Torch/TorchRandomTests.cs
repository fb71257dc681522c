using ClrEngine.Torch;
using ClrEngine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch;

[Collection(nameof(TorchRandomState))]
public sealed class TorchRandomTests
{
    public TorchRandomTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void Given_two_streams_drawn_from_in_turn_each_goes_on_as_if_alone()
    {
        using TorchRandom first = TorchRandom.Seeded(1);
        using TorchRandom second = TorchRandom.Seeded(2);
        float[] inTurn = [Draw(first), Draw(second), Draw(first), Draw(second)];
        using TorchRandom firstAlone = TorchRandom.Seeded(1);
        float[] one = [Draw(firstAlone), Draw(firstAlone)];
        using TorchRandom secondAlone = TorchRandom.Seeded(2);
        float[] two = [Draw(secondAlone), Draw(secondAlone)];
        Assert.Equal([one[0], two[0], one[1], two[1]], inTurn);
    }

    [Fact]
    public void Given_an_inner_stream_was_closed_the_outer_one_goes_on_as_if_it_had_never_been()
    {
        using TorchRandom outer = TorchRandom.Seeded(5);
        Draw(outer);
        using (TorchRandom.Seeded(6).Enter())
            rand(10).Dispose();
        float next = Draw(outer);
        using TorchRandom again = TorchRandom.Seeded(5);
        Draw(again);
        Assert.Equal(next, Draw(again));
    }

    [Fact]
    public void Given_the_outer_stream_was_closed_first_the_inner_one_goes_on()
    {
        TorchRandom outer = TorchRandom.Seeded(5);
        using TorchRandom inner = TorchRandom.Seeded(6);
        float first = Draw(inner);
        Draw(outer);
        outer.Dispose();
        float second = Draw(inner);
        using TorchRandom again = TorchRandom.Seeded(6);
        Assert.Equal([first, second], [Draw(again), Draw(again)]);
    }

    private static float Draw(TorchRandom stream)
    {
        using TorchRandom.Section section = stream.Enter();
        using Tensor drawn = rand(1);
        return drawn.item<float>();
    }
}
