using System.Collections.Immutable;

namespace ClrEngine.Data.Images;

/// <summary>A folder of images: one folder a class, and on top of these, where there are two parts, one folder a part.</summary>
/// <remarks>
/// PNG, JPEG and BMP. Samples are <c>[1, height, width]</c> where all images are grey, else <c>[3, height, width]</c>, bytes divided by 255.
/// Without a validation folder, some of the images are held out. Links that leave the folder are refused.
/// </remarks>
internal sealed class ImageFolder : IDataFormat
{
    private const float MaxPixel = 255;

    public string Name => "images";

    public string Description => "a folder with one folder of .png, .jpg or .bmp images a class, under train and test or without them";

    public DataOptionUse Uses => DataOptionUse.ImageSize;

    public bool Matches(string path) => Directory.Exists(path) && ImageList.Exists(Train(path) ?? path);

    public TrainingData Load(string path, DataOptions options)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? trainFolder = Train(root), heldFolder = trainFolder is null ? null : Inner(root, PartNames.Validation);
        var train = ImageList.Read(trainFolder ?? root, root);
        ImageList? validation = heldFolder is null ? null : ImageList.Read(heldFolder, root);
        int[] trainClasses = [.. train.Files.Select(static file => file.Class)];
        int[] heldClasses = validation is null ? [] : Classes(validation, train);
        string[] paths = [.. train.Files.Concat(validation?.Files ?? []).Select(static file => file.Path)];
        ImageHead[] heads = InParallel(paths, static (path, _) => ImageFile.Head(DataStream.File(path)));
        ImageSize size = options.ImageSize ?? new ImageSize(heads[0].Height, heads[0].Width);
        int other = options.ImageSize is null ? Array.FindIndex(heads, head => head.Height != size.Height || head.Width != size.Width) : -1;
        if (other >= 0)
            throw new DataFormatException(DataErrors.ShapeMismatch, paths[other], $"has {heads[other].Height}×{heads[other].Width} pixels, {Path.GetFileName(paths[0])} has {size}: bring all to one size with -ImageSize.");

        // One image with colours makes all of them coloured.
        int channels = heads.Any(static head => head.IsColour) ? 3 : 1;
        long sample = (long)channels * size.Height * size.Width;
        byte[] learnt = Allocate(root, train.Files.Length, sample), held = Allocate(root, heldClasses.Length, sample);
        InParallel(paths, (path, i) =>
        {
            byte[] pixels = ImageResize.To(ImageFile.Decode(DataStream.File(path), heads[i], channels == 3), heads[i], channels, size);
            (byte[] part, int place) = i < trainClasses.Length ? (learnt, i) : (held, i - trainClasses.Length);
            ByteSamples.ToPlanes<byte>(pixels, part.AsSpan((int)(place * sample), (int)sample), channels);
            return true;
        });

        using var contents = new ContentHash();
        contents.Add("images").Add([channels, size.Height, (long)size.Width]).Add(learnt).Add(trainClasses).Add(held).Add(heldClasses);
        foreach (string label in train.Classes) contents.Add(label);
        LabelledData? own = validation is null ? null : Part(held, heldClasses);
        return DataPreparation.Prepare(DataPreparation.NameOf(root, Name), root, Part(learnt, trainClasses), own, contents.Finish(), options);

