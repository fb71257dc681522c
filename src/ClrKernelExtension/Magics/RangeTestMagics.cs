using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Torch.Learning;
using ClrKernelExtension.Formatting;

namespace ClrKernelExtension.Magics;

/// <summary>The range test and what is read off it.</summary>
internal static class RangeTestMagics
{
    private const int FewestDrawn = 2;

    public static Magic RangeTest { get; } = new(
        "#!clr-range-test",
        "Trains briefly under a growing rate, draws the losses, and stores the result; the model is left as it was.",
        [
            .. Learning.Parameters,
            new("--start-lr", "The rate of the first step; 1e-7 if left out."),
            new("--end-lr", "The rate of the last step; 10 if left out."),
            new("--iterations", "Steps of the sweep; 100 if left out."),
            new("--sweep", "Exponential or Linear; Exponential if left out."),
            new("--name", "The variable that it is stored in; 'rangeTest' if left out."),
        ],
        Test);

    public static Magic Suggest { get; } = new(
        "#!clr-suggest",
        "Reads bounds off a range test by every rule, draws them, and stores those of one rule.",
        [
            new("--range-test", "The variable that holds the range test; 'rangeTest' if left out."),
            new("--method", "The rule whose bounds are stored; Balanced if left out."),
            new("--name", "The variable that they are stored in; 'bounds' if left out."),
        ],
        SuggestBounds);

    private static async Task Test(MagicArguments arguments, NotebookSurface surface)
    {
        var options = new LrRangeTestOptions
        {
            StartLr = arguments.Number("--start-lr", 1e-7),
            EndLr = arguments.Number("--end-lr", 10),
            Iterations = checked((int)arguments.Whole("--iterations", 100)),
            Sweep = arguments.Choice("--sweep", SweepKind.Exponential),
        };
        options.Validate();
        var learning = new Learning(arguments, surface);
        using TorchSession session = learning.Open();
        var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
        var live = new LiveOutput(surface);
        try
        {
            foreach (LrRangeTestPoint point in test.Run(surface.CancellationToken))
                if (point.Step >= FewestDrawn)
                    live.Offer(() => NotebookOutputs.Of(Result() with { StopReason = RangeTestStopReason.Running }));
        }
        finally
        {
            // An interrupted test keeps the curve so far.
            LrRangeTestResult found = Result();
            await surface.Store(arguments.Text("--name", "rangeTest"), found);
            if (found.Points.Count >= FewestDrawn)
                live.Show(NotebookOutputs.Of(found));
        }

        LrRangeTestResult Result() => test.Result;
    }

    private static async Task SuggestBounds(MagicArguments arguments, NotebookSurface surface)
    {
        var test = Variables.Get<LrRangeTestResult>(surface, arguments.Text("--range-test", "rangeTest"), "#!clr-range-test");
        LrSuggestion chosen = LrBoundsSuggester.Suggest(test, arguments.Choice("--method", SuggestionMethod.Balanced));
        if (chosen is NoSuggestion none)
            throw new NoSuggestionException(none);
        await surface.Store(arguments.Text("--name", "bounds"), chosen);
        surface.Display(NotebookOutputs.Of(test, LrBoundsSuggester.SuggestAll(test)));
    }
}
