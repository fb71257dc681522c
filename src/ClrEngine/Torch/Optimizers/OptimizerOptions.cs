using System.IO.Enumeration;
using ClrEngine.Schedules;
using ClrEngine.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>The optimiser of a run, with PyTorch's names; where a value is null, the kind's own default holds.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which optimiser.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Sgd;

    /// <summary>The momentum of SGD and RMSprop where the schedule sets none, in [0, 1); null for 0.9 with SGD and 0 with RMSprop.</summary>
    public double? Momentum { get; init; }

    /// <summary>Whether SGD looks ahead along its momentum (Nesterov); needs a momentum, and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary>By how much SGD damps the gradient that enters the momentum, in [0, 1); the first update is never damped.</summary>
    public double Dampening { get; init; }

    /// <summary>The decay of Adam's mean of gradients where the schedule sets no momentum, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of Adam's mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>The decay of RMSprop's mean of squared gradients, in [0, 1).</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>What Adam and RMSprop add to their denominators, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The weight decay, at least 0; null for 1e-4 with SGD, 0.01 with AdamW, and 0 with Adam and RMSprop.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Whether parameters with one dimension or none (biases, scales and shifts of norms) are spared the weight decay.</summary>
    public bool ExcludeBiasAndNorm { get; init; }

    /// <summary>The norm over all gradients beyond which they are scaled down to it before an update, above 0; null never scales.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// Patterns of parameter names with <c>*</c> and <c>?</c>, one a parameter group: a parameter belongs to the first that fits its name.
    /// Empty: all parameters are one group.
    /// </summary>
    public IReadOnlyList<string> ParameterGroups { get; init; } = [];

    /// <summary>The momentum in force where the schedule sets none.</summary>
    internal double OwnMomentum => Momentum ?? (Kind == OptimizerKind.Sgd ? 0.9 : 0);

    internal double OwnWeightDecay => WeightDecay ?? Kind switch
    {
        OptimizerKind.Sgd => 1e-4,
        OptimizerKind.AdamW => 0.01,
        _ => 0,
    };

    /// <summary>What holds for every kind of optimiser: what one kind was set to says nothing about another.</summary>
    internal OptimizerOptions ForAnyKind() => new() { ExcludeBiasAndNorm = ExcludeBiasAndNorm, ClipNorm = ClipNorm, ParameterGroups = ParameterGroups };

    internal void Validate()
    {
        Require.Defined(Kind, "Optimizer");
        Require.InUnitInterval(OwnMomentum, nameof(Momentum));
        Require.InUnitInterval(Dampening, nameof(Dampening));
        Require.InUnitInterval(Beta1, nameof(Beta1));
        Require.InUnitInterval(Beta2, nameof(Beta2));
        Require.InUnitInterval(Alpha, nameof(Alpha));
        Require.Positive(Epsilon, nameof(Epsilon));
        Require.NotNegative(OwnWeightDecay, nameof(WeightDecay));
        Require.Positive(ClipNorm ?? 1, nameof(ClipNorm));
        if (Nesterov && (Kind != OptimizerKind.Sgd || OwnMomentum == 0 || Dampening != 0))
            throw new InvalidParameterException(nameof(Nesterov), Nesterov, "Nesterov needs SGD with a momentum above 0 and a dampening of 0; set those, or leave Nesterov out.");
    }
}

/// <summary>The optimisers, in PyTorch's form.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum, <c>torch.optim.SGD</c>.</summary>
    Sgd,

    /// <summary>Adam with the L2 penalty in the gradient, <c>torch.optim.Adam</c>.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay, <c>torch.optim.AdamW</c>.</summary>
    AdamW,

    /// <summary>RMSprop, not centred, <c>torch.optim.RMSprop</c>.</summary>
    RMSprop,
}

/// <summary>Parameters that are updated in one call: one group of the schedule, one weight decay, one type of number.</summary>
internal sealed record ParameterGroup(int Index, string Key, double WeightDecay, string[] Names, Parameter[] Parameters)
{
    private static readonly ErrorCause ParameterGroupEmpty = new(nameof(ParameterGroupEmpty), ErrorKind.InvalidArgument,
        "No parameter of the model fits a pattern of `-ParameterGroup`.", "Write the patterns after the parameter names in the message.");

