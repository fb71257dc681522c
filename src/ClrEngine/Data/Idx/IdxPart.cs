using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>One part of an IDX set: its images and as many labels.</summary>
internal sealed record IdxPart(IdxArray Images, byte[] Labels, string LabelPath)
{
    /// <summary>Reads both files and adds them to a hash.</summary>
    /// <exception cref="DataFormatException">A file is damaged, or the counts differ.</exception>
    public static IdxPart Read(DataStream imageFile, DataStream labelFile, ContentHash contents)
    {
        IdxArray labels = IdxFile.Read(labelFile, dimensions: 1);
        IdxArray images = IdxFile.Read(imageFile, dimensions: 3);
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw new DataFormatException(
                DataFault.CountMismatch, labelFile.Path, $"has {labels.Dimensions[0]} labels for {images.Dimensions[0]} images in {Path.GetFileName(imageFile.Path)}: take both from the same set.");

        foreach (long dimension in images.Dimensions) contents.Add([dimension]);
        var values = new byte[labels.Dimensions[0]];
        labels.Bytes.Read(labels.Offset, values).CopyTo(values);
        contents.Add(images.Bytes, images.Offset).Add(values);
        return new IdxPart(images, values, labelFile.Path);
    }

    /// <summary>The part as labelled samples.</summary>
    /// <exception cref="DataFormatException">A label has no class.</exception>
    public LabelledData ToData(ImmutableArray<string> classNames, float maxPixel)
    {
        int stray = Array.FindIndex(Labels, label => label >= classNames.Length);
        if (stray >= 0)
            throw new DataFormatException(
                DataFault.Label, LabelPath, $"has the label {Labels[stray]} at sample {stray}, but the training labels end at {classNames.Length - 1}: take both parts from the same set.");
        int height = Images.Dimensions[1], width = Images.Dimensions[2];
        return new LabelledData(
            new RecordSamples(Images.Bytes, Images.Offset, (long)height * width, Labels.Length, [1, height, width], maxPixel),
            new ClassTargets([.. Labels.Select(static label => (long)label)], classNames));
    }
}
