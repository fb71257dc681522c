using System.Text;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Views;

public sealed class RenderingTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_schedule_is_one_row_with_its_wave()
    {
        Encoding before = Console.OutputEncoding;
        Console.OutputEncoding = Encoding.UTF8;
        try
        {
            string text = _session.Render("New-CyclicSchedule 0.001 0.006 -StepSize 2000 -Mode Triangular2");
            Assert.Equal("\nMode        BaseLr MaxLr    Steps       Momentum Rate\n----        ------ -----    -----       -------- ----\nTriangular2  0.001 0.006 2 × 2000 0.900 to 0.800 ", text[..text.IndexOf('▂')]);
        }
        finally
        {
            Console.OutputEncoding = before;
        }
    }

    [Fact]
    public void No_curve_is_drawn_on_a_terminal_that_cannot_show_it() =>
        Assert.Equal("", ClrModule.Views.Curves.Rate(new ClrEngine.Schedules.CyclicSchedule(0.1, 0.5, 4), codePage: 437));

    [Fact]
    public void Halving_amplitudes_show_in_the_wave() =>
        Assert.Equal("▂▅█▇▄▁▂▄▄▃▁▁▂▃▂▁", ClrModule.Views.Curves.Rate(new ClrEngine.Schedules.CyclicSchedule(0.1, 0.5, 20, mode: ClrEngine.Schedules.CyclicMode.Triangular2), codePage: 65001));
}