    private static readonly ErrorCause ParameterWithoutGroup = new(nameof(ParameterWithoutGroup), ErrorKind.InvalidArgument,
        "A parameter of the model fits no pattern of `-ParameterGroup`.", "Add `'*'` as the last pattern.");

    private static readonly ErrorCause ParameterNotDense = new(nameof(ParameterNotDense), ErrorKind.InvalidArgument,
        "A parameter of the model has gaps or overlaps in memory.", "Make it from its `contiguous()` copy.");

    /// <summary>Refuses a schedule with rates for another number of groups than the optimiser has.</summary>
    public static void RequireRates(in SchedulePoint point, int groups)
    {
        if (point.Groups is { } rates && rates.Count != groups)
            throw new InvalidParameterException("ParameterGroup", rates.Count, $"The schedule has rates for {Counted.Of(rates.Count, "parameter group")} and the optimiser has {groups}; give one pattern of parameter names a group.", ScheduleErrors.GroupCountMismatch);
    }

    /// <summary>Sorts the parameters that are trained into groups, in the order of the schedule's groups.</summary>
    public static IReadOnlyList<ParameterGroup> Split(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        (string Name, Parameter Parameter)[] all = [.. parameters];
        (string Name, Parameter Parameter)[] trained = all.Where(p => p.Parameter.requires_grad).ToArray();
        if (trained.Length == 0)
            throw new InvalidParameterException("Model", null, "The model has no parameter that can be trained; set requires_grad on those that shall learn.", ModelErrors.NothingToTrain);
        foreach ((string name, Parameter parameter) in trained)
            RequireDense(name, parameter);
        var groups = trained
            .GroupBy(p => (Index: IndexOf(p.Name, options.ParameterGroups), Decay: DecayOf(p.Parameter, options), p.Parameter.dtype))
            .OrderBy(g => g.Key.Index)
            .ToArray();
        for (int i = 0; i < options.ParameterGroups.Count; i++)
        {
            if (groups.All(g => g.Key.Index != i))
                throw new InvalidParameterException("ParameterGroup", options.ParameterGroups[i], $"No parameter is left for the pattern '{options.ParameterGroups[i]}'; {(all.FirstOrDefault(p => !p.Parameter.requires_grad && FileSystemName.MatchesSimpleExpression(options.ParameterGroups[i], p.Name)).Name is { } frozen ? $"those that fit it, such as '{frozen}', are frozen: leave the pattern and its rate out, or freeze fewer" : $"the model's first parameter is '{trained[0].Name}'")}.", ParameterGroupEmpty);
        }
        return groups
            .Select((g, i) => new ParameterGroup(g.Key.Index, $"{i}", g.Key.Decay, g.Select(p => p.Name).ToArray(), g.Select(p => p.Parameter).ToArray()))
            .ToArray();
    }

    private static int IndexOf(string name, IReadOnlyList<string> patterns)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            if (FileSystemName.MatchesSimpleExpression(patterns[i], name))
                return i;
        }
        return patterns.Count == 0
            ? 0
            : throw new InvalidParameterException("ParameterGroup", name, $"The parameter '{name}' fits none of the patterns {string.Join(", ", patterns)}; add '*' as the last one.", ParameterWithoutGroup);
    }

    private static double DecayOf(Parameter parameter, OptimizerOptions options) =>
        options.ExcludeBiasAndNorm && parameter.dim() <= 1 ? 0 : options.OwnWeightDecay;

    // The fused kernels walk memory in one run.
    private static void RequireDense(string name, Parameter parameter)
    {
        long dense = 1;
        foreach ((long stride, long length) in parameter.stride().Zip(parameter.shape).Where(s => s.Second > 1).OrderBy(s => s.First))
        {
            if (stride != dense)
                throw new InvalidParameterException("Model", name, $"The parameter '{name}' has gaps or overlaps in memory; make it from its contiguous() copy.", ParameterNotDense);
            dense *= length;
        }
    }
}
