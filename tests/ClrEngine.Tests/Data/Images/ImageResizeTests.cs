using ClrEngine.Data;
using ClrEngine.Data.Images;

namespace ClrEngine.Tests.Data.Images;

public sealed class ImageResizeTests
{
    [Fact]
    public void The_same_size_changes_nothing() =>
        Assert.Equal([1, 2, 3], ImageResize.To([1, 2, 3], new ImageHead(1, 3, false), 1, new ImageSize(1, 3)));

    [Theory]
    [InlineData(5, 7)]
    [InlineData(2, 1)]
    [InlineData(40, 3)]
    public void One_colour_stays_itself_at_any_size(int height, int width)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte[])[10, 200, 255], 12).SelectMany(static pixel => pixel)];
        byte[] resized = ImageResize.To(pixels, new ImageHead(3, 4, true), 3, new ImageSize(height, width));
        Assert.Equal(Enumerable.Repeat((byte[])[10, 200, 255], height * width).SelectMany(static pixel => pixel), resized);
    }

    [Fact]
    public void Half_the_size_weighs_neighbours_by_a_triangle() =>
        // From the middle outwards 3/8 and 1/8 on either side; at the border 3/7, 3/7, 1/7.
        Assert.Equal([14, 38, 0], ImageResize.To([0, 0, 100, 0, 0, 0], new ImageHead(1, 6, false), 1, new ImageSize(1, 3)));

    [Fact]
    public void Twice_the_size_blends_neighbours() =>
        Assert.Equal([0, 25, 75, 100], ImageResize.To([0, 100], new ImageHead(1, 2, false), 1, new ImageSize(1, 4)));
}
