namespace ClrEngine.Data;

/// <summary>Something that the catalog can load, for lists and completion.</summary>
/// <param name="Name">A name to load by, or a format's name.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="IsFormat">False: load it by its name. True: give a path to files of this format.</param>
public sealed record KnownData(string Name, string Description, bool IsFormat);
