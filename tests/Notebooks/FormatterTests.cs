using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Trained;
using Microsoft.DotNet.Interactive.Formatting;

namespace Notebooks;

/// <summary>What the notebook's own formatter makes of the product's objects.</summary>
public sealed class FormatterTests
{
    private const string Figure = "clr-figure";

    public FormatterTests() => NotebookFormatters.Register();

    private static CyclicSchedule Schedule => new(0.001, 0.1, 20, mode: CyclicMode.Triangular2);

    public static TheoryData<object, bool> Shown => new()
    {
        { Schedule, true },
        { new[] { Schedule, Schedule with { } }, true },
        { new List<ILrSchedule> { Schedule, new ConstantSchedule(0.1) }, true },
        { Test(), true },
        { new[] { Test(), Test() }, true },
        { History("digits"), true },
        { new[] { History("digits"), History("wine") }, true },
        { History("digits") with { Epochs = [] }, false },
        { Score(["cat", "dog"]), true },
        { new[] { Score([]), Score([]) }, false },
        { Schedule.At(3), false },
        { Schedule.Points(5), false },
        { new LrBounds(SuggestionMethod.Conservative, 0.01, 0.1, 0.1, 0.3), false },
        { LrBoundsSuggester.SuggestAll(Test()), false },
        { History("digits").Epochs, false },
        { History("digits").Epochs[0], false },
        { Test().Points, false },
        { Test().Points[0], false },
        { new LrTrial(0.1, 60, 0.5, 90), false },
        { DataCatalog.Default.Load("iris"), false },
        { new[] { DataCatalog.Default.Load("iris"), DataCatalog.Default.Load("wine") }, false },
        { TorchDevices.List(), false },
        { ScheduleAdvice.For(Schedule, 50, 10), false },
        { new object[] { History("digits"), History("wine") }, true },
        { new object[] { Schedule, new ConstantSchedule(0.1) }, true },
    };

    private static TrainedModelScore Score(string[] classes) => new()
    {
        Model = "mlp",
        Data = "made",
        Members = 1,
        Samples = classes.Length,
        Loss = 0.1,
        Accuracy = classes.Length > 0 ? 100 : null,
        Classes = [.. classes.Select(name => new ClassScore { Class = name, Samples = 1, Predicted = 1, Correct = 1 })],
        Confusion = classes.Length > 0 ? [[1, 0], [0, 1]] : null,
    };

    [Theory]
    [MemberData(nameof(Shown))]
    public void Given_an_object_of_the_product_when_shown_then_it_is_a_figure_or_a_table_and_has_a_plain_form(object value, bool drawn)
    {
        string html = value.ToDisplayString("text/html");
        Assert.Equal(drawn, html.Contains(Figure, StringComparison.Ordinal));
        Assert.Contains("<table>", html, StringComparison.Ordinal);
        string text = value.ToDisplayString("text/plain");
        Assert.DoesNotContain('<', text);
        Assert.NotEmpty(text);
        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(value.GetType()).First());
    }

    [Fact]
    public void Given_a_list_of_several_kinds_when_shown_then_it_is_as_the_notebook_shows_any_list() =>
        Assert.DoesNotContain(Figure, new object[] { Schedule, "text" }.ToDisplayString("text/html"), StringComparison.Ordinal);

    [Fact]
    public void Given_a_long_list_when_shown_then_its_beginning_is() =>
        Assert.EndsWith("and 40 more", Test().Points.ToDisplayString("text/plain"), StringComparison.Ordinal);

    [Fact]
    public void Given_two_figures_in_one_output_when_shown_then_their_elements_differ()
    {
        string first = Schedule.ToDisplayString("text/html"), second = Schedule.ToDisplayString("text/html");
        Assert.NotEqual(Id(first), Id(second));
    }

    [Fact]
    public void Given_a_model_with_the_name_of_a_tag_when_shown_then_it_is_only_a_name()
    {
        string html = (History("digits") with { Run = History("digits").Run with { Model = "<script>alert(1)</script>" } }).ToDisplayString("text/html");
        Assert.DoesNotContain("<script>alert", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert", html, StringComparison.Ordinal);
    }

    private static string Id(string html) => html.Split("id=\"")[1].Split('"')[0];

    private static LrRangeTestResult Test() => new()
    {
        Points = [.. new ExponentialSweep(1e-5, 1, 60).Points(60).Select(p => (p, Loss: 2.3 - 1.5 / (1 + Math.Pow(0.01 / p.LearningRate, 2)))).Select(x => new LrRangeTestPoint(x.p.Step, x.p.LearningRate, x.Loss, x.Loss))],
        StopReason = RangeTestStopReason.Completed,
        Options = new LrRangeTestOptions { StartLr = 1e-5, EndLr = 1, Iterations = 60 },
        Run = new() { Model = "mlp", Data = "digits" },
    };

    private static TrainingHistory History(string data) => new()
    {
        Epochs = [.. Enumerable.Range(1, 3).Select(i => new EpochRecord { Epoch = i, Step = 10 * i, LearningRate = 0.01 * i, TrainLoss = 1.0 / i, TrainAccuracy = 30 * i, ValidationLoss = 1.1 / i, ValidationAccuracy = 29 * i, Seconds = 1 })],
        Status = TrainingStatus.Completed,
        Run = new() { Schedule = Schedule, StepsPerEpoch = 10, Model = "mlp", Data = data },
    };
}
