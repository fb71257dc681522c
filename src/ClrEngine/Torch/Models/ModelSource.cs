using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Where a model comes from: a name, a TorchScript file, a function that makes one, or a module that somebody made.</summary>
public sealed class ModelSource
{
    private static readonly ErrorCause ModelNotFresh = new(nameof(ModelNotFresh), ErrorKind.InvalidArgument,
        "The code behind `-Model` gave a module that it gave before, and which was disposed.",
        "Make a new module each time, or give the module itself.");

    private static readonly ErrorCause ScriptRefused = new(nameof(ScriptRefused), ErrorKind.SecurityError,
        "`-NoScript` was given, and the model is TorchScript, whose code would run.",
        "Give a model by its name with a file of weights; leave `-NoScript` out only for a file whose maker you trust.");

    private static readonly ConditionalWeakTable<nn.Module<Tensor, Tensor>, object> GivenBefore = [];

    private readonly Func<IReadOnlyList<long>, int, nn.Module<Tensor, Tensor>> _open;
    private readonly Func<IReadOnlyList<long>, int, Device?, nn.Module<Tensor, Tensor>>? _build;
    private readonly Func<string?> _identity = static () => null;
    private string? _file;
    private bool _refusesScript;

    /// <summary>A model by its name with arguments, such as <c>mlp:256,128</c>, built with fresh weights each time.</summary>
    /// <exception cref="InvalidParameterException">No such model.</exception>
    public ModelSource(string name)
    {
        (Name, _build) = ModelCatalog.Find(name);
        _open = (shape, outputs) => _build(shape, outputs, null);
        IsBuilt = true;
        _identity = () => Name;
    }

    /// <summary>A module that somebody made; it is trained as it is and never disposed.</summary>
    public ModelSource(nn.Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        // TorchSharp's own modules answer with a C++ type.
        Name = module.GetName() is { Length: > 0 } name && !name.Contains("::", StringComparison.Ordinal) ? name : module.GetType().Name;
        _open = (_, _) => module;
    }

    private ModelSource(string name, Func<IReadOnlyList<long>, int, nn.Module<Tensor, Tensor>> open, Func<string?>? identity = null)
    {
        Name = name;
        IsBuilt = true;
        _open = open;
        _identity = identity ?? _identity;
    }

    /// <summary>What the identity of a model from a file begins with.</summary>
    internal const string FilePrefix = "sha256:";

    /// <summary>The ends of names of files that may hold TorchScript.</summary>
    public static IReadOnlyList<string> FileExtensions { get; } = [".pt", ".pth", ".ts", ".ptl", ".torchscript", ".jit"];

    /// <summary>The name for people.</summary>
    public string Name { get; }

    /// <summary>Whether <see cref="Open"/> makes a module that its caller disposes.</summary>
    public bool IsBuilt { get; }

    /// <summary>What recognises the model: its name with its arguments where it is built by name, <c>sha256:</c> and the hash of its file; null where code makes it.</summary>
    internal string? Identity() => _identity();

    /// <summary>A module of TorchSharp, or loaded from TorchScript; null where the value is no module that maps one tensor to one tensor.</summary>
    public static ModelSource? FromModule(object? value) => value switch
    {
        nn.Module<Tensor, Tensor> module => new ModelSource(module),
        jit.ScriptModule<Tensor, Tensor> script => new ModelSource(new ScriptModel(script)),
        _ => null,
    };

    /// <summary>
    /// Whether a text is taken for the path of a TorchScript file, and not for a model's name: by the end of its name, by a folder in it, or since
    /// a file lies there.
    /// </summary>
    public static bool IsFile(string text) =>
        FileExtensions.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase)
        || (!ModelCatalog.IsName(text) && (text.AsSpan().ContainsAny('/', '\\') || File.Exists(text)));

    /// <summary>
    /// A TorchScript file, read anew each time that the source is opened, and not before. Such a file holds code, which runs: read only files
    /// whose maker you trust.
    /// </summary>
    public static ModelSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new ModelSource(Path.GetFileName(path), (_, _) => ScriptModel.Load(path), () => HashOf(path)) { _file = path };
    }

    /// <summary>
    /// A function that makes a module from the shape of one sample and the number of outputs, for runs that each need a fresh one: the module
    /// is disposed after the run.
    /// </summary>
    public static ModelSource FromFunction(string name, Func<IReadOnlyList<long>, int, nn.Module<Tensor, Tensor>> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        return new ModelSource(name, (shape, outputs) => RequireFresh(name, make(shape, outputs)));
    }

    /// <summary>The same source, which gives no TorchScript: neither a file, which is not even opened, nor a module that was loaded from one, in whole or in part.</summary>
    /// <exception cref="InvalidParameterException">It is TorchScript. Of a function that is known when it has made its module.</exception>
    public ModelSource WithoutScript()
    {
        if (_file is not null)
            throw NoScript($"'{_file}'");
        var guarded = (ModelSource)MemberwiseClone();
        guarded._refusesScript = true;
        return guarded;
    }

    /// <summary>The module: built for these shapes (an output for each class or value), or the one that was given.</summary>
    /// <exception cref="ModelMismatchException">The model cannot take this shape.</exception>
    /// <exception cref="ModelFileException">The file is missing or is not TorchScript.</exception>
    public nn.Module<Tensor, Tensor> Open(IReadOnlyList<long> sampleShape, int outputs)
    {
        nn.Module<Tensor, Tensor> module = _open(sampleShape, outputs);
        if (!_refusesScript || !ScriptModes.HasScript(module))
            return module;
        if (IsBuilt)
            module.Dispose();
        throw NoScript($"the {Name}");
    }

    /// <summary>The module's shapes without its weights, where it is built by name; else null.</summary>
    internal nn.Module<Tensor, Tensor>? Shapes(IReadOnlyList<long> sampleShape, int outputs) => _build?.Invoke(sampleShape, outputs, META);

    private InvalidParameterException NoScript(string what) => new("Model", Name,
        $"NoScript was given, and {what} is TorchScript, whose code would run; give a model by its name with a file of weights, or leave NoScript out if you trust who made it.", ScriptRefused);

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return $"{FilePrefix}{Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant()}";
    }

    // What a function makes is disposed after its run: the same module again would be an empty shell.
    private static nn.Module<Tensor, Tensor> RequireFresh(string name, nn.Module<Tensor, Tensor> module) => GivenBefore.TryAdd(module, name)
        ? module
        : throw new InvalidParameterException("Model", name, $"The {name} gave a module that it gave before; make a new one each time, or give the module itself as -Model.", ModelNotFresh);
}
