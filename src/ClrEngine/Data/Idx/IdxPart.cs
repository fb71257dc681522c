using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>One part of an IDX set: its images and as many labels.</summary>
internal sealed record IdxPart(IdxArray Images, byte[] Labels, string LabelPath)
{
    /// <summary>Reads both files and adds them to a hash.</summary>
    /// <exception cref="DataFormatException">A file is missing or damaged, or the counts differ.</exception>
    public static IdxPart Read(string folder, string imageName, string labelName, ContentHash contents)
    {
        string imagePath = Locate(folder, imageName);
        string labelPath = Locate(folder, labelName);
        IdxArray labels = IdxFile.Read(labelPath, dimensions: 1);
        IdxArray images = IdxFile.Read(imagePath, dimensions: 3);
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw new DataFormatException(
                DataFault.CountMismatch, labelPath, $"has {labels.Dimensions[0]} labels for {images.Dimensions[0]} images in {Path.GetFileName(imagePath)}: take both from the same set.");

        foreach (int dimension in images.Dimensions) contents.Add([dimension]);
        contents.Add(images.Values).Add(labels.Values);
        return new IdxPart(images, labels.Values, labelPath);
    }

    /// <summary>The part as labelled samples.</summary>
    /// <exception cref="DataFormatException">A label has no class.</exception>
    public LabelledData ToData(ImmutableArray<string> classNames, float maxPixel)
    {
        int stray = Array.FindIndex(Labels, label => label >= classNames.Length);
        if (stray >= 0)
            throw new DataFormatException(
                DataFault.Label, LabelPath, $"has the label {Labels[stray]} at sample {stray}, but the training labels end at {classNames.Length - 1}: take both parts from the same set.");
        return new LabelledData(
            new ByteSamples(Images.Values, [1, Images.Dimensions[1], Images.Dimensions[2]], maxPixel),
            new ClassTargets([.. Labels.Select(static label => (long)label)], classNames));
    }

    private static string Locate(string folder, string name) =>
        IdxNames.Find(folder, name)
        ?? throw new DataFormatException(DataFault.Missing, folder, $"lacks the file {name}: put it there, gzipped or not.");
}
