using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Schedulers;

/// <summary>A TorchSharp optimiser with two parameter groups of one weight each.</summary>
internal sealed class TwoGroups : IDisposable
{
    private readonly Parameter[] _weights = [new(ones(1)), new(ones(1))];

    public TwoGroups(string name) => Optimizer = name switch
    {
        "SGD" => new SGD(_weights.Select(w => new SGD.ParamGroup { Parameters = [w] }), 0.1, momentum: 0.9),
        "RMSprop" => new RMSProp(_weights.Select(w => new RMSProp.ParamGroup { Parameters = [w] }), 0.1, momentum: 0.9),
        "Adam" => new Adam(_weights.Select(w => new Adam.ParamGroup { Parameters = [w] }), 0.1, 0.9, 0.987),
        "AdamW" => new AdamW(_weights.Select(w => new AdamW.ParamGroup { Parameters = [w] }), 0.1, 0.9, 0.987),
        _ => throw new ArgumentException(name),
    };

    public optim.Optimizer Optimizer { get; }

    /// <summary>One update of every weight, each with a gradient of 1.</summary>
    public void Update()
    {
        Optimizer.zero_grad();
        using Tensor sum = _weights[0] + _weights[1];
        sum.sum().backward();
        Optimizer.step();
    }

    public double Weight(int group) => _weights[group].item<float>();

    public void Dispose()
    {
        Optimizer.Dispose();
        foreach (Parameter weight in _weights)
            weight.Dispose();
    }
}
