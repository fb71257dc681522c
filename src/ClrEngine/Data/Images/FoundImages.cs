using System.Text.RegularExpressions;

namespace ClrEngine.Data.Images;

/// <summary>The images that lie in a folder, with their heads.</summary>
internal sealed partial record FoundImages(string Folder, ImageEntry[] Entries, ImageHead[] Heads)
{
    public string[] Paths { get; } = [.. Entries.Select(static entry => entry.Path)];

    public string[] Tops { get; } = [.. Entries.Select(static entry => entry.Top).Where(static top => top.Length > 0).Distinct()];

    public static FoundImages In(string folder, string root, DataOptions options, List<string> warnings)
    {
        ImageEntry[] entries = ImageTree.Files(folder, root);
        ImageHead?[] heads = ImageWork.InParallel([.. entries.Select(static entry => entry.Path)], (path, i) => ImageFile.HeadOrNote(DataStream.File(path), mayBeOther: entries[i].Top.Length == 0, options.MaxImagePixels));
        int[] notes = [.. Enumerable.Range(0, entries.Length).Where(i => heads[i] is null && entries[i].Top.Length > 0)];
        if (notes.Length > 0)
            warnings.Add($"{Counted.Of(notes.Length, "file")} among the images {Counted.Form(notes.Length, "is no image and is", "are no images and are")} left out, '{entries[notes[0]].Path}'{(notes.Length == 1 ? "" : " the first")}.");
        return new FoundImages(folder, [.. entries.Where((_, i) => heads[i] is not null)], [.. heads.OfType<ImageHead>()]).Within();
    }

    public FoundImages Where(Func<ImageEntry, bool> wanted) => new(
        Folder, [.. Entries.Where(wanted)], [.. Heads.Where((_, i) => wanted(Entries[i]))]);

    public bool Any(Func<ImageEntry, bool> is_) => Entries.Any(is_);

    public bool All(Func<ImageEntry, bool> are) => Entries.All(are);

    // Where images lie, which is no class of theirs: images, train, test_images.
    [GeneratedRegex("^((train(ing)?|test(ing)?|val|valid(ation)?|all)[-_ ]?)?((image|img|photo|picture|jpe?g|png|data|set)s?)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlaceName();

    /// <summary>Whether a folder has the name of a place where images lie, which is no class of theirs.</summary>
    public static bool IsPlace(string folder) => PlaceName().IsMatch(folder);

    // The folders of classes may lie in one that is but a place, such as images.
    private FoundImages Within()
    {
        if (Tops is not [var place] || !IsPlace(place) || ImagePart.IsHeld(place)) return this;
        string[][] parts = [.. Entries.Select(static entry => entry.Relative.Split('/'))];
        return parts.All(static part => part.Length > 2) && parts.Select(static part => part[1]).Distinct().Skip(1).Any()
            ? new(Path.Combine(Folder, place), [.. Entries.Select((entry, i) => entry with { Relative = entry.Relative[(place.Length + 1)..], Top = parts[i][1] })], Heads)
            : this;
    }
}
