using System.Collections;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrModule.Commands;
using ClrModule.Commands.Training;
using static TorchSharp.torch;

namespace ClrModule.Binding;

/// <summary>What <c>-Model</c> takes: a name, a TorchScript file, a script block that makes a module, or a module.</summary>
internal static class ModelArgument
{
    private static readonly ErrorCause ModelBlock = new(nameof(ModelBlock), ErrorKind.InvalidArgument,
        "The script block of `-Model` did not give one TorchSharp module.",
        "Let it give one module that maps a tensor to a tensor, and nothing else.");

    public static ModelSource Resolve(object model, PSCmdlet cmdlet, bool refusesScript) =>
        Resolve(model, cmdlet) is var source && refusesScript ? source.WithoutScript() : source;

    private static ModelSource Resolve(object model, PSCmdlet cmdlet) => model.Plain() switch
    {
        string text when FileOf(text, cmdlet) is { } file => ModelSource.FromFile(file),
        string name => new ModelSource(name),
        FileInfo file => ModelSource.FromFile(file.FullName),
        ScriptBlock block => ModelSource.FromFunction("script block", (shape, outputs) => Made(block, shape, outputs)),
        Func<nn.Module<Tensor, Tensor>> make => ModelSource.FromFunction("function", (_, _) => make()),
        ModelSource source => source,
        var other => ModelSource.FromModule(other) ?? throw new InvalidParameterException("Model", other, $"A {other?.GetType().Name ?? "null"} is not a model; give a name such as mlp, the path of a TorchScript file (.pt), a TorchSharp module that maps one tensor to one tensor, or a script block that makes one."),
    };

    /// <summary>A text that means the same in every folder: a file's full path, or a name as it is.</summary>
    public static string FullText(string text, PSCmdlet cmdlet) => FileOf(text, cmdlet) ?? text;

    /// <summary>The full path of the file that a text stands for; null where it is a name.</summary>
    public static string? FileOf(string text, PSCmdlet cmdlet)
    {
        if (ModelSource.IsFile(text))
            return cmdlet.FullPath(text);
        // A file in the shell's folder may have any name. A colon is that of a name with widths, or of a drive.
        return text.Contains(':', StringComparison.Ordinal) || ModelCatalog.Known.ContainsKey(text) || cmdlet.FullPath(text) is var full && !File.Exists(full) ? null : full;
    }

    private static nn.Module<Tensor, Tensor> Made(ScriptBlock block, IReadOnlyList<long> shape, int outputs)
    {
        object?[] made = ScriptBlocks.Invoke("Model", block, shape.ToArray(), outputs);
        return made switch
        {
            [nn.Module<Tensor, Tensor> module] => module,
            [jit.ScriptModule<Tensor, Tensor> script] => new ScriptModel(script),
            _ => throw new InvalidParameterException("Model", block, $"The script block of -Model gave {ScriptBlocks.Described(made)}; let it give one TorchSharp module that maps one tensor to one tensor, and nothing else.", ModelBlock),
        };
    }
}

/// <summary>Stands in the place of data that is not read, where the rest of a line is looked at: what takes it refuses what it would refuse of any data, and does no more.</summary>
internal sealed class UnreadData
{
    public static readonly UnreadData Any = new();
}

/// <summary>What <c>-Data</c> takes: a name, a path as the shell knows it, or a data set.</summary>
internal static partial class DataArgument
{
    /// <summary>What a path with wildcards stands for; anything else as it is.</summary>
    public static IReadOnlyList<object> Matches(object data, PSCmdlet cmdlet) =>
        data.Plain() is string path && (WildcardPattern.ContainsWildcardCharacters(path) || path.Contains('`', StringComparison.Ordinal)) && !DataCatalog.Default.IsName(path) ? [.. cmdlet.Matches(path)] : [data];

    /// <summary>The data set; where it is read here, the cmdlet shows what the reader has to say.</summary>
    public static TrainingData Resolve(object data, ClrCommand cmdlet, DataOptions? options = null) =>
        data.Plain() switch
        {
            TrainingData set => set,
            string name => Load(DataCatalog.Default.IsName(name) ? name : cmdlet.FullPath(name), cmdlet, options),
            FileSystemInfo file => Load(file.FullName, cmdlet, options),
            var other => throw new InvalidParameterException("Data", other, $"A {other?.GetType().Name ?? "null"} is not a data set; give a name such as digits, a path, or an object from Import-TrainingData."),
        };

    /// <summary>Shows what the making of a data set has to say, and passes it on.</summary>
    public static TrainingData Tell(TrainingData made, ClrCommand cmdlet)
    {
        foreach (string warning in made.Warnings) cmdlet.WriteWarning(warning + WhereTo(warning, cmdlet));
        foreach (string remark in made.Remarks) cmdlet.WriteVerbose(remark);
        return made;
    }

    private static TrainingData Load(string text, ClrCommand cmdlet, DataOptions? options)
    {
        try
        {
            return Tell(DataCatalog.Default.Load(text, options, cancellationToken: cmdlet.StopToken), cmdlet);
        }
        catch (DataFormatException refused) when (WhereTo(refused.Message, cmdlet) is { Length: > 0 } where)
        {
            throw refused.With(where);
        }
    }

