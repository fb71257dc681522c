namespace ClrEngine.Data;

/// <summary>What loads a data set again.</summary>
/// <param name="Text">Its name, or the full path of its file or folder.</param>
/// <param name="Options">How it was prepared.</param>
public sealed record DataOrigin(string Text, DataOptions Options);
