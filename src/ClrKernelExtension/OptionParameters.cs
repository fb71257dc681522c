using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using ClrEngine.Torch.Losses;

namespace ClrKernelExtension;

/// <summary>
/// The properties of an options record of the engine, and of the records within it, as parameters of magic commands. Names, texts, defaults and
/// values come from the record, so that a new option is a new parameter.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal static class OptionParameters<T> where T : class, new()
{
    // Where the cmdlets' name is another than the property's.
    private static readonly Dictionary<string, string> OwnNames = new()
    {
        ["Optimizer.Kind"] = "Optimizer",
        ["Optimizer.ParameterGroups"] = "ParameterGroup",
        ["Loss.Kind"] = "Loss",
        ["Augmentation.Kinds"] = "Augment",
        ["Plateau.Patience"] = "PlateauPatience",
        ["Plateau.Factor"] = "PlateauFactor",
        ["Loss.ClassWeights"] = "ClassWeight",
        ["Checkpoints.Path"] = "CheckpointPath",
        ["Checkpoints.Every"] = "CheckpointEvery",
        ["Checkpoints.Keep"] = "CheckpointKeep",
        ["TrainingJobOptions.ModelFolder"] = "DestinationPath",
        ["TrainingJobOptions.EventFolder"] = "TensorBoardPath",
        ["TrainingJobOptions.MlflowFolder"] = "MlflowPath",
    };

    // What two properties share is a parameter of the command's own.
    private static readonly string[] Apart = ["TrainingJobOptions.ReplaceModels", "Checkpoints.Force", "Augmentation.Crop", "Augmentation.Flip", "Augmentation.ResizedCrop", "Augmentation.ColorJitter", "LrRangeTestOptions.StartLr", "LrRangeTestOptions.EndLr"];

    private static readonly T Usual = new();

    private static readonly Option[] Options = [.. Find(typeof(T), [])];

    /// <summary>The parameters, in the order of the properties.</summary>
    public static IReadOnlyList<MagicParameter> All { get; } = [.. Options.Select(option => option.Parameter)];

    /// <summary>Those within the record of a property, or of the record itself.</summary>
    public static IEnumerable<MagicParameter> Within(params string[] properties) =>
        Options.Where(option => properties.Contains(option.Path[0].Name)).Select(option => option.Parameter);

    /// <summary>Sets what was typed in a record that nobody else has.</summary>
    public static T Fill(T options, MagicArguments arguments)
    {
        foreach (Option option in Options.Where(option => arguments.Has(option.Parameter.Name)))
        {
            object holder = options;
            foreach (PropertyInfo record in option.Path[..^1])
            {
                object within = record.GetValue(holder) ?? Activator.CreateInstance(record.PropertyType)!;
                record.SetValue(holder, within);
                holder = within;
            }
            object value = arguments.Get(option.Parameter.Name, option.Last.PropertyType);
            option.Last.SetValue(holder, option.IsPath ? Path.GetFullPath((string)value) : value, BindingFlags.DoNotWrapExceptions, null, null, null);
        }
        return options;
    }

    /// <summary>The parameters that give these options again, without the files that they name; <paramref name="always"/> also where they are as usual.</summary>
    public static string Write(T options, params string[] always) => string.Concat(Options
        .Where(option => !option.IsOfFiles)
        .Select(option => (option.Parameter, Text: Text(option.ValueIn(options)), Usual: Text(option.ValueIn(Usual))))
        .Where(written => written.Text.Length > 0 && (written.Text != written.Usual || always.Contains(written.Parameter.Name)))
        .Select(written => written.Parameter.IsFlag ? $" {written.Parameter.Name}" : $" {written.Parameter.Name} {MagicLine.Argument(written.Text)}"));

    private static IEnumerable<Option> Find(Type type, PropertyInfo[] outer) => type.GetProperties()
        .Where(property => property.CanWrite && !Apart.Contains(Key(property, outer)))
        .SelectMany(property => MagicArguments.Reads(property.PropertyType) ? [new Option([.. outer, property], Parameter(property, outer))]
            : property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal) ? Find(property.PropertyType, [.. outer, property])
            : []);

    private static string Key(PropertyInfo property, PropertyInfo[] outer) => $"{(outer.Length == 0 ? typeof(T).Name : outer[^1].Name)}.{property.Name}";

    private static MagicParameter Parameter(PropertyInfo property, PropertyInfo[] outer)
    {
        string field = OwnNames.GetValueOrDefault(Key(property, outer), property.Name);
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        object? usual = new Option([.. outer, property], null!).ValueIn(Usual);
        return new MagicParameter(MagicParameter.NameOf(field), NotebookText.Help(property, usual))
        {
            Field = field,
            IsFlag = type == typeof(bool) && usual is not true,
            Values = MagicArguments.NamedBy(type) is { } named ? () => Enum.GetNames(named) : type == typeof(bool) ? () => ["true", "false"] : field == "Device" ? () => ["auto", "cpu", "cuda"] : null,
        };
    }

    private static string Text(object? value) => value switch
    {
        null or false => "",
        true => "true",
        ClassWeights { IsBalanced: true } => "balanced",
        ClassWeights { PerClass: { } numbers } => Text(numbers),
        ClassWeights weights => string.Join(',', weights.PerName!.Select(named => string.Create(CultureInfo.InvariantCulture, $"{named.Key}={named.Value:R}"))),
        string text => text,
        IEnumerable list => string.Join(',', list.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private sealed record Option(PropertyInfo[] Path, MagicParameter Parameter)
    {
        public PropertyInfo Last => Path[^1];

        public bool IsPath => Last.Name is "Path" or "ModelFolder" or "EventFolder" or "MlflowFolder" or "Weights";

        public bool IsOfFiles => Last.Name is "ModelFolder" or "EventFolder" or "MlflowFolder" || Path[0].Name == "Checkpoints";

        public object? ValueIn(object? options) => Path.Aggregate(options, (holder, property) => holder is null ? null : property.GetValue(holder));
    }
}

/// <summary>Magic commands as they are typed.</summary>
internal static class MagicLine
{
    /// <summary>A value as an argument: in quotes where it would not be one word.</summary>
    public static string Argument(string text) =>
        text.Length > 0 && !text.Any(letter => char.IsWhiteSpace(letter) || letter is '"' or '{' or '[' or '@') ? text : JsonSerializer.Serialize(text);
}
