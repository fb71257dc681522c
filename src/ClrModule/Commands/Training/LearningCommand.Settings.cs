using System.Reflection;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Optimizers;
using ClrModule.Repeating;

namespace ClrModule.Commands.Training;

/// <content>What the parameters come to: the engine's options, which hold the defaults, and what an earlier run brings along.</content>
public abstract partial class LearningCommand
{
    private static readonly ErrorCause EmptyWithoutUse = new(nameof(EmptyWithoutUse), ErrorKind.InvalidArgument,
        "`-Weights`, `-WeightsSha256` or `-Freeze` is empty, as a variable is that is not set, and no earlier run brings along what it would take away.", "Give a file, or patterns, or leave the parameter out; check the variable that it comes from.");

    private static readonly (string Name, OptimizerKind[] Kinds)[] OfSomeOptimizers =
    [
        (nameof(Momentum), [OptimizerKind.Sgd, OptimizerKind.RMSprop]),
        (nameof(Dampening), [OptimizerKind.Sgd]),
        (nameof(Beta1), [OptimizerKind.Adam, OptimizerKind.AdamW]),
        (nameof(Beta2), [OptimizerKind.Adam, OptimizerKind.AdamW]),
        (nameof(Alpha), [OptimizerKind.RMSprop]),
        (nameof(Epsilon), [OptimizerKind.Adam, OptimizerKind.AdamW, OptimizerKind.RMSprop]),
    ];

    private TrainingJobOptions _job = new();

    /// <summary>What was asked for. The class weights are looked at here and not where they are bound, so that a wrong one is an error in the cmdlet's own words.</summary>
    private protected TrainingJobOptions JobOptions
    {
        get
        {
            foreach ((string name, OptimizerKind[] kinds) in OfSomeOptimizers)
            {
                if (IsGiven(name) && !kinds.Contains(OptimizerSettings.Kind) && GetType().GetProperty(name)!.GetValue(this) is { } value)
                    throw new InvalidParameterException(name, value, $"{name} is of {string.Join(", ", kinds)}, and has no effect with {OptimizerSettings.Kind}: give another Optimizer, or leave {name} out.");
            }
            return _job with
            {
                Learning = Learning with
                {
                    Loss = LossSettings with
                    {
                        ClassWeights = ClassWeight is null ? null : ClassWeightArgument.Resolve(ClassWeight),
                        Function = LossFunction is null ? LossSettings.Function : ScriptLoss.FromScript(LossFunction),
                    }
                }
            };
        }
    }

    private protected LearnerOptions Learning { get => _job.Learning; set => _job = _job with { Learning = value }; }

    private OptimizerOptions OptimizerSettings { get => Learning.Optimizer; set => Learning = Learning with { Optimizer = value }; }

    private LossOptions LossSettings { get => Learning.Loss; set => Learning = Learning with { Loss = value }; }

    private AugmentationOptions AugmentationSettings { get => Learning.Augmentation; set => Learning = Learning with { Augmentation = value }; }

    /// <summary>Finds the weights that are given, or those that an earlier run began with.</summary>
    private protected void FindWeights(RunDescription? earlier)
    {
        RefuseEmpty(nameof(Weights), earlier?.Weights is not null);
        RefuseEmpty(nameof(WeightsSha256), earlier?.WeightsSha256 is not null);
        RefuseEmpty(nameof(Freeze), earlier?.Freeze.Count > 0);
        if (Learning.Weights is { } given)
            Weights = this.FullPath(given);
        else if (Learning.KnownWeights is { } known)
            Learning = Learning with { Weights = EarlierRun.WeightsOf(earlier!, known.Name, this) };
    }

    // Nothing that takes the place of something says "none"; nothing that takes the place of nothing is a variable with a slip in its name.
    private void RefuseEmpty(string name, bool replaces)
    {
        if (!replaces && IsGiven(name) && MyInvocation.BoundParameters[name].Plain() is var given && (given is null or "" || (given is string?[] texts && texts.Any(string.IsNullOrEmpty))))
            throw new InvalidParameterException(name, null, $"{name} is empty, as a variable is that is not set; give a value, or leave {name} out. An empty one takes away what an earlier run brings along, and here none does.", EmptyWithoutUse);
    }

    /// <summary>Learns as an earlier run did, or by the defaults if there was none, in all that is not given here.</summary>
    private protected void LearnLike(RunDescription? run)
    {
        PropertyInfo[] properties = [.. GetType().GetProperties().Where(property => property.Name is not (nameof(Model) or nameof(Data)) && IsBound(property.Name))];
        Dictionary<string, object?> given = properties.ToDictionary(static property => property.Name, property => property.GetValue(this));
        bool isGivenOptimizer = IsBound(nameof(Optimizer));
        OptimizerKind kind = Optimizer;
        _job = run is null ? new TrainingJobOptions() : new TrainingJobOptions { Learning = TorchRun.SettingsOf(run), BatchSize = run.BatchSize > 0 ? run.BatchSize : BatchSize, Seed = run.Seed };
        if (isGivenOptimizer && kind != OptimizerSettings.Kind)
            OptimizerSettings = OptimizerSettings.ForAnyKind();
        // What a run of this process computed its loss by comes along as the code that it is.
        if (LossSettings.Function is not null && run is not null && AttachedRun.GivenTo(run)?.Function is LossFunction live)
            LossSettings = LossSettings with { Function = live };
        if (given.ContainsKey(nameof(Loss)) || given.ContainsKey(nameof(LossFunction)))
            LossSettings = LossSettings.ForOther(given.GetValueOrDefault(nameof(Loss)) is Choice<LossKind> asked ? asked.Value : LossSettings.Kind, isOwn: given.GetValueOrDefault(nameof(LossFunction)) is not null);
        LossFunction = LossSettings.Function is { } brought ? ScriptLoss.ScriptOf(brought) : null;
        ClassWeight = LossSettings.ClassWeights is not { } weights ? null : weights.IsBalanced ? "balanced" : weights.PerClass ?? (object?)weights.PerName;
        if (given.GetValueOrDefault(nameof(Augment)) is AugmentationKind[] ways)
            AugmentationSettings = AugmentationSettings.ForOther(ways);
        foreach (PropertyInfo property in properties)
            property.SetValue(this, given[property.Name]);
    }
}
