using ClrEngine.Errors;
using ClrEngine.Torch.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A model's parameters, each once: tied weights are one parameter under several names, and are updated once.</summary>
internal static class TiedParameters
{
    /// <summary>The parameters in the model's order, each under the first of its names, as <c>named_parameters</c> of PyTorch gives them.</summary>
    public static IReadOnlyList<(string Name, Parameter Parameter)> Distinct(nn.Module model)
    {
        var distinct = new List<(string Name, Parameter Parameter)>();
        // A comparison is a call of libtorch: only what has the same shape is compared.
        var alike = new Dictionary<string, List<Parameter>>();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            string shape = string.Join(',', parameter.shape);
            if (!alike.TryGetValue(shape, out List<Parameter>? seen))
                alike[shape] = seen = [];
            if (seen.Any(other => OptimizerScript.AreOne(other, parameter)))
                continue;
            seen.Add(parameter);
            distinct.Add((name, parameter));
        }
        return distinct;
    }

    /// <summary>Refuses a model that TorchSharp would break: it moves and converts a weight for each layer that has it, and frees it after the first.</summary>
    /// <exception cref="InvalidParameterException">Several layers have one weight, as the same object.</exception>
    public static void RequireUnshared(nn.Module model, string change)
    {
        var seen = new HashSet<nint>();
        foreach (nn.Module part in model.modules().Prepend(model).Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>())
        {
            foreach ((string name, Parameter parameter) in part.named_parameters(recurse: false))
            {
                if (!seen.Add(parameter.Handle))
                    throw new InvalidParameterException("Model", name, $"Several layers have the same '{name}', and TorchSharp cannot {change} such a weight; let one layer have it, and call that layer twice.", "ModelTied");
            }
        }
    }
}
