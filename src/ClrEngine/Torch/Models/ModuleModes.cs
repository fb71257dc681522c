using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>The mode, training or evaluation, of each part of a module: a user may have frozen some. Gives each its own back when disposed.</summary>
internal sealed class ModuleModes(nn.Module module) : IDisposable
{
    private readonly bool[] _training = module.WithParts().Select(part => part.training).ToArray();

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
        foreach ((nn.Module part, bool training) in module.WithParts().ToArray().Zip(_training))
            part.train(training);
    }
}

/// <summary>What TorchSharp does not say of a module in one word.</summary>
internal static class ModuleExtensions
{
    /// <summary>The module and all its parts; <c>modules</c> leaves out the module itself.</summary>
    public static IEnumerable<nn.Module> WithParts(this nn.Module module) => module.modules().Prepend(module);

    /// <summary>Where its first parameter lies.</summary>
    public static Device FirstDevice(this nn.Module module) => module.parameters().First().device;
}

/// <summary>Copies of a module's buffers, which its forward pass may change in any mode. Puts each back, bit for bit, when disposed.</summary>
internal sealed class ModuleBuffers : IDisposable
{
    private readonly nn.Module _module;
    private readonly (string Name, Tensor Value)[] _kept;

    public ModuleBuffers(nn.Module module)
    {
        using var noGrad = no_grad();
        _module = module;
        _kept = [.. module.named_buffers().Select(static live => (live.name, live.buffer.clone().DetachFromDisposeScope()))];
    }

    public IReadOnlyList<string> Names => [.. _kept.Select(static kept => kept.Name)];

    /// <summary>The names of those that are not as they were.</summary>
    public IReadOnlyList<string> Moved() =>
        [.. _module.named_buffers().Zip(_kept).Where(static pair => pair.First.buffer.ne(pair.Second.Value).any().item<bool>()).Select(static pair => pair.Second.Name)];

    public void PutBack()
    {
        using var noGrad = no_grad();
        foreach (((_, Tensor live), (_, Tensor kept)) in _module.named_buffers().Zip(_kept))
            live.copy_(kept);
    }

    public void Dispose()
    {
        PutBack();
        foreach ((_, Tensor kept) in _kept)
            kept.Dispose();
    }
}

/// <summary>Holds a module for one piece of work that changes it, until disposed: two at once would train each other's weights.</summary>
internal sealed class ModuleUse : IDisposable
{
    private static readonly ErrorCause ModelInUse = new(nameof(ModelInUse), ErrorKind.InvalidOperation,
        "A module is in another run that has not ended.", "Wait for that run to end, or give each run a module of its own, such as by a name or a script block.");

    private static readonly HashSet<object> InUse = new(ReferenceEqualityComparer.Instance);

    private readonly object[] _parts;

    public ModuleUse(nn.Module module)
    {
        _parts = [.. module.WithParts().Select(static part => part is ScriptModel script ? script.Script : (object)part).Distinct(ReferenceEqualityComparer.Instance)];
        lock (InUse)
        {
            if (_parts.Any(InUse.Contains))
                throw new InvalidParameterException("Model", module, $"This model ({module.GetType().Name}) is in another run that has not ended; wait for its end, or give each run a model of its own.", ModelInUse);
            InUse.UnionWith(_parts);
        }
    }

    public void Dispose()
    {
        lock (InUse)
            InUse.ExceptWith(_parts);
    }
}

/// <summary>Finds out whether a model draws random numbers when it is called.</summary>
internal static class RandomParts
{
    /// <summary>True where a part drops out, and where a part is somebody's own and nobody can tell.</summary>
    public static bool MayDraw(nn.Module model) => model.WithParts().Any(Draws);

    private static bool Draws(nn.Module part)
    {
        Type type = part.GetType();
        return part is jit.ScriptModule or ScriptModel
            || type.Name.Contains("Dropout", StringComparison.Ordinal)
            || type.Name.Contains("RReLU", StringComparison.Ordinal)
            || type.Assembly != typeof(nn.Module).Assembly && type.Assembly != typeof(RandomParts).Assembly;
    }
}
