using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>The mode, training or evaluation, of each part of a module: a user may have frozen some.</summary>
internal sealed class ModuleModes
{
    private readonly bool[] _training;

    public ModuleModes(nn.Module module) => _training = Parts(module).Select(part => part.training).ToArray();

    public void PutBack(nn.Module module)
    {
        // A part hands its mode on to its own parts, which come after it.
        foreach ((nn.Module part, bool training) in Parts(module).ToArray().Zip(_training))
            part.train(training);
    }

    private static IEnumerable<nn.Module> Parts(nn.Module module) => module.modules().Prepend(module);
}
