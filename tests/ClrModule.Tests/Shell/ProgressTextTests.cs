using System.Management.Automation;
using ClrShell.Hosting;

namespace ClrModule.Tests.Shell;

public sealed class ProgressTextTests
{
    [Fact]
    public void A_record_with_percentage_and_time_has_a_bar_and_a_clock()
    {
        var record = new ProgressRecord(1, "Training", "epoch 3") { PercentComplete = 25, SecondsRemaining = 75 };
        Assert.Equal("Training: epoch 3 [#####...............] 25% 1:15 left", ProgressText.For(record, 100));
    }

    [Fact]
    public void More_than_an_hour_shows_hours()
    {
        var record = new ProgressRecord(1, "Training", "epoch 3") { SecondsRemaining = 100_000 };
        Assert.Equal("Training: epoch 3 27:46:40 left", ProgressText.For(record, 100));
    }

    [Fact]
    public void A_record_without_percentage_has_no_bar()
    {
        Assert.Equal("Training: epoch 3", ProgressText.For(new ProgressRecord(1, "Training", "epoch 3"), 100));
    }

    [Fact]
    public void A_status_of_several_lines_becomes_one()
    {
        Assert.Equal("Training: epoch 3 of 8", ProgressText.For(new ProgressRecord(1, "Training", "epoch 3\r\n\tof 8"), 100));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(30)]
    [InlineData(10)]
    public void The_line_never_passes_the_width(int width)
    {
        var record = new ProgressRecord(1, "Training", "学習率 is 0.1 and the loss falls quickly") { PercentComplete = 100, SecondsRemaining = 0 };
        Assert.InRange(CellWidth.Of(ProgressText.For(record, width)), width - 1, width);
    }

    [Theory]
    [InlineData("plain", 5)]
    [InlineData("学習率", 6)]
    [InlineData("e\u0301", 1)]
    [InlineData("📉", 2)]
    [InlineData("", 0)]
    public void A_text_is_as_wide_as_its_cells(string text, int cells)
    {
        Assert.Equal(cells, CellWidth.Of(text));
    }
}
