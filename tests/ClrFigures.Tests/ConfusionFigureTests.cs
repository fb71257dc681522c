using System.Text.Json.Nodes;
using ClrEngine.Errors;
using ClrEngine.Torch.Trained;
using ClrFigures.Plotly;

namespace ClrFigures.Tests;

public sealed class ConfusionFigureTests
{
    private static string[] Names(ClrFigure figure, string axis) => [.. figure.Layout()[axis]!["ticktext"]!.AsArray().Select(text => (string)text!)];

    [Fact]
    public void Each_pair_of_classes_that_occurs_has_a_cell_whose_colour_says_the_share_of_its_row()
    {
        TrainedModelScore score = Sample.Score(10);
        ClrFigure figure = ConfusionFigure.Draw(score);

        JsonNode counts = figure.Trace("counts");
        Assert.Equal(score.Confusion!.SelectMany(row => row).Where(count => count > 0).Select(count => $"{count}"), counts["text"]!.AsArray().Select(text => (string?)text));
        JsonNode[] cells = [.. figure.Traces().Where(trace => (string?)trace!["fill"] == "toself").Select(trace => trace!)];
        Assert.Equal(counts["x"]!.AsArray().Count, cells.Sum(trace => trace.Numbers("x").Count(x => x is null)));
        Assert.Equal(["right", "wrong"], cells.Select(trace => (string?)trace["name"]).Distinct().Order());
        Assert.All(cells.GroupBy(trace => (string?)trace["name"]), same => Assert.Equal(same.Select(trace => (string?)trace["fillcolor"]).Distinct().Count(), same.Count()));
        Assert.Contains("class 6 held for class 7: 6 of 30 (20.0 &#37;)", counts["customdata"]!.AsArray().Select(text => (string?)text));
        Assert.Equal("class 9 (none)", Names(figure, "yaxis")[9]);
        Assert.Equal("Confusion matrix of mlp on digits: 91.85 % of 270 right", figure.Title);
    }

    [Theory]
    [InlineData(2, true, 2)]
    [InlineData(20, true, 20)]
    [InlineData(50, false, 25)]
    [InlineData(100, false, 50)]
    public void Counts_and_names_stand_only_while_they_fit(int classes, bool hasCounts, int names)
    {
        ClrFigure figure = ConfusionFigure.Draw(Sample.Score(classes));

        Assert.Equal(hasCounts, figure.Trace("counts")["text"] is not null);
        Assert.Equal(names, Names(figure, "yaxis").Length);
        Assert.InRange(figure.Height, 200, 1200);
    }

    [Fact]
    public void A_long_name_is_cut_and_the_names_of_columns_stand_upright_in_the_still_picture_too()
    {
        ClrFigure figure = ConfusionFigure.Draw(Sample.Score(12, i => $"{i} a name that is longer than any axis has room for"));

        Assert.All(Names(figure, "xaxis"), name => Assert.InRange(System.Net.WebUtility.HtmlDecode(name).Length, 1, 24));
        Assert.Equal(-90, (double)figure.Layout()["xaxis"]!["tickangle"]!);
        Assert.Equal(12 + 1, System.Text.RegularExpressions.Regex.Count(StillPicture.Draw(figure), @"rotate\(-90\)"));
    }

    [Fact]
    public void A_test_without_classes_or_of_too_many_has_no_figure_and_stands_in_the_report_by_its_table()
    {
        TrainedModelScore many = Sample.Score(101), values = Sample.Score(2) with { Classes = [], Confusion = null, Accuracy = null };
        Assert.Equal("InputObject", Assert.Throws<InvalidParameterException>(() => ConfusionFigure.Draw(many)).ParamName);
        ReportSection section = Assert.Single(Report.From(ReportContent.From([many, values, Sample.Score(3)]), "Tests").Sections);
        Assert.Equal((3, 1), (section.Tables[0].Rows.Count, section.Figures.Count));
    }
}
