using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
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
public sealed partial class ScriptModel : nn.Module<Tensor, Tensor>
{
    private readonly jit.ScriptModule<Tensor, Tensor> _script;
    private readonly ScriptCode? _code;

    /// <summary>Wraps a module that somebody loaded, and disposes it when it is disposed itself.</summary>
    public ScriptModel(jit.ScriptModule<Tensor, Tensor> script, string name = "TorchScript")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(script);
        _script = script;
    }

    private ScriptModel(jit.ScriptModule<Tensor, Tensor> script, string name, ScriptCode code)
        : this(script, name) => _code = code;

    /// <summary>
    /// Reads a file that <c>torch.jit.script(model).save</c> or <c>torch.jit.trace</c> wrote; the module is on the CPU.
    /// Such a file holds code, which runs: read only files whose maker you trust.
    /// </summary>
    /// <exception cref="ModelFileException">There is no such file, it is damaged, it is not TorchScript, or it asks for an operator or a class that no loaded library has.</exception>
    /// <exception cref="Files.FileNotWrittenException">There is no room in the folder for temporary files, where what was read and verified lies while libtorch loads it.</exception>
    public static ScriptModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using VerifiedScript verified = TorchScriptArchive.Read(path);
        Native.TorchLibrary.EnsureLoaded();
        verified.Needs.Require(path);
        try
        {
            return new ScriptModel(Native.NativeTrial.Run(() => Tried(jit.load<Tensor, Tensor>(verified.Path, CPU))), Path.GetFileName(path), verified.Code);
        }
        catch (ExternalException refused) when (!TorchOperationException.IsOutOfMemory(refused))
        {
            string at = CodePlace().Match(refused.Message) is { Success: true } place ? $", line {place.Groups[2].Value} of its '{place.Groups[1].Value}'" : "";
            throw TorchScriptArchive.Unreadable(path, $"cannot be read by libtorch ({TorchOperationException.Reason(refused)}{at})", refused);
        }
    }

    // Whatever LibTorchSharp does with a module without catching what comes of it, such as of an attribute 'training' that is no bool.
    private static jit.ScriptModule<Tensor, Tensor> Tried(jit.ScriptModule<Tensor, Tensor> script)
    {
        script.train(script.training);
        _ = script.named_parameters().Count() + script.named_buffers().Count();
        foreach ((_, nn.Module part) in script.named_modules())
            part.Dispose();
        return script;
    }

    /// <summary>The module itself, which several of these may wrap.</summary>
    internal jit.ScriptModule Script => _script;

    /// <summary>Whether its code names a dropout that never drops: what a trace in evaluation mode leaves of one.</summary>
    internal bool DropsNothing => _code?.DropsNothing == true;

    /// <summary>Whether its code names a batch normalisation that never learns its statistics.</summary>
    internal bool HoldsStatistics => _code?.HoldsStatistics == true;

    /// <summary>How many values the last answer had.</summary>
    internal int Answers { get; private set; }

    /// <summary>Writes the module with its present weights as a TorchScript file, which Python reads with <c>torch.jit.load</c>.</summary>
    public void Save(string path) => jit.save(_script, path);

    /// <summary>The modules that it is made of, by name; each is a new handle, which the caller disposes.</summary>
    internal IEnumerable<(string Name, nn.Module Part)> NamedParts() => _script.named_modules();

    /// <inheritdoc cref="NamedParts"/>
    internal IEnumerable<nn.Module> Parts() => NamedParts().Select(static part => part.Part);

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
            throw NoTensor(_code?.Returns ?? "something that is neither a tensor nor a tuple of tensors, such as a dict", unknown);
        }
        object?[] parts = output switch
        {
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
            Array list => [.. list],
            _ => [output],
        };
        Answers = parts.Length;
        foreach (IDisposable unused in parts.Skip(1).OfType<IDisposable>())
            unused.Dispose();
        return parts is [Tensor answer, ..] ? answer : throw NoTensor(_code?.Returns ?? (output is null ? "None" : $"a {output.GetType().Name} that does not begin with a tensor"), null);
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
        $"Model '{GetName()}' answers with {given}; training needs one tensor of shape [samples, outputs]. In Python, wrap it in a module whose forward returns that tensor alone, such as model(x)['logits'] or model(x)[0], and export the wrapper.",
        inner);

    protected override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => Moved(script => script.to(device, dtype, non_blocking: non_blocking));

    protected override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => Moved(script => script.to(deviceType, deviceIndex, non_blocking));

    protected override nn.Module _to(ScalarType dtype, bool non_blocking) => Moved(script => script.to(dtype, non_blocking));

    [GeneratedRegex("File \"(code/[^\"]+)\", line (\\d+)")]
    private static partial Regex CodePlace();

    // LibTorchSharp catches nothing here either, such as that a device has too little memory.
    private ScriptModel Moved(Func<jit.ScriptModule, nn.Module> move)
    {
        Native.NativeTrial.Run(() => move(_script));
        return this;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _script.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Tells TorchScript modules that do the same in both modes, as those do that were traced.</summary>
internal static class ScriptModes
{
    private const string Remedy = "If it was traced, export it with torch.jit.script(model).save(path), which knows both modes; if its own code does so, let that ask self.training, or leave it if it is meant.";

    /// <summary>After a pass in evaluation: a buffer that changed, or random numbers that were drawn since the generator had this state.</summary>
    public static IEnumerable<string> OfEvaluation(nn.Module module, string name, ModuleBuffers buffers, Tensor random)
    {
        string? moved = HasScript(module) && buffers.Moved() is [var first, ..] ? first : null;
        using Tensor now = get_rng_state();
        if (HasScript(module) && (moved is not null || now.ne(random).any().item<bool>()))
            yield return $"Model '{name}' does the same whether it trains or not, as if traced in training mode: {(moved is null ? "it draws random numbers, as dropout does," : $"its '{moved}' changes")} when it is evaluated too, so that its validation may depend on {(moved is null ? "chance" : "the batches")}. What evaluating changes is put back. {Remedy}";
    }

    /// <summary>After a pass in training: statistics that stay put, dropout that is off, answers that take no part.</summary>
    public static IEnumerable<string> OfTraining(nn.Module module, string name, ModuleBuffers buffers)
    {
        HashSet<string> moved = [.. buffers.Moved().Select(Layer)];
        // Statistics go by any name in a module of one's own, and then its code alone tells.
        string? statistics = Scripts(module).SelectMany(script => buffers.Names.Where(buffer => buffer.StartsWith(script.Prefix, StringComparison.Ordinal)))
                .Where(buffer => buffer.EndsWith("running_mean", StringComparison.Ordinal) && !moved.Contains(Layer(buffer)))
                .Select(static buffer => $" ('{buffer}')").FirstOrDefault() ?? (Scripts(module).Any(static script => script.Part is ScriptModel { HoldsStatistics: true }) ? "" : null);
        string[] off =
        [
            .. statistics is null ? Array.Empty<string>() : [$"the statistics of its normalisation{statistics} stay put in training"],
            .. Scripts(module).Any(static script => script.Part is ScriptModel { DropsNothing: true }) ? ["its dropout is off in training"] : Array.Empty<string>(),
        ];
        if (off.Length > 0)
            yield return $"Model '{name}' does the same whether it trains or not, as if traced in evaluation mode: {string.Join(", and ", off)}. {Remedy}";
        if (Scripts(module).Select(static script => (script.Part as ScriptModel)?.Answers).Max() is > 1 and var answers)
            yield return $"Model '{name}' answers with {answers} values in training: the first is learnt from, and the others take no part in the loss.";
    }

    /// <summary>Whether a module, or a part of it, is TorchScript.</summary>
    public static bool HasScript(nn.Module module) => Scripts(module).Any();

    private static IEnumerable<(string Prefix, nn.Module Part)> Scripts(nn.Module module) => module.named_modules()
        .Select(static part => (Prefix: part.name + ".", Part: part.module)).Prepend((Prefix: "", Part: module)).Where(static part => part.Part is ScriptModel or jit.ScriptModule);

    private static string Layer(string buffer) => buffer[..(buffer.LastIndexOf('.') + 1)];
}
