using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using ClrEngine.Data.Images.LabelTables;
using ClrEngine.Data.Tables;
using ClrEngine.Files;

namespace ClrEngine.Data.Images;

/// <summary>A folder of images: one folder a class, or a table that gives each file a label; and on top of these, where there are two parts, one folder a part.</summary>
/// <remarks>
/// Samples are <c>[1, height, width]</c> where all images are grey, else <c>[3, height, width]</c>, bytes divided by 255, or by 65,535 where an image has 16 bits.
/// Without a validation part, some of the images are held out. Links that leave the folder are refused.
/// </remarks>
internal sealed class ImageFolder : IDataFormat
{
    // A sample of more is a photograph that nobody brought to a size; all of them are kept.
    private const long MostSamplePixels = 1 << 24;

    public string Name => "images";

    public string Description => "a folder with one folder of images a class (PNG, JPEG, WebP, GIF, BMP), or images and a table of their names and labels, under train and test or without them";

    public DataOptionUse Uses => DataOptionUse.ImageSize | DataOptionUse.Stream | DataOptionUse.Columns | DataOptionUse.Regression | ImagePart.TableUse;

    public bool Matches(string path) => Directory.Exists(path) && (ImageTree.HasImage(path) || ImageTree.HasFolders(path)) && (!HasTable(path) || NamesImages(path));

    public TrainingData Load(string path, DataOptions options)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var warnings = new List<string>();
        (ImagePart train, ImagePart? validation) = ImagePart.Find(root, options, warnings);
        string[] classes = ImageClasses.Of(train);
        ImageClasses.Note(train, classes, options, warnings);
        int[] trainClasses = ImageClasses.Numbers(train, classes, train.Source), heldClasses = validation is null ? [] : ImageClasses.Numbers(validation, classes, train.Source);
        string[] paths = [.. train.Paths, .. validation?.Paths ?? []];
        ImageHead[] heads = [.. train.Heads, .. validation?.Heads ?? []];
        // A model that is tested tells the size, and whether grey images are coloured ones.
        (int Channels, ImageSize Size)? known = options.InputShape is [var planes, > 0 and <= ImageSize.Largest and var rows, > 0 and <= ImageSize.Largest and var columns] ? ((int)planes, new ImageSize((int)rows, (int)columns)) : null;
        ImageSize? size = options.ImageSize ?? known?.Size;
        (int height, int width) = size is { } given ? (given.Height, given.Width) : heads[0].Upright;
        int other = size is null ? Array.FindIndex(heads, head => head.Upright != (height, width)) : -1;
        if (other >= 0)
            throw new DataFormatException(DataErrors.ShapeMismatch, paths[other], $"has {heads[other].Upright.Height}×{heads[other].Upright.Width} pixels, {Path.GetFileName(paths[0])} has {height}×{width}: bring all to one size with -ImageSize.");

        if (size is null && options.MaxImagePixels <= DataOptions.UsualImagePixels && (long)height * width > MostSamplePixels)
            throw new DataFormatException(DataErrors.TooLarge, paths[0], $"has {height}×{width} pixels, as the other images, and each sample would hold them all: bring them to a size to learn from, such as -ImageSize 224, or raise -MaxImagePixels above {DataOptions.UsualImagePixels} if they shall be learnt as they are.");
        // One image with colours makes all of them coloured, one of 16 bits all of them deep.
        int channels = heads.Any(static head => head.IsColour) || known?.Channels == 3 ? 3 : 1;
        bool isDeep = heads.Any(static head => head.IsDeep);
        var form = new ImageForm(height, width, channels, isDeep);
        bool isStreamed = options.Stream || MustStream(root, paths.Length, form, warnings);
        ImagePixels learnt = Pixels(train), held = Pixels(validation);
        using var contents = new ContentHash();
        contents.Add("images").Add([channels, height, (long)width]).Add(learnt.Length, learnt.DecodeAll()).Add(trainClasses).Add(held.Length, held.DecodeAll()).Add(heldClasses);
        foreach (string label in classes) contents.Add(label);
        if (isDeep) contents.Add("16 bits");
        LabelledData? own = validation is null ? null : Labelled(held, heldClasses);
        TrainingData data = DataPreparation.Prepare(DataPreparation.NameOf(root, Name), root, Labelled(learnt, trainClasses), own, contents.Finish(), options with { Regression = false });
        return data with { LabelName = train.Column, Warnings = [.. data.Warnings, .. warnings] };

