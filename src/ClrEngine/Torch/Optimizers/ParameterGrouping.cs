using System.IO.Enumeration;
using ClrEngine.Errors;
using TorchSharp.Modules;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Sorts a model's parameters into groups.</summary>
internal static class ParameterGrouping
{
    /// <summary>The groups of the parameters that are trained, in the order of the schedule's groups.</summary>
    /// <exception cref="InvalidParameterException">A parameter fits no pattern, a pattern fits no parameter, nothing can be trained, or a parameter has gaps in memory.</exception>
    public static IReadOnlyList<ParameterGroup> Of(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        (string Name, Parameter Parameter)[] trained = parameters.Where(p => p.Parameter.requires_grad).ToArray();
        if (trained.Length == 0)
            throw new InvalidParameterException("Model", null, "The model has no parameter that can be trained; set requires_grad on those that shall learn.", "NothingToTrain");
        foreach ((string name, Parameter parameter) in trained)
            RequireDense(name, parameter);
        var groups = trained
            .GroupBy(p => (Index: IndexOf(p.Name, options.ParameterGroups), Decay: DecayOf(p.Parameter, options), p.Parameter.dtype))
            .OrderBy(g => g.Key.Index)
            .ToArray();
        for (int i = 0; i < options.ParameterGroups.Count; i++)
        {
            if (groups.All(g => g.Key.Index != i))
                throw new InvalidParameterException("ParameterGroup", options.ParameterGroups[i], $"No parameter is left for the pattern '{options.ParameterGroups[i]}'; the model's first parameter is '{trained[0].Name}'.", "ParameterGroupEmpty");
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
            : throw new InvalidParameterException("ParameterGroup", name, $"The parameter '{name}' fits none of the patterns {string.Join(", ", patterns)}; add '*' as the last one.", "ParameterWithoutGroup");
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
                throw new InvalidParameterException("Model", name, $"The parameter '{name}' has gaps or overlaps in memory; make it from its contiguous() copy.", "ParameterNotDense");
            dense *= length;
        }
    }
}
