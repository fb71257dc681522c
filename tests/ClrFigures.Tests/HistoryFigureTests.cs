namespace ClrFigures.Tests;

public sealed class HistoryFigureTests
{
    [Fact]
    public void One_run_has_rows_for_loss_accuracy_and_rate_over_one_epoch_axis()
    {
        ClrFigure figure = HistoryFigure.Draw(Sample.History());

        Assert.Equal(["epoch", "loss", "accuracy (%)", "learning rate"], new[] { "xaxis", "yaxis", "yaxis2", "yaxis3" }.Select(figure.AxisTitle));
        Assert.All(figure.Traces(), t => Assert.Null(t!["xaxis"]));
    }

    [Fact]
    public void The_best_epoch_is_marked_with_its_accuracy()
    {
        var best = HistoryFigure.Draw(Sample.History()).Trace("best epoch 16: 97.50 &#37;");

        Assert.Equal((16.0, 97.5), (best.Numbers("x")[0], best.Numbers("y")[0]));
    }

    [Fact]
    public void The_rate_is_the_schedule_itself_over_fractions_of_epochs()
    {
        var rate = HistoryFigure.Draw(Sample.History()).Trace("learning rate");

        Assert.Equal(0.006, rate.Numbers("x").Zip(rate.Numbers("y")).Single(p => p.First == 4.0).Second);
    }

    [Fact]
    public void Where_epochs_have_an_unknown_length_the_recorded_rates_are_drawn()
    {
        var history = Sample.History();
        history = history with { Run = history.Run with { StepsPerEpoch = 0 } };

        Assert.Equal(history.Epochs.Select(e => (double?)e.LearningRate), HistoryFigure.Draw(history).Trace("learning rate").Numbers("y"));
    }

    [Fact]
    public void Cycle_ends_are_marked_in_epochs() => Assert.Equal(
        [8.0, 16, 24],
        HistoryFigure.Draw(Sample.History()).Layout()["shapes"]!.AsArray().Select(s => (double)s!["x0"]!));

    [Fact]
    public void A_task_without_classes_has_no_accuracy_row_and_its_best_epoch_is_marked_on_the_loss()
    {
        ClrFigure figure = HistoryFigure.Draw(Sample.History(classes: false));

        Assert.Null(figure.Layout()["yaxis2"]);
        Assert.Equal("y", (string?)figure.Traces().Single(t => ((string)t!["name"]!).StartsWith("best", StringComparison.Ordinal))!["yaxis"]);
    }

    [Fact]
    public void Runs_are_named_by_what_sets_them_apart()
    {
        var named = NamedHistory.From([Sample.History(), Sample.History(model: "cnn")]);

        Assert.Equal(["mlp", "cnn"], named.Select(n => n.Name));
    }

    [Fact]
    public void Runs_that_nothing_sets_apart_are_numbered() =>
        Assert.Equal(["run 1", "run 2"], NamedHistory.From([Sample.History(), Sample.History()]).Select(n => n.Name));

    [Fact]
    public void Several_runs_have_a_colour_each_and_a_dash_for_each_kind()
    {
        ClrFigure figure = HistoryFigure.Draw([new("a", Sample.History()), new("b", Sample.History(Sample.Schedule(CyclicMode.Triangular)))]);

        Assert.Equal(["a", "b", "on training samples", "on validation samples", "cycle end"], figure.Legend());
        Assert.Equal(2, figure.Traces().Where(t => (bool?)t!["showlegend"] != false).Take(2).Select(t => (string?)t!["line"]!["color"]).Distinct().Count());
        Assert.All(figure.Traces().Where(t => (string?)t!["name"] == "a, train"), t => Assert.Equal("dot", (string?)t!["line"]!["dash"]));
    }

    [Fact]
    public void Losses_that_are_not_finite_are_gaps()
    {
        var history = Sample.History();
        history = history with { Epochs = [.. history.Epochs.Select(e => e.Epoch == 3 ? e with { TrainLoss = double.PositiveInfinity, ValidationLoss = double.NaN } : e)] };

        Assert.All(HistoryFigure.Draw(history).Traces().Where(t => t!["yaxis"]?.ToString() == "y" && t!["mode"]!.ToString() == "lines" && t!["x"]!.AsArray().Count > 1), t => Assert.Null(t!.Numbers("y")[2]));
    }

    [Fact]
    public void A_run_that_ended_before_its_first_epoch_is_an_empty_figure() =>
        Assert.Equal(["train", "validation"], HistoryFigure.Draw(Sample.History(epochs: 0)).Legend());

    [Fact]
    public void Means_over_the_cycles_are_marked_at_their_ends()
    {
        ClrFigure figure = HistoryFigure.Draw(Sample.WithCycles());

        Assert.Equal([8.0, 16, 24], figure.Trace("mean prediction of all cycles").Numbers("x"));
        Assert.Equal([91.0, 92, 93], figure.Trace("mean prediction of all cycles").Numbers("y"));
        Assert.Equal("y2", (string?)figure.Trace("mean weights of all cycles")["yaxis"]);
    }
}
