namespace ClrEngine.Training.Checkpoints;

/// <summary>A model that was kept at the end of a cycle, in a file of its own beside the checkpoints that need it.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Sha256">The SHA-256 of its contents, in lower-case hex digits.</param>
public sealed record SnapshotFile(string Name, string Sha256);
