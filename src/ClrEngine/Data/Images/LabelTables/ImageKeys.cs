namespace ClrEngine.Data.Images.LabelTables;

/// <summary>One way of calling images: by path, by name, or by name without its ending.</summary>
internal sealed class ImageKeys
{
    private readonly ILookup<string, ImageEntry> _images;
    private readonly Func<string, string> _bare;
    private readonly ImageKeys? _byName;

    private ImageKeys(ImageEntry[] images, Func<ImageEntry, string> name, Func<string, string> bare, StringComparer comparer, ImageKeys? byName = null) =>
        (_images, _bare, _byName) = (images.ToLookup(name, comparer), bare, byName);

    /// <summary>All ways, the strictest first: as the table has it, as it is seen from the table's folder, without what stands before the last slash, and then without its ending, each with capital letters and without.</summary>
    public static IEnumerable<ImageKeys> All(ImageEntry[] images, string folder)
    {
        foreach (StringComparer comparer in new[] { StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase })
        {
            ImageKeys byName = new(images, static entry => Path.GetFileNameWithoutExtension(entry.Path), static field => ImageKinds.HasEnding(field) ? Path.GetFileNameWithoutExtension(LastOf(field)) : LastOf(field), comparer);
            yield return new(images, static entry => entry.Path, field => Seen(field, folder), comparer, byName);
            yield return new(images, static entry => entry.Relative, static field => field, comparer, byName);
            yield return new(images, static entry => Path.GetFileName(entry.Path), static field => field, comparer, byName);
            yield return new(images, static entry => Path.GetFileNameWithoutExtension(entry.Path), static field => field, comparer, byName);
            yield return new(images, static entry => Path.GetFileName(entry.Path), LastOf, comparer, byName);
            yield return byName;
        }
    }

    /// <summary>Whether a field calls one image or more.</summary>
    public bool Calls(string field) => Called(field).Length > 0;

    /// <summary>The image that a field calls, a bare name with or without its ending; null where there is none, or more than one.</summary>
    public string? Find(string field) => Called(field) switch
    {
        [var one] => one,
        [] when !field.AsSpan().ContainsAny('/', '\\') => _byName?.Find(field),
        _ => null,
    };

    /// <summary>The first of several images that a field calls; null where it calls one or none.</summary>
    public string? Several(string field) => Called(field) is [var first, _, ..] ? first : null;

    private string[] Called(string field)
    {
        string name = field.Replace('\\', '/');
        if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        string bare = _bare(name);
        return [.. _images[bare].Where(entry => bare.Length == name.Length || Path.IsPathFullyQualified(bare) || MayLieIn(name, entry)).Select(static entry => entry.Path).Take(2)];
    }

    // A folder that is written must be the image's, unless one is but a place for images, and none that of another part.
    private static bool MayLieIn(string name, ImageEntry entry)
    {
        string[] written = name.Split('/')[..^1], has = entry.Relative.Split('/')[..^1];
        if (written.Length == 0) return true;
        string[] named = [.. has.Where(static folder => !FoundImages.IsPlace(folder))];
        bool isOther = named.Length > 0 && written.LastOrDefault(static folder => !FoundImages.IsPlace(folder)) is { } last && !named.Contains(last, StringComparer.OrdinalIgnoreCase);
        bool? isHeld = IsHeld(written);
        return !isOther && (isHeld is null || (IsHeld([Path.GetFileName(entry.Path[..^(entry.Relative.Length + 1)]), .. has]) ?? isHeld) == isHeld);
    }

    private static bool? IsHeld(string[] folders) => folders.Select(static folder => ImagePart.IsHeld(folder) ? true : PartNames.Training.Any(part => PartNames.IsFolderOf(part, folder)) ? false : (bool?)null).LastOrDefault(static held => held is not null);

    // A path of the system, or one that leads out of the table's folder and may lead back.
    private static string Seen(string field, string folder) =>
        (Path.IsPathFullyQualified(field) || field.Contains("../", StringComparison.Ordinal)) && !field.Contains('\0') ? Path.GetFullPath(field, folder) : field;

    // What leads out of a folder means a file that is not there.
    private static string LastOf(string field) => field.Contains("../", StringComparison.Ordinal) ? field : field[(field.LastIndexOf('/') + 1)..];
}
