using System.Globalization;

namespace ClrEngine.Training.Checkpoints;

/// <summary>The names in a run's folder.</summary>
internal static class CheckpointFiles
{
    /// <summary>Weights and buffers, by the names that the model has for them.</summary>
    public const string Model = "model.safetensors";

    /// <summary>Optimiser and random state.</summary>
    public const string Optimizer = "optimizer.safetensors";

    /// <summary>The run's own state.</summary>
    public const string State = "state.json";

    /// <summary>The SHA-256 of the other files, as <c>sha256sum</c> writes and checks it.</summary>
    public const string Checksums = "SHA256SUMS";

    /// <summary>How the name of what is being written begins.</summary>
    public const string NewPrefix = ".new-";

    private const string Prefix = "step-";
    private const string OldPrefix = ".old-";
    private const string RefusedPrefix = "refused-";

    /// <summary>The text that tells Python how the file is meant.</summary>
    public static IReadOnlyDictionary<string, string> PyTorchFormat { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    public static StateTensor WithModelPrefix(StateTensor tensor) => tensor.Renamed(StateTensor.ModelPrefix + tensor.Name);

    public static StateTensor WithoutModelPrefix(StateTensor tensor) => tensor.Renamed(tensor.Name[StateTensor.ModelPrefix.Length..]);

    public static string NameOf(long step) => Prefix + step.ToString("D9", CultureInfo.InvariantCulture);

    public static string NewNameOf(long step) => NewPrefix + NameOf(step);

    public static string OldNameOf(string name) => OldPrefix + name;

    public static string RefusedNameOf(string name) => RefusedPrefix + name;

    public static bool IsRefused(string name) => name.StartsWith(RefusedPrefix + Prefix, StringComparison.Ordinal);

    /// <summary>Whether a folder is what a run that died left half-written or half-removed.</summary>
    public static bool IsLeftover(string name) =>
        name.StartsWith(NewPrefix, StringComparison.Ordinal) || name.StartsWith(OldPrefix, StringComparison.Ordinal);

    /// <summary>The step in a checkpoint's name; null where it is not one.</summary>
    public static long? StepOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
        && NameOf(step) == name
            ? step
            : null;
}
