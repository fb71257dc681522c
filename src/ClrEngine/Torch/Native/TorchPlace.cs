namespace ClrEngine.Torch.Native;

/// <summary>One place that may hold libtorch.</summary>
/// <param name="Description">The place in an error's list.</param>
/// <param name="Folders">The folders that make it up: one, or more where packages hold parts.</param>
/// <param name="Version">The version that the place stands for, or null.</param>
internal sealed record TorchPlace(string Description, IReadOnlyList<string> Folders, string? Version = null)
{
    /// <summary>A place of one folder, which is its own description.</summary>
    public static TorchPlace At(string folder, string? version = null) => new(folder, [folder], version);

    /// <summary>The full path of a file in the place, or null.</summary>
    public string? Find(string fileName)
        => Folders.Select(folder => Path.GetFullPath(Path.Combine(folder, fileName))).FirstOrDefault(File.Exists);
}
