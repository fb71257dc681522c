using ClrEngine.RangeTest.Suggestions;
using static System.FormattableString;

namespace ClrKernelExtension;

/// <summary>Schedules that are drawn and stored. Their parameters are the fields of the schedule's kind.</summary>
internal static class ScheduleMagics
{
    private static readonly MagicParameter Drawn = new("--count", "Steps that are drawn.");

    private static readonly MagicParameter StepsPerEpoch = new("--steps-per-epoch", "Steps of one epoch; those of the bounds if left out.");

    public static Magic Schedule { get; } = Make<CyclicSchedule>(
        "#!clr-schedule",
        "Makes a cyclic schedule, draws it, and stores it.",
        new() { [nameof(CyclicSchedule.StepSizeUp)] = "--step-size" },
        new(nameof(CyclicSchedule.StepSizeUp), "--step-size-epochs", "Epochs from the lower to the upper rate, in place of --step-size."),
        [
            new("--final-amplitude", "In place of --gamma: the share of the amplitude that ExpRange leaves after the steps of --over or the epochs of --over-epochs, such as 0.1."),
            new("--over", "The steps after which --final-amplitude is left, most often those of the run."),
            new("--over-epochs", "The epochs after which --final-amplitude is left."),
        ]);

    public static Magic OneCycle { get; } = Make<OneCycleSchedule>(
        "#!clr-one-cycle",
        "Makes a one-cycle schedule (one rise, one long fall, and out), draws it, and stores it.",
        [],
        new(nameof(OneCycleSchedule.TotalSteps), "--epochs", "Epochs of the whole run, in place of --total-steps."));

    public static Magic Restarts { get; } = Make<CosineWarmRestartsSchedule>(
        "#!clr-restarts",
        "Makes a schedule of cosine annealing with warm restarts, draws it, and stores it.",
        new() { [nameof(CosineWarmRestartsSchedule.T0)] = "--cycle-steps", [nameof(CosineWarmRestartsSchedule.TMult)] = "--cycle-mul" },
        new(nameof(CosineWarmRestartsSchedule.T0), "--cycle-epochs", "Epochs to the first restart, in place of --cycle-steps."));

