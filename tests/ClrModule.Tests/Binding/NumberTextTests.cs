using System.Globalization;
using ClrEngine.Schedules;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Binding;

/// <summary>Numbers that come as text, as Import-Csv gives them.</summary>
public sealed class NumberTextTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void A_row_of_text_binds_by_name_with_a_point_as_the_decimal_mark(string culture)
    {
        _session.Set("culture", CultureInfo.GetCultureInfo(culture));
        var schedule = _session.Get<CyclicSchedule>("[System.Threading.Thread]::CurrentThread.CurrentCulture = $culture; [pscustomobject]@{ BaseLr = '0.001'; MaxLr = '6e-3'; StepSize = '2000'; Mode = 'triangular2'; Gamma = '1.0' } | New-CyclicSchedule");
        Assert.Equal((0.001, 0.006, 2000L, CyclicMode.Triangular2), (schedule.BaseLr, schedule.MaxLr, schedule.StepSizeUp, schedule.Mode));
    }

    [Fact]
    public void A_comma_in_a_number_is_refused_with_the_right_spelling() =>
        Assert.Contains("such as 0.001", _session.Run("[pscustomobject]@{ BaseLr = '0,001'; MaxLr = '0.1'; StepSize = '5' } | New-CyclicSchedule").Error.Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_cell_is_no_value_where_the_parameter_can_be_without_one() =>
        Assert.Equal(5, _session.Get<CyclicSchedule>("[pscustomobject]@{ BaseLr = '0.001'; MaxLr = '0.1'; StepSize = '5'; StepSizeDown = '' } | New-CyclicSchedule").StepSizeDown);

    [Fact]
    public void An_empty_cell_is_refused_where_a_number_is_needed() =>
        Assert.Contains("empty", _session.Run("[pscustomobject]@{ BaseLr = '0.001'; MaxLr = ''; StepSize = '5' } | New-CyclicSchedule").Error.Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_with_widths_needs_no_quotes() =>
        Assert.Equal("mlp:32,16", _session.Get<string>("(Invoke-LrRangeTest -Model mlp:32,16 -Data digits -Iterations 10).Model"));
}
