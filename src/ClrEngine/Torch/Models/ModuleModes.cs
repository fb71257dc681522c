using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>The mode, training or evaluation, of each part of a module: a user may have frozen some. Gives each its own back when disposed.</summary>
internal sealed class ModuleModes(nn.Module module) : IDisposable
{
    private readonly bool[] _training = Parts(module).Select(part => part.training).ToArray();

    /// <summary>Keeps a module in evaluation mode until disposed.</summary>
    public static ModuleModes Evaluation(nn.Module module)
    {
        var modes = new ModuleModes(module);
        module.eval();
        return modes;
    }

    public void Dispose() => PutBack();

    public void PutBack()
    {
        // A part hands its mode on to its own parts, which come after it.
        foreach ((nn.Module part, bool training) in Parts(module).ToArray().Zip(_training))
            part.train(training);
    }

    private static IEnumerable<nn.Module> Parts(nn.Module module) => module.modules().Prepend(module);
}

/// <summary>Finds out whether a model draws random numbers when it is called.</summary>
internal static class RandomParts
{
    /// <summary>True where a part drops out, and where a part is somebody's own and nobody can tell.</summary>
    public static bool MayDraw(nn.Module model) => model.modules().Prepend(model).Any(Draws);

    private static bool Draws(nn.Module part)
    {
        Type type = part.GetType();
        return part is jit.ScriptModule or ScriptModel
            || type.Name.Contains("Dropout", StringComparison.Ordinal)
            || type.Name.Contains("RReLU", StringComparison.Ordinal)
            || type.Assembly != typeof(nn.Module).Assembly && type.Assembly != typeof(RandomParts).Assembly;
    }
}
