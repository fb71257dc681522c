using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;

namespace ClrFigures.Tests;

public sealed class FigureImageTests
{
    private static readonly ClrFigure[] Figures = [ScheduleFigure.Of(Sample.Schedule()), ModesFigure.Of()];

    [Fact]
    public void A_png_has_two_pixels_for_each_of_the_layout()
    {
        SkipWithoutChromium();

        IReadOnlyList<byte[]> pictures = FigureImage.Render(Figures, ImageFormat.Png, 700, TestContext.Current.CancellationToken);

        Assert.Equal(
            Figures.Select(f => (1400, 2 * f.Height)),
            pictures.Select(p => (BinaryPrimitives.ReadInt32BigEndian(p.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(p.AsSpan(20)))));
    }

    [Fact]
    public void An_svg_is_well_formed_and_holds_the_title()
    {
        SkipWithoutChromium();

        byte[] picture = FigureImage.Render([Figures[0]], ImageFormat.Svg, cancellationToken: TestContext.Current.CancellationToken)[0];

        XDocument svg = XDocument.Parse(Encoding.UTF8.GetString(picture));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == Figures[0].Title);
    }

    [Fact]
    public void A_named_executable_goes_before_the_path_and_a_missing_one_is_not_replaced()
    {
        string here = typeof(FigureImageTests).Assembly.Location;

        Assert.Equal(here, Chromium.Find(here, "/usr/bin"));
        Assert.Null(Chromium.Find(here + ".missing", "/usr/bin"));
    }

    [Fact]
    public void The_error_names_what_to_install() =>
        Assert.Contains("apt-get install chromium", BrowserException.NotFound().Message);

    private static void SkipWithoutChromium() =>
        Assert.SkipWhen(Chromium.Find() is null, $"No Chromium was found: install it (apt-get install chromium), or name its executable in {Chromium.Variable}.");
}
