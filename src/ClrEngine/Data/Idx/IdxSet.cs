using System.Collections.Immutable;
using System.Globalization;

namespace ClrEngine.Data;

/// <summary>Loads the files of an IDX set.</summary>
internal static class IdxSet
{
    private const float MaxPixel = 255;

    /// <summary>Loads images and labels.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="folder">Where they came from.</param>
    /// <param name="train">The images and labels of the training part.</param>
    /// <param name="test">Those of the validation part; null to hold some out.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <exception cref="DataFormatException">A file is damaged, or they do not belong together.</exception>
    public static TrainingData Load(
        string name, string folder, (DataStream Images, DataStream Labels) train, (DataStream Images, DataStream Labels)? test, DataOptions options)
    {
        using var contents = new ContentHash();
        contents.Add("idx");
        var learnt = IdxPart.Read(train.Images, train.Labels, contents);
        IdxPart? held = test is { } files ? IdxPart.Read(files.Images, files.Labels, contents) : null;
        ImmutableArray<string> classNames =
            [.. Enumerable.Range(0, learnt.Labels.Max() + 1).Select(static number => number.ToString(CultureInfo.InvariantCulture))];
        return DataPreparation.Prepare(
            name, folder, learnt.ToData(classNames, MaxPixel), held?.ToData(classNames, MaxPixel), contents.Finish(), options);
    }
}
