using ClrEngine.RangeTest.Suggestions;
using static ClrKernelExtension.ScheduleMagics;

namespace ClrKernelExtension;

/// <summary>Schedules made of others that are drawn and stored.</summary>
internal static class ComposedScheduleMagics
{
    public static Magic WarmUp { get; } = new(
        "#!clr-warm-up",
        "Puts a warm-up in front of a schedule, draws both, and stores them as one.",
        [
            new("--schedule", "The variable that holds the schedule; 'schedule' if left out."),
            new("--steps", "Steps of the warm-up."),
            new("--epochs", "Epochs of the warm-up, in place of --steps."),
            StepsPerEpoch,
            new("--start-factor", "The share of the schedule's first rate that the warm-up starts at; a third if left out."),
            Drawn,
            Stored("schedule"),
        ],
        (arguments, cell) =>
        {
            var schedule = cell.Get<ILrSchedule>(arguments.Text("--schedule", "schedule"), "#!clr-schedule");
            RunDescription? measured = AttachedRun.MeasuredOn(schedule);
            long steps = arguments.Has("--epochs")
                ? EpochSteps.From(arguments.Get("--epochs", 0.0), Epoch(arguments, () => measured?.StepsPerEpoch ?? Bounds(arguments, cell).StepsPerEpoch), "Epochs")
                : arguments.Has("--steps") ? arguments.Get("--steps", 0L) : throw Missing("--steps", "or --epochs");
            var warmed = new WarmupSchedule(schedule, steps, arguments.Get("--start-factor", ScheduleKind.Default<WarmupSchedule, double>(nameof(WarmupSchedule.StartFactor))));
            return StoreAsync(warmed, measured, arguments, cell);
        });

    public static Magic StableDecay { get; } = new(
        "#!clr-warmup-stable-decay",
        "Makes a schedule of three parts (a warm-up, a constant rate, and a decay at the end), draws it, and stores it.",
        [
            new("--max-lr", "The rate of the stable part; that of --bounds if left out."),
            new("--min-lr", "The rate where the decay ends; 0 if left out."),
            new("--total-steps", "Steps of the whole run."),
            new("--warmup-steps", "Steps of the warm-up; 0 for none."),
            new("--decay-steps", "Steps of the decay."),
            new("--epochs", "Epochs of the whole run, in place of --total-steps."),
            new("--warmup-epochs", "Epochs of the warm-up, in place of --warmup-steps; 0 for none."),
            new("--decay-epochs", "Epochs of the decay, in place of --decay-steps."),
            StepsPerEpoch,
            new("--shape", $"How the rate falls at the end ({EnumName.List(typeof(DecayShape))}); OneMinusSqrt if left out.") { Values = Enum.GetNames<DecayShape> },
            new("--power", "The power of a polynomial decay; 1 if left out."),
            new("--start-factor", "The share of the rate that the warm-up starts at; a third if left out."),
            OfBounds,
            Drawn,
            Stored("schedule"),
        ],
        (arguments, cell) =>
        {
            LrBounds? bounds = null;
            LrBounds Read() => bounds ??= Bounds(arguments, cell);
            bool IsZero(string name) => arguments.Has(name) && arguments.Get(name, 0.0) == 0;
            long Steps(string steps, string epochs) =>
                arguments.Has(epochs) ? EpochSteps.From(arguments.Get(epochs, 0.0), Epoch(arguments, () => Read().StepsPerEpoch), new MagicParameter(epochs, "").Field)
                : arguments.Has(steps) ? arguments.Get(steps, 0L)
                : throw Missing(steps, $"or {epochs}");
            (long total, long warmup, long decay) = (Steps("--total-steps", "--epochs"), IsZero("--warmup-epochs") ? 0 : Steps("--warmup-steps", "--warmup-epochs"), Steps("--decay-steps", "--decay-epochs"));
            double startFactor = arguments.Get("--start-factor", ScheduleKind.Default<WarmupSchedule, double>(nameof(WarmupSchedule.StartFactor)));
            if (warmup == 0 && arguments.Has("--start-factor"))
                throw IdleSettings.StartOfNoWarmup(startFactor);
            ILrSchedule schedule = ScheduleGroups.Make(
                [("MaxLr", arguments.Has("--max-lr") ? arguments.Get("--max-lr", Array.Empty<double>()) : Rates(Read(), group => group.MaxLr)), ("MinLr", arguments.Get("--min-lr", new[] { ScheduleKind.Default<DecaySchedule, double>(nameof(DecaySchedule.MinLr)) }))],
                rates => WarmupStableDecay.Make(rates[0], total, warmup, decay, arguments.Get("--shape", DecayShape.OneMinusSqrt), rates[1], arguments.Get("--power", 1.0), startFactor));
            if (IdleSettings.Of(schedule) is { Refusal: var refusal })
                throw refusal;
            return StoreAsync(schedule, bounds?.Run, arguments, cell);
        });
}