        ImagePixels Pixels(ImagePart? part) => new(part?.Paths ?? [], part?.Heads ?? [], form, size, isStreamed, options.Cache ? ScratchFile.Create(root, "-Cache", (part?.Paths.Length ?? 0) * (long)form.Bytes) : null);

        LabelledData Labelled(ImagePixels pixels, int[] numbers) => pixels.Samples() is var samples && numbers.Length == 0 ? new(samples, new UnknownTargets(samples.Count)) : new(
            samples, new ClassTargets([.. numbers.Select(static number => (long)number)], ImmutableArray.Create(classes)));
    }

    // A model, its batches and the system want their share.
    private static bool MustStream(string root, int images, ImageForm form, List<string> warnings)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, needed = (long)images * form.Bytes;
        if (needed <= available / 2) return false;
        warnings.Add($"'{root}' has {images} images of {form.Bytes} bytes, {needed >> 20} MiB, more than half of the memory of {available >> 20} MiB: they are decoded anew each time that they are learnt, as -Stream says. A smaller -ImageSize lets them stay in memory.");
        return true;
    }

    // A table for training, or data of another kind: where one is, images count only if it names them. A text that is read as no table may be a list of them.
    private static bool HasTable(string folder) => Directory.EnumerateFiles(folder)
        .Any(file => PartNames.Training.Contains(Path.GetFileName(file).Split('.')[0], StringComparer.OrdinalIgnoreCase) && !ImageKinds.HasEnding(file) && (!ImageLabels.IsText(file) || TableFormat.Csv.Matches(folder)));

    private static bool NamesImages(string folder)
    {
        ImageEntry[] entries = ImageTree.Files(folder, folder);
        return ImageLabels.Candidates(folder, validation: false).Any(table =>
        {
            try
            {
                return ImageLabels.Read(table, entries, DataOptions.Default, []) is not null;
            }
            catch (DataFormatException)
            {
                // Whoever reads it with its options says what is wrong.
                return true;
            }
        });
    }
}

/// <summary>Work on many files at once.</summary>
internal static class ImageWork
{
    /// <summary>Does it in parallel; the error of the first path in order is the one that is thrown.</summary>
    /// <exception cref="OperationCanceledException">The reading was ended; what a decoder was at goes on behind, unseen.</exception>
    public static T[] InParallel<T>(string[] paths, Func<string, int, T> work, int atOnce = -1)
    {
        var results = new T[paths.Length];
        Task<Exception?> doing = Task.Run(() => FirstError(paths, (path, i) => results[i] = work(path, i), atOnce));
        doing.Wait(ReadStop.Token);
        if (doing.Result is { } first) ExceptionDispatchInfo.Throw(first);
        return results;
    }

    /// <summary>Does it in parallel, and comes back when nothing is at work any more; the error of the first in order is the one that is thrown.</summary>
    public static void Each<T>(T[] items, Action<T, int> work, int atOnce)
    {
        if (FirstError(items, work, atOnce) is { } first) ExceptionDispatchInfo.Throw(first);
    }

    private static Exception? FirstError<T>(T[] items, Action<T, int> work, int atOnce)
    {
        var errors = new Exception?[items.Length];
        Parallel.For(0, items.Length, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, (i, loop) =>
        {
            try
            {
                ReadStop.Check();
                work(items[i], i);
            }
            catch (Exception error)
            {
                // All before it are done still: one of them may be the first that fails.
                errors[i] = error;
                loop.Break();
            }
        });
        return Array.Find(errors, static error => error is not null);
    }
}
