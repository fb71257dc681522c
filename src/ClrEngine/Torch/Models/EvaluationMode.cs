using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Keeps a module in evaluation mode until disposed, then gives each of its parts its own mode back.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;

    public EvaluationMode(nn.Module module)
    {
        _modes = module.modules().Prepend(module).Select(part => (part, part.training)).ToArray();
        module.eval();
    }

    public void Dispose()
    {
        // A part hands its mode on to its own parts, which come after it.
        foreach ((nn.Module module, bool training) in _modes)
            module.train(training);
    }
}