    // A reader advises parameters of Import-TrainingData, which few of the cmdlets that read data have.
    private static string WhereTo(string message, ClrCommand cmdlet)
    {
        string[] elsewhere = [.. ParameterName().Matches(message).Select(static match => match.Groups[1].Value).Distinct()
            .Where(name => typeof(ImportTrainingDataCommand).GetProperty(name)?.IsDefined(typeof(ParameterAttribute), inherit: true) == true && !cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey(name))];
        return elsewhere.Length == 0 ? "" : $" ({string.Join(" and ", elsewhere.Select(static name => "-" + name))} {(elsewhere.Length == 1 ? "is a parameter" : "are parameters")} of Import-TrainingData; give what it makes as -Data.)";
    }

    [GeneratedRegex(@"(?<![\w-])-([A-Z][A-Za-z]+)\b")]
    private static partial Regex ParameterName();
}

/// <summary>What <c>-Mean</c> and <c>-StandardDeviation</c> take: numbers, or the name of a scaling that has both.</summary>
internal static class ScalingArgument
{
    public static FeatureScaling? Resolve(object[]? mean, object[]? deviation)
    {
        if (mean is null && deviation is null) return null;
        if (Named(mean) is { } scaling && (deviation is null || Named(deviation) == scaling)) return scaling;
        foreach ((string parameter, object[]? given) in new[] { ("Mean", mean), ("StandardDeviation", deviation) })
        {
            if (given is not null && Named(given) is null) Numbers(parameter, given);
        }
        if (mean is null || deviation is null || Named(deviation) is not null || Named(mean) is not null)
            throw new InvalidParameterException("Mean", mean ?? deviation, $"Mean and StandardDeviation belong together; give numbers for both, or one of {string.Join(", ", StandardScalings.All.Keys)} as Mean alone.");
        double[] means = Numbers("Mean", mean), deviations = Numbers("StandardDeviation", deviation);
        if (means.Length != deviations.Length)
            throw new InvalidParameterException("StandardDeviation", deviation, $"There are {Counted.Of(means.Length, "mean")} and {Counted.Of(deviations.Length, "standard deviation")}; give as many of both.");
        return Array.TrueForAll(deviations, static number => double.IsNormal(number) && number > 0)
            ? new FeatureScaling([.. means], [.. deviations])
            : throw new InvalidParameterException("StandardDeviation", deviation, "StandardDeviation is a number above 0 for each channel, such as 0.229.");
    }

    private static FeatureScaling? Named(object[]? given) =>
        given is [var only] && only.Plain() is string name && StandardScalings.All.TryGetValue(name.Replace("-", "", StringComparison.Ordinal), out FeatureScaling? scaling) ? scaling : null;

    private static double[] Numbers(string parameter, object[] given) => given.Length > 0 ? Array.ConvertAll(given, item =>
        item.Plain() is not null && LanguagePrimitives.TryConvertTo(item.Plain(), CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw NoNumbers(parameter, given)) : throw NoNumbers(parameter, given);

    private static InvalidParameterException NoNumbers(string parameter, object[] given) =>
        new(parameter, given, $"{parameter} is a number, one for each channel such as 0.485, 0.456, 0.406, or one of {string.Join(", ", StandardScalings.All.Keys)}.");
}

/// <summary>What <c>-ClassWeight</c> takes: the word balanced, numbers, or a table of names and numbers.</summary>
internal static class ClassWeightArgument
{
    public static ClassWeights Resolve(object weights) => weights.Plain() switch
    {
        ClassWeights made => made,
        string text when text.Equals("balanced", StringComparison.OrdinalIgnoreCase) => ClassWeights.Balanced,
        IDictionary table => ClassWeights.From(table.Keys.Cast<object>().ToDictionary(Text, key => Number(table[key], weights))),
        IEnumerable list and not string => ClassWeights.From(list.Cast<object?>().Select(item => Number(item, weights)).ToArray()),
        _ => throw NotWeights(weights),
    };

    private static double Number(object? value, object weights) =>
        value.Plain() switch
        {
            null => throw NotWeights(weights),
            // PowerShell would read 0,5 as 5 and 1kb as 1,024.
            string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double typed) ? typed : throw NotWeights(weights),
            var other => LanguagePrimitives.TryConvertTo(other, CultureInfo.InvariantCulture, out double number) ? number : throw NotWeights(weights),
        };

    private static string Text(object key) => Convert.ToString(key.Plain(), CultureInfo.InvariantCulture)!;

    private static InvalidParameterException NotWeights(object weights) =>
        new("ClassWeight", weights, "ClassWeight is balanced, a number for each class such as 1, 2.5, or a table such as @{ rare = 5 }.");
}

/// <summary>Values as PowerShell hands them over: bare, or wrapped in an object that can have further members.</summary>
internal static class WrappedValue
{
    /// <summary>The value itself.</summary>
    public static object? Plain(this object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
