using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>Loads lists of images into memory, one byte a value.</summary>
internal static class ImageSet
{
    private const float MaxPixel = 255;

    /// <summary>Loads images.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where they came from.</param>
    /// <param name="train">The images of the training part.</param>
    /// <param name="validation">Those of the validation part; null to hold some out.</param>
    /// <param name="options">The size of the images, how to split and whether to scale.</param>
    /// <exception cref="DataFormatException">An image is damaged or of another size, or a validation class is none of training.</exception>
    public static TrainingData Load(string name, string source, ImageList train, ImageList? validation, DataOptions options)
    {
        int[] trainClasses = [.. train.Files.Select(static file => file.Class)];
        int[] heldClasses = validation is null ? [] : Classes(validation, train);
        string[] paths = [.. train.Files.Concat(validation?.Files ?? []).Select(static file => file.Path)];
        ImageHead[] heads = Each(paths, static (path, _) => ImageFile.Head(DataStream.File(path)));
        ImageSize size = options.ImageSize ?? new ImageSize(heads[0].Height, heads[0].Width);
        int other = options.ImageSize is null ? Array.FindIndex(heads, head => head.Height != size.Height || head.Width != size.Width) : -1;
        if (other >= 0)
            throw new DataFormatException(DataFault.ShapeMismatch, paths[other], $"has {heads[other].Height}×{heads[other].Width} pixels, {Path.GetFileName(paths[0])} has {size}: bring all to one size with -ImageSize.");

        // One image with colours makes all of them coloured.
        int channels = heads.Any(static head => head.IsColour) ? 3 : 1;
        long sample = (long)channels * size.Height * size.Width;
        byte[] learnt = Room(source, train.Files.Length, sample), held = Room(source, heldClasses.Length, sample);
        Each(paths, (path, i) =>
        {
            byte[] pixels = ImageResize.To(ImageFile.Decode(DataStream.File(path), heads[i], channels == 3), heads[i], channels, size);
            (byte[] part, int place) = i < trainClasses.Length ? (learnt, i) : (held, i - trainClasses.Length);
            ChannelsFirst(pixels, part.AsSpan((int)(place * sample), (int)sample), channels);
            return true;
        });

        using var contents = new ContentHash();
        contents.Add("images").Add([channels, size.Height, (long)size.Width]).Add(learnt).Add(trainClasses).Add(held).Add(heldClasses);
        foreach (string label in train.Classes) contents.Add(label);
        LabelledData? own = validation is null ? null : Part(held, heldClasses);
        return DataPreparation.Prepare(name, source, Part(learnt, trainClasses), own, contents.Finish(), options);

        LabelledData Part(byte[] values, int[] classes) => new(
            new ByteSamples(values, [channels, size.Height, size.Width], MaxPixel),
            new ClassTargets([.. classes.Select(static number => (long)number)], ImmutableArray.Create(train.Classes)));
    }

    // The classes of a validation part, by their places in the training part.
    private static int[] Classes(ImageList validation, ImageList train)
    {
        int[] places = [.. validation.Classes.Select(name => Array.IndexOf(train.Classes, name))];
        int stray = Array.IndexOf(places, -1);
        return stray < 0
            ? [.. validation.Files.Select(file => places[file.Class])]
            : throw new DataFormatException(DataFault.Label, Path.Combine(validation.Folder, validation.Classes[stray]), $"is a class that '{train.Folder}' does not have: give both parts the same folders.");
    }

    private static byte[] Room(string source, int images, long sample) => images * sample <= Array.MaxLength
        ? new byte[images * sample]
        : throw new DataFormatException(DataFault.TooLarge, source, $"has {images} images of {sample} values, {Array.MaxLength} in all are kept in memory: make them smaller with -ImageSize.");

    private static void ChannelsFirst(ReadOnlySpan<byte> mixed, Span<byte> planes, int channels)
    {
        int plane = mixed.Length / channels;
        for (int pixel = 0, i = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < channels; channel++) planes[(channel * plane) + pixel] = mixed[i++];
        }
    }

    // In parallel; the error of the first path in order is the one that is thrown.
    private static T[] Each<T>(string[] paths, Func<string, int, T> work)
    {
        var results = new T[paths.Length];
        try
        {
            Parallel.For(0, paths.Length, i => results[i] = work(paths[i], i));
        }
        catch (AggregateException errors)
        {
            Exception first = errors.InnerExceptions.OfType<DataFormatException>().MinBy(error => Array.IndexOf(paths, error.Path)) ?? errors.InnerExceptions[0];
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        return results;
    }
}
