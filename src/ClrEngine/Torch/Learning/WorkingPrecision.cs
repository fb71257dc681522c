using ClrEngine.Errors;
using ClrEngine.Torch.Optimizers;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace ClrEngine.Torch.Learning;

/// <summary>Puts a model into the type of number that it works in, and back.</summary>
internal sealed class WorkingPrecision : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly MasterCopies? _masters;

    public WorkingPrecision(nn.Module<Tensor, Tensor> model, Precision precision, OptimizerOptions options)
    {
        _model = model;
        if (precision == Precision.Float32)
        {
            Optimizer = new FusedOptimizer(TiedParameters.Distinct(model), options);
            return;
        }
        TiedParameters.RequireUnshared(model, "convert to bfloat16");
        model.to(ScalarType.BFloat16);
        // Statistics of a batch need the range and the digits of 32 bits.
        foreach (nn.Module norm in model.modules().Where(part => part.GetType().Name.StartsWith("BatchNorm", StringComparison.Ordinal)))
            norm.to(ScalarType.Float32);
        _masters = new MasterCopies(TiedParameters.Distinct(model), options);
        Optimizer = _masters;
    }

    public IOptimizer Optimizer { get; }

    public Tensor Forward(Tensor features)
    {
        if (_masters is null)
            return _model.forward(features);
        using Tensor narrow = features.to(ScalarType.BFloat16);
        using Tensor output = _model.forward(narrow);
        return output.to(ScalarType.Float32);
    }

    public void Dispose()
    {
        if (_masters is not null)
            _model.to(ScalarType.Float32);
        _masters?.CopyTo(TiedParameters.Distinct(_model).Select(static p => p.Parameter));
        Optimizer.Dispose();
    }
}

/// <summary>A model's parameters, each once: tied weights are one parameter under several names, and are updated once.</summary>
internal static class TiedParameters
{
    private static readonly ErrorCause ModelTied = new(nameof(ModelTied), ErrorKind.InvalidArgument,
        "Several layers of a TorchSharp module have one weight, which TorchSharp can neither convert nor move.",
        "Let one layer have it and call that layer twice, or train in 32 bits on the CPU.");

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
    public static void RequireUnshared(nn.Module model, string change)
    {
        var seen = new HashSet<nint>();
        foreach (nn.Module part in model.modules().Prepend(model).Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>())
        {
            foreach ((string name, Parameter parameter) in part.named_parameters(recurse: false))
            {
                if (!seen.Add(parameter.Handle))
                    throw new InvalidParameterException("Model", name, $"Several layers have the same '{name}', and TorchSharp cannot {change} such a weight; let one layer have it, and call that layer twice.", ModelTied);
            }
        }
    }
}
