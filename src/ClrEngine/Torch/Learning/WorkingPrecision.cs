using ClrEngine.Torch.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Puts a model into the type of number that it works in, and back.</summary>
internal sealed class WorkingPrecision : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ScalarType _type;
    private readonly MasterCopies? _masters;

    public WorkingPrecision(nn.Module<Tensor, Tensor> model, Precision precision, OptimizerOptions options)
    {
        _model = model;
        _type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        if (precision == Precision.Float32)
        {
            Optimizer = OptimizerFactory.Create(TiedParameters.Distinct(model), options);
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

    /// <summary>Calls the model in its own type of number; the output is in 32 bits.</summary>
    public Tensor Forward(Tensor features)
    {
        if (_masters is null)
            return _model.forward(features);
        using Tensor narrow = features.to(_type);
        using Tensor output = _model.forward(narrow);
        return output.to(ScalarType.Float32);
    }

    public void Dispose()
    {
        if (_masters is not null)
        {
            _model.to(ScalarType.Float32);
            _masters.CopyTo(TiedParameters.Distinct(_model).Select(static p => p.Parameter));
        }
        Optimizer.Dispose();
    }
}
