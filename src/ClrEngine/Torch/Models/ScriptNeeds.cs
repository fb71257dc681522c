using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ClrEngine.Training;
using TorchSharp;

namespace ClrEngine.Torch.Models;

/// <summary>
/// What the code of a TorchScript file asks for and does not hold itself. Where libtorch does not have it, loading the file ends the process:
/// LibTorchSharp lets that error pass. So it is looked for before.
/// </summary>
/// <param name="Operators">Operators, as libtorch names them: <c>aten::conv2d</c>, <c>torchvision::nms</c>.</param>
/// <param name="NativeClasses">Classes that a library registers, such as <c>quantized.LinearPackedParamsBase</c>.</param>
/// <param name="MissingClasses">Classes and functions of the code itself whose definition is not in the file.</param>
internal sealed partial record ScriptNeeds(IReadOnlyList<string> Operators, IReadOnlyList<string> NativeClasses, IReadOnlyList<string> MissingClasses)
{
    private static readonly ErrorCause ModelOperator = new(nameof(ModelOperator), ErrorKind.InvalidData,
        "A TorchScript file calls an operator, or has an object of a class, that no loaded library registers, such as those of torchvision.",
        "Export the model without that step and do it outside, or load the native library that registers it before the model.");

    /// <summary>What the names of classes begin with that a library registers.</summary>
    public const string NativePrefix = "__torch__.torch.classes.";

    private const int MostNamed = 5;

    // Operators of nearly every file that TorchSharp has no method for.
    private static readonly Lazy<HashSet<string>> Usual = new(static () =>
    [
        .. new[] { typeof(torch), typeof(torch.Tensor), typeof(torch.nn.functional) }.SelectMany(static type => type.GetMethods()).Select(static method => "aten::" + method.Name),
        .. "eq ne lt le gt ge add sub mul div neg append format len size slice select tensor item list dict dim numel floordiv update items insert copy warn find linear __is__ __isnot__ __not__ __and__ __or__ __contains__ __getitem__ __range_length __derive_index _set_item _convolution is_floating_point is_grad_enabled index_put_ upsample_nearest2d upsample_bilinear2d"
            .Split(' ').Select(static name => "aten::" + name),
        .. "RaiseException device dtype is_cuda max min requires_grad type is_nested unchecked_cast NumToTensor".Split(' ').Select(static name => "prim::" + name),
    ]);