    public static Magic Constant { get; } = Make<ConstantSchedule>(
        "#!clr-constant", "Makes a schedule of one rate, which a cyclic one is compared with, draws it, and stores it.", [], null);

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
            RunDescription? measured = RunBeside.MeasuredOn(schedule);
            long steps = arguments.Has("--epochs")
                ? EpochSteps.From(arguments.Get("--epochs", 0.0), Epoch(arguments, () => measured?.StepsPerEpoch ?? Bounds(arguments, cell).StepsPerEpoch), "Epochs")
                : arguments.Has("--steps") ? arguments.Get("--steps", 0L) : throw Missing("--steps", "or --epochs");
            var warmed = new WarmupSchedule(schedule, steps, arguments.Get("--start-factor", ScheduleKind.Default<WarmupSchedule, double>(nameof(WarmupSchedule.StartFactor))));
            return StoreAsync(warmed, measured, arguments, cell);
        });

    public static Magic Modes { get; } = new(
        "#!clr-modes",
        "Draws the three modes of cyclic schedules side by side.",
        [
            new("--base-lr", Invariant($"The lower rate; {ModesFigure.UsualBaseLr} if left out.")),
            new("--max-lr", Invariant($"The upper rate; {ModesFigure.UsualMaxLr} if left out.")),
            new("--step-size", $"Steps from the lower to the upper rate; {ModesFigure.UsualStepSize} if left out.") { Field = nameof(CyclicSchedule.StepSizeUp) },
            new("--gamma", "The factor by which each step shrinks the amplitude under ExpRange."),
            Drawn,
        ],
        (arguments, cell) =>
        {
            cell.Display(NotebookOutputs.Show(ModesFigure.Draw(
                arguments.Get("--base-lr", ModesFigure.UsualBaseLr),
                arguments.Get("--max-lr", ModesFigure.UsualMaxLr),
                arguments.Get("--step-size", ModesFigure.UsualStepSize),
                arguments.Has("--gamma") ? arguments.Get("--gamma", 1.0) : null,
                Count(arguments))));
            return Task.CompletedTask;
        });

    private static readonly Dictionary<Type, Magic> Makers = new()
    {
        [typeof(CyclicSchedule)] = Schedule,
        [typeof(OneCycleSchedule)] = OneCycle,
        [typeof(CosineWarmRestartsSchedule)] = Restarts,
        [typeof(ConstantSchedule)] = Constant,
    };

    /// <summary>The command that makes a schedule again; null where none does by itself.</summary>
    public static string? Line(ILrSchedule schedule) =>
        IdleSettings.Of(schedule) is null && Makers.TryGetValue(schedule.GetType(), out Magic? magic)
            && ScheduleKind.Find(schedule.GetType())!.Fields is var fields && fields.All(field => magic.Parameters.Any(parameter => parameter.Field == field.Name) || field.ValueIn(schedule) is null)
                ? magic.Name + string.Concat(fields
                    .Where(field => !Equals(field.ValueIn(schedule), field.Default))
                    .Select(field => Written(magic.Parameters.First(parameter => parameter.Field == field.Name), field.ValueIn(schedule))))
                : null;

    private static string Written(MagicParameter parameter, object? value) => parameter.IsFlag ? $" {parameter.Name}" : Invariant($" {parameter.Name} {(value is bool flag ? (flag ? "true" : "false") : value)}");

    private sealed record Length(string Field, string Name, string Text);

    private static Magic Make<T>(string name, string description, Dictionary<string, string> names, Length? epochs, params MagicParameter[] more) where T : ILrSchedule
    {
        ScheduleKind kind = ScheduleKind.Find(typeof(T))!;
        (ScheduleField Field, MagicParameter Parameter)[] fields = [.. kind.Fields
            .Where(field => MagicArguments.Reads(field.Type))
            .Select(field => (field, Parameter(kind.Type, field, names.GetValueOrDefault(field.Name, MagicParameter.NameOf(field.Name)))))];
        bool hasBounds = fields.Any(field => FromBounds(field.Field) is not null);
        MagicParameter[] parameters =
        [
            .. fields.Select(field => field.Parameter),
            .. epochs is null ? Array.Empty<MagicParameter>() : [new(epochs.Name, epochs.Text), StepsPerEpoch],
            .. more,
            .. hasBounds ? [new MagicParameter("--bounds", "The variable that holds suggested bounds, for what is left out; 'bounds' if left out.")] : Array.Empty<MagicParameter>(),
            Drawn,
            Stored("schedule"),
        ];
        return new Magic(name, description, parameters, (arguments, cell) =>
        {
            LrBounds? bounds = null;
            LrBounds Read() => bounds ??= Bounds(arguments, cell);
            long EpochLength() => Epoch(arguments, () => Read().StepsPerEpoch);
            Dictionary<string, object?> values = kind.Fields.ToDictionary(field => field.Name, ValueOf);
            if (arguments.Has("--final-amplitude"))
                values[nameof(CyclicSchedule.Gamma)] = new[] { GammaLeaving(arguments, (CyclicMode)values[nameof(CyclicSchedule.Mode)]!, EpochLength) };
            string[] listed = [.. values.Where(value => value.Value is double[]).Select(value => value.Key)];
            ILrSchedule schedule = ScheduleGroups.Make(
                [.. listed.Select(field => (field, (IReadOnlyList<double>)values[field]!))],
                group => kind.Make(field => Array.IndexOf(listed, field.Name) is >= 0 and var at ? group[at] : values[field.Name]));
            if (IdleSettings.Of(schedule) is { Refusal: var refusal })
                throw refusal;
            return StoreAsync(schedule, bounds?.Run, arguments, cell);

            object? ValueOf(ScheduleField field)
            {
                MagicParameter? parameter = fields.FirstOrDefault(pair => pair.Field == field).Parameter;
                if (parameter is not null && arguments.Has(parameter.Name))
                    return arguments.Get(parameter.Name, field.Type == typeof(double) ? typeof(double[]) : field.Type);
                if (field.Name == epochs?.Field)
                    return arguments.Has(epochs.Name)
                        ? EpochSteps.From(arguments.Get(epochs.Name, 0.0), EpochLength(), new MagicParameter(epochs.Name, "").Field)
                        : throw Missing(parameter!.Name, $"or {epochs.Name}");
                if (FromBounds(field) is { } rate)
                    return Read() is { Groups: { Count: > 0 } groups } ? groups.Select(rate).ToArray() : new[] { rate(new GroupBounds(Read().BaseLr, Read().MaxLr)) };
                return field.IsOptional ? field.Default : throw Missing(parameter!.Name, "");
            }
        });
    }

    private static MagicParameter Parameter(Type kind, ScheduleField field, string name)
    {
        string text = NotebookText.Help(kind.GetProperty(field.Name)!, field.Default);
        Type type = Nullable.GetUnderlyingType(field.Type) ?? field.Type;
        return new(name, FromBounds(field) is null ? text : text.TrimEnd('.') + "; that of --bounds if left out.")
        {
            Field = field.Name,
            IsFlag = field.Default is false,
            Values = type.IsEnum ? () => Enum.GetNames(type) : field.Default is true ? () => ["true", "false"] : null,
        };
    }

    private static Func<GroupBounds, double>? FromBounds(ScheduleField field) => field.Name switch
    {
        nameof(LrBounds.BaseLr) => bounds => bounds.BaseLr,
        nameof(LrBounds.MaxLr) => bounds => bounds.MaxLr,
        _ => null,
    };

    private static LrBounds Bounds(MagicArguments arguments, NotebookCell cell) => cell.Get<LrBounds>(arguments.Text("--bounds", "bounds"), "#!clr-suggest");

    private static long Epoch(MagicArguments arguments, Func<long> known) => arguments.Has("--steps-per-epoch") ? arguments.Get("--steps-per-epoch", 0L) : known();

    private static double GammaLeaving(MagicArguments arguments, CyclicMode mode, Func<long> stepsPerEpoch) => mode != CyclicMode.ExpRange || arguments.Has("--gamma")
        ? throw new InvalidParameterException("FinalAmplitude", null, "FinalAmplitude is another way to give the Gamma of Mode ExpRange; set --mode ExpRange and leave out --gamma, or leave out FinalAmplitude.")
        : ExpRangeGamma.Leaving(
            arguments.Get("--final-amplitude", 0.0),
            arguments.Has("--over-epochs") ? EpochSteps.From(arguments.Get("--over-epochs", 0.0), stepsPerEpoch(), "OverEpochs") : arguments.Get("--over", 0L));

    private static async Task StoreAsync(ILrSchedule schedule, RunDescription? measured, MagicArguments arguments, NotebookCell cell)
    {
        RunBeside.Attach(schedule, measured);
        HtmlOutput drawn = NotebookOutputs.Show([schedule], Count(arguments));
        await cell.StoreAsync(arguments.Variable("schedule"), schedule);
        cell.Display(drawn);
    }

    private static long? Count(MagicArguments arguments) => arguments.Has("--count") ? arguments.Get("--count", 0L) : null;

    private static InvalidParameterException Missing(string name, string alternative) =>
        new(name, null, $"{name} is missing; give it{(alternative.Length > 0 ? ", " + alternative : "")}.", NotebookErrors.InvalidMagicArgument);

    /// <summary>The parameter that names the variable of a result.</summary>
    internal static MagicParameter Stored(string usual) => new("--name", $"The variable that it is stored in; '{usual}' if left out.");
}
