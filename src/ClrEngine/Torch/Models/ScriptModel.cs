using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

// What is overridden is described in TorchSharp.
#pragma warning disable CS1591

namespace ClrEngine.Torch.Models;

/// <summary>
/// A TorchScript module as a module like any other: it trains, evaluates and moves between devices,
/// and its parameters and buffers keep the names that they have in the file.
/// </summary>
public sealed class ScriptModel : nn.Module<Tensor, Tensor>
{
    private readonly jit.ScriptModule<Tensor, Tensor> _script;

    /// <summary>Wraps a module that somebody loaded, and disposes it when it is disposed itself.</summary>
    public ScriptModel(jit.ScriptModule<Tensor, Tensor> script, string name = "TorchScript")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(script);
        _script = script;
    }

    /// <summary>
    /// Reads a file that <c>torch.jit.script(model).save</c> or <c>torch.jit.trace</c> wrote; the module is on the CPU.
    /// Such a file holds code, which runs: read only files whose maker you trust.
    /// </summary>
    /// <exception cref="ModelFileException">There is no such file, or it is not TorchScript.</exception>
    /// <remarks>
    /// Code that this libtorch cannot compile, such as a call of an operator that it does not have, ends the process:
    /// LibTorchSharp lets that error pass.
    /// </remarks>
    public static ScriptModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        TorchScriptArchive.Require(path);
        Native.TorchLibrary.EnsureLoaded();
        try
        {
            return new ScriptModel(jit.load<Tensor, Tensor>(path, CPU), Path.GetFileName(path));
        }
        catch (ExternalException refused)
        {
            throw TorchScriptArchive.Unreadable(path, $"cannot be read by libtorch ({TorchOperationException.Reason(refused)})", refused);
        }
    }

    /// <summary>Writes the module with its present weights as a TorchScript file, which Python reads with <c>torch.jit.load</c>.</summary>
    public void Save(string path) => jit.save(_script, path);

    /// <summary>The modules that it is made of; each is a new handle, which the caller disposes.</summary>
    internal IEnumerable<nn.Module> Parts() => _script.named_modules().Select(static part => part.Item2);

    /// <summary>
    /// The answer to a batch of samples. Of several tensors it is the first: models with auxiliary heads, such as torchvision's GoogLeNet and
    /// Inception, give the answers of the main head first, and the others take no part in the loss.
    /// </summary>
    /// <exception cref="ModelMismatchException">It gives neither a tensor nor a tuple or list that begins with one.</exception>
    public override Tensor forward(Tensor input)
    {
        object? output;
        try
        {
            output = _script.invoke("forward", input);
        }
        // TorchSharp finds no .NET type for a dict, among others.
        catch (Exception unknown) when (unknown is NotImplementedException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw NoTensor("something that is neither a tensor nor a tuple of tensors, such as a dict", unknown);
        }
        object?[] parts = output switch
        {
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
            Array list => [.. list],
            _ => [output],
        };
        foreach (IDisposable unused in parts.Skip(1).OfType<IDisposable>())
            unused.Dispose();
        return parts is [Tensor answer, ..] ? answer : throw NoTensor(output is null ? "None" : $"a {output.GetType().Name} that does not begin with a tensor", null);
    }

    public override bool training => _script.training;
    public override void train(bool train = true) => _script.train(train);
    public override void eval() => _script.eval();
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => _script.named_parameters(recurse);
    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) => _script.named_buffers(recurse, include_nonpersistent);
    public override bool has_parameter(string target) => get_parameter(target) is not null;
    public override bool has_buffer(string target) => get_buffer(target) is not null;
    public override Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(entry => entry.name == target).parameter;
    public override Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(entry => entry.name == target).buffer;
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) => _script.state_dict(destination, prefix);

    private ModelMismatchException NoTensor(string given, Exception? inner) => new(
        ModelErrors.ModelOutput,
        $"Model '{GetName()}' answers with {given}; training needs one tensor of shape [samples, outputs]. In Python, wrap it in a module whose forward returns that tensor alone, such as model(x)['logits'], and export the wrapper.",
        inner);

    protected override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        _script.to(device, dtype, non_blocking: non_blocking);
        return this;
    }

    protected override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        _script.to(deviceType, deviceIndex, non_blocking);
        return this;
    }

    protected override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        _script.to(dtype, non_blocking);
        return this;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _script.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Looks whether a file is TorchScript, before libtorch runs what is in it.</summary>
internal static class TorchScriptArchive
{
    private static readonly ErrorCause ModelFileNotFound = new(nameof(ModelFileNotFound), ErrorKind.ObjectNotFound,
        "There is no model file at this path.", "Give the path of a TorchScript file.");

    private static readonly ErrorCause NotTorchScript = new(nameof(NotTorchScript), ErrorKind.InvalidData,
        "A model file is no TorchScript, or libtorch cannot read it.", "Export the model in Python with `torch.jit.script(model).save(path)`.");

    private const string Remedy = "Export the model in Python with torch.jit.script(model).save(path).";

    public static void Require(string path)
    {
        if (!File.Exists(path))
            throw new ModelFileException(ModelFileNotFound, path, $"There is no model file '{path}'; give the path of a TorchScript file.");
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (!archive.Entries.Any(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)))
                throw Unreadable(path, "is a zip file without a model in it", null);
            if (!archive.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal)))
                throw Unreadable(path, "holds weights without a model (torch.save)", null);
        }
        catch (InvalidDataException notZip)
        {
            throw Unreadable(path, "is not a TorchScript file, or is damaged, as after a copy that was cut short", notZip);
        }
    }

    public static ModelFileException Unreadable(string path, string reason, Exception? inner) =>
        new(NotTorchScript, path, $"'{path}' {reason}. {Remedy}", inner);
}
