using System.Globalization;
using ClrModule.Views;

namespace ClrModule.Tests.Views;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(0.0012345678, "0.001235")]
    [InlineData(1e-7, "1E-07")]
    [InlineData(0.1, "0.1")]
    public void A_rate_has_four_significant_digits(double rate, string text) => Assert.Equal(text, Display.Rate(rate));

    [Fact]
    public void Numbers_read_alike_whatever_the_language()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(("0.125", "97.22 %", "0.5000", "1,438"), (Display.Rate(0.125), Display.Percent(97.22), Display.Loss(0.5), Display.Whole(1438)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(new[] { 1 }, "1 epoch")]
    [InlineData(new[] { 1, 2 }, "2 epochs")]
    [InlineData(new int[0], "0 epochs")]
    [InlineData(null, "0 epochs")]
    public void A_list_is_counted_not_listed(int[]? list, string text) => Assert.Equal(text, Display.Count(list, "epoch"));

    [Fact]
    public void What_is_not_there_is_empty() => Assert.Equal(("", "", ""), (Display.Rate(null), Display.Percent(null), Display.Shape(null)));
}
