using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrFigures;
using static System.FormattableString;

namespace ClrKernelExtension;

/// <summary>Schedules that are drawn and stored.</summary>
internal static class ScheduleMagics
{
    public static Magic Schedule { get; } = new(
        "#!clr-schedule",
        "Makes a cyclic schedule, draws it, and stores it.",
        [
            new("--base-lr", "The lower rate; from --bounds if left out."),
            new("--max-lr", "The upper rate; from --bounds if left out."),
            new("--bounds", "The variable that holds suggested bounds; 'bounds' if left out."),
            new("--step-size", $"Steps from the lower to the upper rate; {ModesFigure.UsualStepSize} if left out."),
            new("--step-size-epochs", "Epochs from the lower to the upper rate, in place of --step-size; the bounds know the steps of an epoch."),
            new("--step-size-down", "Steps back down; as many as up if left out."),
            MagicParameter.OneOf<CyclicMode>("--mode", $"Triangular, Triangular2 or ExpRange; {Usual<CyclicMode>(nameof(CyclicSchedule.Mode))} if left out."),
            new("--gamma", Invariant($"The factor by which each step shrinks the amplitude under ExpRange; {Usual<double>(nameof(CyclicSchedule.Gamma))} if left out.")),
            new("--cycle-momentum", $"Whether the momentum moves against the rate; {(Usual<bool>(nameof(CyclicSchedule.CycleMomentum)) ? "true" : "false")} if left out.", () => ["true", "false"]),
            new("--base-momentum", Invariant($"The momentum at the top of a cycle; {Usual<double>(nameof(CyclicSchedule.BaseMomentum))} if left out.")),
            new("--max-momentum", Invariant($"The momentum at the bottom of a cycle; {Usual<double>(nameof(CyclicSchedule.MaxMomentum))} if left out.")),
            new("--count", "Steps that are drawn."),
            new("--name", "The variable that it is stored in; 'schedule' if left out."),
        ],
        MakeScheduleAsync);

    public static Magic Modes { get; } = new(
        "#!clr-modes",
        "Draws the three modes of cyclic schedules side by side.",
        [
            new("--base-lr", Invariant($"The lower rate; {ModesFigure.UsualBaseLr} if left out.")),
            new("--max-lr", Invariant($"The upper rate; {ModesFigure.UsualMaxLr} if left out.")),
            new("--step-size", $"Steps from the lower to the upper rate; {ModesFigure.UsualStepSize} if left out."),
            new("--gamma", "The factor by which each step shrinks the amplitude under ExpRange."),
            new("--count", "Steps that are drawn."),
        ],
        DrawModesAsync);

    private static async Task MakeScheduleAsync(MagicArguments arguments, NotebookCell cell)
    {
        bool given = arguments.Has("--base-lr") && arguments.Has("--max-lr");
        LrBounds? bounds = given && !arguments.Has("--step-size-epochs") ? null : cell.Get<LrBounds>(arguments.Text("--bounds", "bounds"), "#!clr-suggest");
        var schedule = new CyclicSchedule(
            arguments.Number("--base-lr", bounds?.BaseLr ?? 0),
            arguments.Number("--max-lr", bounds?.MaxLr ?? 0),
            arguments.Has("--step-size-epochs")
                ? EpochSteps.From(arguments.Number("--step-size-epochs", 0), bounds!.StepsPerEpoch)
                : arguments.Whole("--step-size", ModesFigure.UsualStepSize),
            arguments.Has("--step-size-down") ? arguments.Whole("--step-size-down", 0) : null,
            arguments.Choice("--mode", Usual<CyclicMode>(nameof(CyclicSchedule.Mode))),
            arguments.Number("--gamma", Usual<double>(nameof(CyclicSchedule.Gamma))),
            arguments.Flag("--cycle-momentum", Usual<bool>(nameof(CyclicSchedule.CycleMomentum))),
            arguments.Number("--base-momentum", Usual<double>(nameof(CyclicSchedule.BaseMomentum))),
            arguments.Number("--max-momentum", Usual<double>(nameof(CyclicSchedule.MaxMomentum))));
        HtmlOutput drawn = NotebookOutputs.Show([schedule], Drawn(arguments));
        await cell.Notebook.StoreAsync(arguments.Text("--name", "schedule"), schedule);
        cell.Display(drawn);
    }

    private static Task DrawModesAsync(MagicArguments arguments, NotebookCell cell)
    {
        cell.Display(NotebookOutputs.Show(ModesFigure.Draw(
            arguments.Number("--base-lr", ModesFigure.UsualBaseLr),
            arguments.Number("--max-lr", ModesFigure.UsualMaxLr),
            arguments.Whole("--step-size", ModesFigure.UsualStepSize),
            arguments.Has("--gamma") ? arguments.Number("--gamma", 1) : null,
            Drawn(arguments))));
        return Task.CompletedTask;
    }

    private static T Usual<T>(string field) => ScheduleKind.Default<CyclicSchedule, T>(field);

    private static long? Drawn(MagicArguments arguments) => arguments.Has("--count") ? arguments.Whole("--count", 0) : null;
}
