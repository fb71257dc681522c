using ClrEngine.RangeTest.Suggestions;
using static System.FormattableString;

namespace ClrKernelExtension;

/// <summary>Schedules that are drawn and stored. Their parameters are the fields of the schedule's kind.</summary>
internal static class ScheduleMagics
{
    internal static readonly MagicParameter Drawn = new("--count", "Steps that are drawn.");

    internal static readonly MagicParameter StepsPerEpoch = new("--steps-per-epoch", "Steps of one epoch; those of the bounds if left out.");

    internal static readonly MagicParameter OfBounds = new("--bounds", "The variable that holds suggested bounds, for what is left out; 'bounds' if left out.");

    public static Magic Schedule { get; } = Make<CyclicSchedule>(
        "#!clr-schedule",
        "Makes a cyclic schedule, draws it, and stores it.",
        new() { [nameof(CyclicSchedule.StepSizeUp)] = "--step-size" },
        [
            new(nameof(CyclicSchedule.StepSizeUp), "--step-size-epochs", "Epochs from the lower to the upper rate, in place of --step-size."),
            new(nameof(CyclicSchedule.HoldTop), "--hold-top-epochs", "Epochs for which the rate stays at the top, in place of --hold-top."),
            new(nameof(CyclicSchedule.HoldBottom), "--hold-bottom-epochs", "Epochs for which the rate stays at the bottom, in place of --hold-bottom."),
        ],
        [
            new("--final-amplitude", "In place of --gamma: the share of the amplitude that ExpRange leaves after the steps of --over or the epochs of --over-epochs, such as 0.1."),
            new("--over", "The steps after which --final-amplitude is left, most often those of the run."),
            new("--over-epochs", "The epochs after which --final-amplitude is left."),
        ]);

    public static Magic OneCycle { get; } = Make<OneCycleSchedule>(
        "#!clr-one-cycle",
        "Makes a one-cycle schedule (one rise, one long fall, and out), draws it, and stores it.",
        [],
        [new(nameof(OneCycleSchedule.TotalSteps), "--epochs", "Epochs of the whole run, in place of --total-steps.")]);

    public static Magic Restarts { get; } = Make<CosineWarmRestartsSchedule>(
        "#!clr-restarts",
        "Makes a schedule of cosine annealing with warm restarts, draws it, and stores it.",
        new() { [nameof(CosineWarmRestartsSchedule.T0)] = "--cycle-steps", [nameof(CosineWarmRestartsSchedule.TMult)] = "--cycle-mul" },
        [new(nameof(CosineWarmRestartsSchedule.T0), "--cycle-epochs", "Epochs to the first restart, in place of --cycle-steps.")]);

    public static Magic Decay { get; } = Make<DecaySchedule>(
        "#!clr-decay",
        "Makes a schedule whose rate falls once, draws it, and stores it.",
        [],
        [new(nameof(DecaySchedule.TotalSteps), "--epochs", "Epochs of the decay, in place of --total-steps.")]);

    public static Magic StepDecay { get; } = Make<StepDecaySchedule>(
        "#!clr-step-decay",
        "Makes a schedule whose rate falls by a factor at steps, draws it, and stores it.",
        new() { [nameof(StepDecaySchedule.Milestones)] = "--milestone" },
        [
            new(nameof(StepDecaySchedule.StepSize), "--step-size-epochs", "The rate falls every so many epochs."),
            new(nameof(StepDecaySchedule.Milestones), "--milestone-epochs", "The epochs after which the rate falls, rising."),
        ]);

    public static Magic Constant { get; } = Make<ConstantSchedule>(
        "#!clr-constant", "Makes a schedule of one rate, which a cyclic one is compared with, draws it, and stores it.", [], []);

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
        [typeof(DecaySchedule)] = Decay,
        [typeof(StepDecaySchedule)] = StepDecay,
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

    private static string Written(MagicParameter parameter, object? value) => parameter.IsFlag ? $" {parameter.Name}" : Invariant($" {parameter.Name} {(value is bool flag ? (flag ? "true" : "false") : value is IReadOnlyList<long> steps ? string.Join(',', steps) : value)}");

    private sealed record Length(string Field, string Name, string Text);