        LabelledData Part(byte[] values, int[] classes) => new(
            new ByteSamples(values, [channels, size.Height, size.Width], MaxPixel),
            new ClassTargets([.. classes.Select(static number => (long)number)], ImmutableArray.Create(train.Classes)));
    }

    // A class may be called train: only a folder of folders is a part.
    private static string? Train(string folder) => Inner(folder, PartNames.Training) is { } train && ImageList.Exists(train) ? train : null;

    private static string? Inner(string folder, string[] names) => names
        .Select(name => Directory.EnumerateDirectories(folder).FirstOrDefault(inner => string.Equals(Path.GetFileName(inner), name, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(static inner => inner is not null);

    // The classes of a validation part, by their places in the training part.
    private static int[] Classes(ImageList validation, ImageList train)
    {
        int[] places = [.. validation.Classes.Select(name => Array.IndexOf(train.Classes, name))];
        int stray = Array.IndexOf(places, -1);
        return stray < 0
            ? [.. validation.Files.Select(file => places[file.Class])]
            : throw new DataFormatException(DataErrors.Label, Path.Combine(validation.Folder, validation.Classes[stray]), $"is a class that '{train.Folder}' does not have: give both parts the same folders.");
    }

    private static byte[] Allocate(string source, int images, long sample) => images * sample <= Array.MaxLength
        ? new byte[images * sample]
        : throw new DataFormatException(DataErrors.TooLarge, source, $"has {images} images of {sample} values, {Array.MaxLength} in all are kept in memory: make them smaller with -ImageSize.");

    // In parallel; the error of the first path in order is the one that is thrown.
    private static T[] InParallel<T>(string[] paths, Func<string, int, T> work)
    {
        var results = new T[paths.Length];
        try
        {
            Parallel.For(0, paths.Length, i =>
            {
                ReadStop.Check();
                results[i] = work(paths[i], i);
            });
        }
        catch (AggregateException errors)
        {
            ReadStop.Check();
            Exception first = errors.InnerExceptions.OfType<DataFormatException>().MinBy(error => Array.IndexOf(paths, error.Path)) ?? errors.InnerExceptions[0];
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        return results;
    }
}

/// <summary>The images of one part: a folder a class. Classes are in the order of their code points, images in that of their paths.</summary>
internal sealed record ImageList(string Folder, string[] Classes, (string Path, int Class)[] Files)
{
    private const int DeepestFolder = 16;
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".bmp"];
    private static readonly string[] UnreadEndings = [".gif", ".webp", ".tif", ".tiff", ".avif", ".heic", ".jp2", ".jxl"];

    /// <summary>Whether a folder has folders with images; looks at names alone.</summary>
    public static bool Exists(string folder) => Directory.EnumerateDirectories(folder).Any(static inner =>
        Directory.EnumerateFiles(inner).Any(static file => HasEnding(file, Endings)));

    /// <summary>Lists the images of a folder's folders; no link may leave the root.</summary>
    /// <exception cref="DataFormatException">A class has no image, an image is of a kind that is not read, or a link leaves the root.</exception>
    public static ImageList Read(string folder, string root)
    {
        string[] folders = [.. Directory.EnumerateDirectories(folder).Where(static inner => !Path.GetFileName(inner).StartsWith('.')).Order(StringComparer.Ordinal)];
        var files = new List<(string, int)>();
        for (int i = 0; i < folders.Length; i++)
        {
            int before = files.Count;
            files.AddRange(Images(new DirectoryInfo(folders[i]), root, 0).Order(StringComparer.Ordinal).Select(file => (file, i)));
            if (files.Count == before)
                throw new DataFormatException(DataErrors.Empty, folders[i], $"is a class without an image: put {string.Join(", ", Endings)} files there, or remove it.");
        }

        return new ImageList(folder, [.. folders.Select(static inner => Path.GetFileName(inner))], [.. files]);
    }

    private static IEnumerable<string> Images(DirectoryInfo folder, string root, int depth)
    {
        CheckLink(folder, root);
        if (depth == DeepestFolder)
            throw new DataFormatException(DataErrors.TooLarge, folder.FullName, $"lies more than {DeepestFolder} folders deep: flatten the class's folder.");
        foreach (FileSystemInfo inner in folder.EnumerateFileSystemInfos())
        {
            ReadStop.Check();
            if (inner.Name.StartsWith('.')) continue;
            if (inner is DirectoryInfo deeper)
            {
                foreach (string file in Images(deeper, root, depth + 1)) yield return file;
            }
            else if (HasEnding(inner.Name, UnreadEndings))
            {
                throw new DataFormatException(DataErrors.Type, inner.FullName, $"is an image of a kind that is not read: convert it to {string.Join(", ", Endings)}, or remove it.");
            }
            else if (HasEnding(inner.Name, Endings))
            {
                CheckLink(inner, root);
                yield return inner.FullName;
            }
        }
    }

    private static void CheckLink(FileSystemInfo item, string root)
    {
        if (item.LinkTarget is null) return;
        string target = item.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? item.FullName;
        if (!target.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new DataFormatException(DataErrors.Outside, item.FullName, $"is a link to '{target}', outside '{root}': put the files themselves there, or give the folder that holds both.");
    }

    private static bool HasEnding(string file, string[] endings) => endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
