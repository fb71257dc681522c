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
        var other => ModelSource.FromModule(other) ?? throw new InvalidParameterException("Model", other, $"A {Named(other)} is not a model; give a name such as mlp, the path of a TorchScript file (.pt), a TorchSharp module that maps one tensor to one tensor, or a script block that makes one."),
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
        object?[] made = ScriptCode.Invoke("Model", block, shape.ToArray(), outputs);
        return made switch
        {
            [nn.Module<Tensor, Tensor> module] => module,
            [jit.ScriptModule<Tensor, Tensor> script] => new ScriptModel(script),
            _ => throw new InvalidParameterException("Model", block, $"The script block of -Model gave {Described(made)}; let it give one TorchSharp module that maps one tensor to one tensor, and nothing else.", ModelBlock),
        };
    }

    internal static string Described(object?[] made) => made.Length switch
    {
        0 => "nothing",
        1 => $"one {Named(made[0])}",
        _ => $"{made.Length} objects ({string.Join(", ", made.Select(Named))})",
    };

    private static string Named(object? value) => value?.GetType().Name ?? "null";
}

/// <summary>Code of the user's that gives something.</summary>
internal static class ScriptCode
{
    /// <summary>What a script block gives. An error that it writes ends it: nobody would see it. A break or continue in it would leave the loop of who trains.</summary>
    public static object?[] Invoke(string parameter, ScriptBlock script, params object?[] arguments)
    {
        try
        {
            return [.. script.InvokeWithContext(null, [new PSVariable("ErrorActionPreference", ActionPreference.Stop)], arguments).Select(WrappedValue.Plain)];
        }
        catch (LoopFlowException)
        {
            throw new InvalidParameterException(parameter, script.ToString(), $"The script block of {parameter} leaves a loop that is not its own, by break or continue; use return.");
        }
    }

    /// <summary>The same of a block that counts for a run, whose failure is the block's own, unless memory is wanting: the error comes from a few words on it.</summary>
    public static object?[] Invoke(string parameter, ScriptBlock script, Func<string, InvalidParameterException> refused, params object?[] arguments)
    {
        try
        {
            return Invoke(parameter, script, arguments);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException && !TorchOperationException.IsOutOfMemory(failure.GetBaseException()))
        {
            throw refused($"failed ({failure.Message})");
        }
    }
}

/// <summary>A script block as a loss.</summary>
internal static class ScriptLoss
{
    private static readonly ConditionalWeakTable<LossFunction, ScriptBlock> Scripts = [];

    /// <summary>The script block that a loss is; null where it is other code.</summary>
    public static ScriptBlock? ScriptOf(LossFunction function) => Scripts.TryGetValue(function, out ScriptBlock? script) ? script : null;

    public static LossFunction FromScript(ScriptBlock script)
    {
        if (script.Ast is ScriptBlockAst ast && (ast.BeginBlock ?? ast.ProcessBlock ?? ast.DynamicParamBlock) is not null)
            throw new InvalidParameterException("LossFunction", script.ToString(), "LossFunction has a begin, process or dynamicparam block; give one that only takes $output and $targets and gives the loss.");
        if (string.IsNullOrWhiteSpace(script.ToString()))
            throw new InvalidParameterException("LossFunction", "", "LossFunction is an empty script block; give one that takes $output and $targets and gives the loss.");
        var made = new LossFunction(Compute, script.ToString());
        Scripts.Add(made, script);
        return made;

        Tensor Compute(Tensor output, Tensor targets) => ScriptCode.Invoke("LossFunction", script, Refused, output, targets) switch
        {
            [Tensor loss] => loss,
            var given => throw Refused($"gave {ModelArgument.Described(given)}"),
        };

        InvalidParameterException Refused(string what) => LossFunction.Refused(script.ToString(), what);
    }
}

/// <summary>A table of script blocks as metrics.</summary>
internal static class ScriptMetric
{
    public static IReadOnlyList<Metric> FromTable(IDictionary table, ValidationFigure? bestBy)
    {
        if (table.Count > 1 && table is Hashtable && bestBy?.IsOfMetric() == true)
            throw new InvalidParameterException("Metric", table, $"BestBy {bestBy} chooses by the first metric, and a table of several has no first one; give -Metric ([ordered] @{{ … }}), or one metric.");
        return [.. table.Keys.Cast<object>().Select(name => table[name].Plain() is ScriptBlock script ? FromScript($"{name}", script)
            : throw new InvalidParameterException("Metric", table[name], $"Metric {name} is no script block; give @{{ {name} = {{ param($predictions, $targets) … }} }}."))];
    }

    private static Metric FromScript(string name, ScriptBlock script)
    {
        if (string.IsNullOrWhiteSpace(script.ToString()))
            throw new InvalidParameterException("Metric", name, $"Metric {name} is an empty script block; give one that takes $predictions and $targets and gives a number.");
        return new Metric(name, Compute, script.ToString());

        double Compute(Tensor predictions, Tensor targets) => ScriptCode.Invoke("Metric", script, Refused, predictions, targets) switch
        {
            [Tensor value] when value.numel() == 1 => value.to_type(ScalarType.Float64).item<double>(),
            [sbyte or byte or short or ushort or int or uint or long or ulong or Half or float or double or decimal] and [var value] => value is Half half ? (double)half : Convert.ToDouble(value, CultureInfo.InvariantCulture),
            var given => throw Refused($"gave {ModelArgument.Described(given)}"),
        };

        InvalidParameterException Refused(string what) => Metric.Refused(name, script.ToString(), what);
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
        LanguagePrimitives.TryConvertTo(value.Plain(), CultureInfo.InvariantCulture, out double number) && value.Plain() is not null ? number : throw NotWeights(weights);

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