    private static Magic Make<T>(string name, string description, Dictionary<string, string> names, Length[] epochs, params MagicParameter[] more) where T : ILrSchedule
    {
        ScheduleKind kind = ScheduleKind.Find(typeof(T))!;
        (ScheduleField Field, MagicParameter Parameter)[] fields = [.. kind.Fields
            .Where(field => MagicArguments.Reads(field.Type))
            .Select(field => (field, Parameter(kind.Type, field, names.GetValueOrDefault(field.Name, MagicParameter.NameOf(field.Name)))))];
        bool hasBounds = fields.Any(field => FromBounds(field.Field) is not null);
        MagicParameter[] parameters =
        [
            .. fields.Select(field => field.Parameter),
            .. epochs.Select(length => new MagicParameter(length.Name, length.Text)),
            .. epochs.Length > 0 ? [StepsPerEpoch] : Array.Empty<MagicParameter>(),
            .. more,
            .. hasBounds ? [OfBounds] : Array.Empty<MagicParameter>(),
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
                if (parameter is not null && Array.Find(epochs, unit => unit.Field == field.Name) is { } other && arguments.Has(parameter.Name) && arguments.Has(other.Name))
                    throw new InvalidParameterException(new MagicParameter(other.Name, "").Field, null, $"{parameter.Name} and {other.Name} both say the same in other units; give one of them.", NotebookErrors.InvalidMagicArgument);
                if (parameter is not null && arguments.Has(parameter.Name))
                    return arguments.Get(parameter.Name, field.Type == typeof(double) ? typeof(double[]) : field.Type);
                if (Array.Find(epochs, unit => unit.Field == field.Name) is { } length)
                {
                    if (arguments.Has(length.Name))
                        return field.Type == typeof(IReadOnlyList<long>) ? arguments.Get(length.Name, Array.Empty<double>()).Select(Steps).ToArray() : Steps(arguments.Get(length.Name, 0.0));
                    if (!field.IsOptional)
                        throw Missing(parameter!.Name, $"or {length.Name}");
                }
                if (FromBounds(field) is { } rate)
                    return Rates(Read(), rate);
                return field.IsOptional ? field.Default : throw Missing(parameter!.Name, "");

                long Steps(double value) => EpochSteps.From(value, EpochLength(), new MagicParameter(epochs.Single(unit => unit.Field == field.Name).Name, "").Field);
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

    internal static double[] Rates(LrBounds bounds, Func<GroupBounds, double> rate) =>
        bounds.Groups.Count > 0 ? [.. bounds.Groups.Select(rate)] : [rate(new GroupBounds(bounds.BaseLr, bounds.MaxLr))];

    internal static LrBounds Bounds(MagicArguments arguments, NotebookCell cell) => cell.Get<LrBounds>(arguments.Text("--bounds", "bounds"), "#!clr-suggest");

    internal static long Epoch(MagicArguments arguments, Func<long> known) => arguments.Has("--steps-per-epoch") ? arguments.Get("--steps-per-epoch", 0L) : known();

    private static double GammaLeaving(MagicArguments arguments, CyclicMode mode, Func<long> stepsPerEpoch) => mode != CyclicMode.ExpRange || arguments.Has("--gamma")
        ? throw new InvalidParameterException("FinalAmplitude", null, "FinalAmplitude is another way to give the Gamma of Mode ExpRange; set --mode ExpRange and leave out --gamma, or leave out FinalAmplitude.")
        : ExpRangeGamma.Leaving(
            arguments.Get("--final-amplitude", 0.0),
            arguments.Has("--over-epochs") ? EpochSteps.From(arguments.Get("--over-epochs", 0.0), stepsPerEpoch(), "OverEpochs") : arguments.Get("--over", 0L));

    internal static async Task StoreAsync(ILrSchedule schedule, RunDescription? measured, MagicArguments arguments, NotebookCell cell)
    {
        AttachedRun.Attach(schedule, measured);
        HtmlOutput drawn = NotebookOutputs.Show([schedule], Count(arguments));
        await cell.StoreAsync(arguments.Variable("schedule"), schedule);
        cell.Display(drawn);
    }

    private static long? Count(MagicArguments arguments) => arguments.Has("--count") ? arguments.Get("--count", 0L) : null;

    internal static InvalidParameterException Missing(string name, string alternative) =>
        new(name, null, $"{name} is missing; give it{(alternative.Length > 0 ? ", " + alternative : "")}.", NotebookErrors.InvalidMagicArgument);

    /// <summary>The parameter that names the variable of a result.</summary>
    internal static MagicParameter Stored(string usual) => new("--name", $"The variable that it is stored in; '{usual}' if left out.");
}
