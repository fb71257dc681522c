using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Where a model comes from: a name, a TorchScript file, a function that makes one, or a module that somebody made.</summary>
public sealed class ModelSource
{
    private static readonly ErrorCause ModelNotFresh = new(nameof(ModelNotFresh), ErrorKind.InvalidArgument,
        "The code behind `-Model` gave a module that it gave before, and which was disposed.",
        "Make a new module each time, or give the module itself.");

    private static readonly ConditionalWeakTable<nn.Module<Tensor, Tensor>, object> GivenBefore = [];

    private static readonly string[] FileExtensions = [".pt", ".pth", ".ts"];

    private readonly Func<IReadOnlyList<long>, int, nn.Module<Tensor, Tensor>> _open;
    private readonly Func<string?> _identity = static () => null;

    /// <summary>A model by its name with arguments, such as <c>mlp:256,128</c>, built with fresh weights each time.</summary>
    /// <exception cref="InvalidParameterException">No such model.</exception>
    public ModelSource(string name)
    {
        (Name, _open) = ModelCatalog.Find(name);
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

    /// <summary>Whether a text is taken for the path of a TorchScript file, and not for a model's name.</summary>
    public static bool IsFile(string text) => FileExtensions.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A TorchScript file, read anew each time that the source is opened, and not before. Such a file holds code, which runs: read only files
    /// whose maker you trust.
    /// </summary>
    public static ModelSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new ModelSource(Path.GetFileName(path), (_, _) => ScriptModel.Load(path), () => HashOf(path));
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

    /// <summary>The module: built for these shapes (an output for each class or value), or the one that was given.</summary>
    /// <exception cref="ModelMismatchException">The model cannot take this shape.</exception>
    /// <exception cref="ModelFileException">The file is missing or is not TorchScript.</exception>
    public nn.Module<Tensor, Tensor> Open(IReadOnlyList<long> sampleShape, int outputs) => _open(sampleShape, outputs);

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return $"sha256:{Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant()}";
    }

    // What a function makes is disposed after its run: the same module again would be an empty shell.
    private static nn.Module<Tensor, Tensor> RequireFresh(string name, nn.Module<Tensor, Tensor> module) => GivenBefore.TryAdd(module, name)
        ? module
        : throw new InvalidParameterException("Model", name, $"The {name} gave a module that it gave before; make a new one each time, or give the module itself as -Model.", ModelNotFresh);
}

/// <summary>Looks whether a module fits the data, before anything is trained.</summary>
internal static class ModelFit
{
    // Two samples show a model that loses the batch's dimension.
    private const int Samples = 2;

    /// <summary>Sends two samples through the module in evaluation mode; its mode and the random state stay as they were.</summary>
    public static void Require(nn.Module<Tensor, Tensor> module, string name, ISampleReader samples, int outputs)
    {
        if (!module.parameters().Any(parameter => parameter.requires_grad))
            throw new ModelMismatchException(ModelErrors.NothingToTrain, $"Model '{name}' has no parameter to train. If its layers are fields of a class, call RegisterComponents() at the end of its constructor; if it is a TorchScript file, export it without torch.jit.freeze.");
        int count = (int)Math.Min(Samples, samples.Count);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = ModuleModes.Evaluation(module);
        Tensor random = get_rng_state();
        Tensor features = SampleTensors.Read(samples, 0, count).to(module.parameters().First().device);
        try
        {
            long[] shape = module.call(features).shape;
            if (!shape.SequenceEqual([count, outputs]))
                throw new ModelMismatchException(ModelErrors.ModelOutput, $"Model '{name}' answers {count} samples with the shape [{string.Join(", ", shape)}], but this data needs [{count}, {outputs}]: end the model in a linear layer with {outputs} output{(outputs == 1 ? "" : "s")}.");
        }
        // A module is anybody's code and may throw anything.
        catch (Exception refused) when (refused is not ModelMismatchException)
        {
            string remedy = features.dtype == ScalarType.Int64
                ? "Samples are whole numbers that -AsIs left so, as an embedding takes them: give a model that begins with one whose table holds the largest of them, or leave -AsIs out."
                : module.parameters().Any(static parameter => parameter.dtype == ScalarType.Float64)
                ? "Its weights are float64, and samples are float32: convert it with model.float() before it is exported or given."
                : TorchOperationException.IsRaw(refused)
                    ? "Give a model for this shape, such as -Model mlp."
                    : "The module's own code threw this: mend it, or give another model.";
            throw new ModelMismatchException(ModelErrors.ModelInput, $"Model '{name}' cannot take samples of the shape [{string.Join(", ", samples.Shape)}]: {TorchOperationException.Reason(refused)}. {remedy}", refused);
        }
        finally
        {
            set_rng_state(random);
        }
    }
}

/// <summary>A model does not fit the data: it cannot take a sample's shape, or its output is not what the loss needs.</summary>
public sealed class ModelMismatchException(ErrorCause cause, string message, Exception? innerException = null) : ClrException(cause, message, innerException);

/// <summary>Why a model cannot be made or trained, where several places find it.</summary>
internal static class ModelErrors
{
    public static readonly ErrorCause InvalidModelArguments = new(nameof(InvalidModelArguments), ErrorKind.InvalidArgument,
        "What follows the model's name cannot be read.", "Write it as the message shows, such as `mlp:256,128`.");

    public static readonly ErrorCause ModelInput = new(nameof(ModelInput), ErrorKind.InvalidArgument,
        "The model cannot take samples of this shape.", "Use the model in the message, or one made for this shape.");

    public static readonly ErrorCause ModelOutput = new(nameof(ModelOutput), ErrorKind.InvalidArgument,
        "The model's output has not the shape that the data needs.", "End the model in a linear layer with as many outputs as the message says.");

    public static readonly ErrorCause NothingToTrain = new(nameof(NothingToTrain), ErrorKind.InvalidArgument,
        "The model has no parameter that can be trained.", "Set `requires_grad` on those that shall learn.");
}

/// <summary>A model file is missing or is no TorchScript.</summary>
public sealed class ModelFileException(ErrorCause cause, string path, string message, Exception? innerException = null)
    : ClrException(cause, message, innerException)
{
    /// <summary>The file.</summary>
    public string Path => path;
}
