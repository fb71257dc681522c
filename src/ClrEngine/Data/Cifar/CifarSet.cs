using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ClrEngine.Data;

/// <summary>Loads the files of a CIFAR set.</summary>
internal static class CifarSet
{
    private const int LongestNames = 65_536;

    /// <summary>Loads images, labels and, where there is a file of them, the classes' names.</summary>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
    public static TrainingData Load(
        string name, string folder, CifarKind kind, IReadOnlyList<DataStream> train, DataStream? test, DataStream? names, DataOptions options)
    {
        using var contents = new ContentHash();
        contents.Add("cifar").Add([(long)kind.Classes]);
        ImmutableArray<string> classNames = names is null
            ? [.. Enumerable.Range(0, kind.Classes).Select(static number => number.ToString(CultureInfo.InvariantCulture))]
            : Names(names, kind);
        var learnt = CifarPart.Read(train, kind, contents);
        CifarPart? held = test is null ? null : CifarPart.Read([test], kind, contents);
        return DataPreparation.Prepare(name, folder, learnt.ToData(classNames), held?.ToData(classNames), contents.Finish(), options);
    }

    private static ImmutableArray<string> Names(DataStream file, CifarKind kind)
    {
        if (file.Length > LongestNames)
            throw new DataFormatException(DataFault.TooLarge, file.Path, $"has {file.Length} bytes, a list of {kind.Classes} names at most {LongestNames}: fetch it again, or remove it to go by numbers.");
        using var text = new StreamReader(file.OpenRaw(), new UTF8Encoding(false));
        string[] names = text.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == kind.Classes && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? [.. names]
            : throw new DataFormatException(DataFault.Label, file.Path, $"has {names.Distinct(StringComparer.Ordinal).Count()} different names for {kind.Classes} classes: give one a line, or remove the file to go by numbers.");
    }
}