    /// <summary>What the files of code (<c>.py</c>) and the pickles ask for, by their names in the folder of the model.</summary>
    public static ScriptNeeds Of(IReadOnlyDictionary<string, string> texts)
    {
        var operators = new SortedSet<string>(StringComparer.Ordinal);
        var classes = new SortedSet<string>(StringComparer.Ordinal);
        var defined = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, string text) in texts)
        {
            if (!name.EndsWith(".py", StringComparison.OrdinalIgnoreCase))
            {
                classes.UnionWith(PickledClasses().Matches(text).Cast<Match>().Select(static match => $"{match.Groups[1].Value}.{match.Groups[2].Value}"));
                continue;
            }
            if (!name.StartsWith(TorchScriptArchive.CodeFolder, StringComparison.OrdinalIgnoreCase))
                continue;
            string code = WithoutTexts(text);
            operators.UnionWith(Calls().Matches(code).Cast<Match>().Select(static call => call.Groups[1].Success ? $"{call.Groups[1].Value}::{call.Groups[2].Value}" : "aten::" + call.Groups[3].Value));
            classes.UnionWith(Classes().Matches(code).Cast<Match>().Select(static match => match.Value));
            string module = name[TorchScriptArchive.CodeFolder.Length..^".py".Length].Replace('/', '.');
            defined.UnionWith(Definitions().Matches(code).Cast<Match>().Select(definition => $"{module}.{definition.Groups[1].Value}"));
        }
        return new ScriptNeeds(
            [.. operators],
            [.. classes.Where(IsNative).Select(static name => string.Join('.', name[NativePrefix.Length..].Split('.').Take(2))).Distinct()],
            [.. classes.Where(name => !IsNative(name) && !Beginnings(name).Any(defined.Contains))]);
    }

    /// <summary>Refuses a file that asks for what neither it nor a loaded library has.</summary>
    /// <exception cref="ModelFileException">It does; the message names all of it.</exception>
    public void Require(string path)
    {
        if (MissingClasses.Count > 0)
            throw TorchScriptArchive.Unreadable(path, $"lacks the code of {Named(MissingClasses)}, which it uses", null);
        // The name of a class may be put together where it is registered: what is behind its last digit stands there.
        string[] unknown =
        [
            .. LoadedLibraries.Without(Operators.Where(static name => !Usual.Value.Contains(name)), static name => (name.Split(':')[0], name.Split(':')[^1])),
            .. LoadedLibraries.Without(NativeClasses, static name => (name.Split('.')[0], Pieces().Split(name)[^1])),
        ];
        if (unknown.Length > 0)
            throw new ModelFileException(ModelOperator, path, $"'{path}' asks for {Named(unknown)}, which no loaded library has. In Python, export the model without that step (wrap the layers before it in a module of their own) and do it outside; or load the native library that registers it before the model.");
    }

    /// <summary>Code whose literal texts are empty: what stands in them is no code.</summary>
    public static string WithoutTexts(string code) => Literals().Replace(code, "\"\"");

    private static bool IsNative(string name) => name.StartsWith(NativePrefix, StringComparison.Ordinal);

    private static string Named(IEnumerable<string> names) => names.Select(static name => $"'{name}'").ToArray().First(MostNamed);

    // A.B.C, A.B, A: behind the name of a class may come that of one of its values.
    private static IEnumerable<string> Beginnings(string name)
    {
        for (int end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
            yield return name[..end];
    }

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""", RegexOptions.Singleline)]
    private static partial Regex Literals();

    // Names that begin so are kept for operators: no variable is called torch or ops.
    [GeneratedRegex(@"(?<![\w.])(?:ops\.(\w+)\.(\w+)|torch\.(\w+))\(")]
    private static partial Regex Calls();

    [GeneratedRegex(@"(?<![\w.])__torch__(?:\.\w+)+")]
    private static partial Regex Classes();

    [GeneratedRegex(@"^(?:class|def) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Definitions();

    [GeneratedRegex(@"c(__torch__[\w.]*)\n(\w+)\n")]
    private static partial Regex PickledClasses();

    [GeneratedRegex(@"[.\d]")]
    private static partial Regex Pieces();
}

/// <summary>The libraries in this process, as to what they register: an operator and its namespace stand as texts in the library that brings it.</summary>
internal static class LoadedLibraries
{
    private const string Main = "torch_cpu";
    private const int Block = 1 << 22, LongestName = 256;

    // A library is never unloaded.
    private static readonly ConcurrentDictionary<string, bool> Found = new(StringComparer.Ordinal);

    /// <summary>The names that no library holds; each has a namespace, and a name there.</summary>
    public static IReadOnlyList<string> Without(IEnumerable<string> names, Func<string, (string Space, string Name)> parts)
    {
        List<string> left = [.. names.Where(static name => !Found.ContainsKey(name))];
        if (left.Count == 0)
            return left;
        using Process process = Process.GetCurrentProcess();
        foreach (string file in process.Modules.Cast<ProcessModule>().Select(static module => module.FileName).Where(File.Exists).Distinct()
            .OrderByDescending(static file => Path.GetFileName(file).Contains(Main, StringComparison.Ordinal)))
        {
            foreach (string name in HeldIn(file, left, parts))
            {
                Found[name] = true;
                left.Remove(name);
            }
            if (left.Count == 0)
                break;
        }
        return left;
    }

    private static string[] HeldIn(string file, List<string> names, Func<string, (string Space, string Name)> parts)
    {
        (string Name, byte[] Text, byte[] Ends)[] wanted =
        [
            .. names.Select(name => (name, Encoding.UTF8.GetBytes(parts(name).Space), ":\0"u8.ToArray())),
            // Behind a name come its arguments, that of its overload, or nothing.
            .. names.Select(name => (name, Encoding.UTF8.GetBytes(parts(name).Name), "(.\0"u8.ToArray())),
        ];
        var found = new bool[wanted.Length];
        using FileStream stream = File.OpenRead(file);
        byte[] block = new byte[Block + LongestName];
        for (int kept = 0, read; (read = stream.Read(block, kept, Block)) > 0; kept = Math.Min(LongestName, kept + read))
        {
            ReadOnlySpan<byte> bytes = block.AsSpan(0, kept + read);
            for (int i = 0; i < wanted.Length; i++)
                found[i] = found[i] || Holds(bytes, wanted[i].Text, wanted[i].Ends);
            bytes[^Math.Min(LongestName, bytes.Length)..].CopyTo(block);
        }
        return [.. names.Where((_, i) => found[i] && found[i + names.Count])];
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text, ReadOnlySpan<byte> ends)
    {
        for (int at; (at = bytes.IndexOf(text)) >= 0; bytes = bytes[(at + text.Length)..])
        {
            if (at + text.Length < bytes.Length && ends.Contains(bytes[at + text.Length]))
                return true;
        }
        return false;
    }
}
