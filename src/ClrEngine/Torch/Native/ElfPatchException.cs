namespace ClrEngine.Torch.Native;

/// <summary>A library that must be patched for this system's older libstdc++ is not as expected.</summary>
public sealed class ElfPatchException : TorchLibraryException
{
    internal ElfPatchException(string reason)
        : base($"The library cannot be patched for this system's older libstdc++, since {reason}: restore its package again, or install a libstdc++6 of GCC 13 or newer.")
        => Reason = reason;

    /// <summary>What is not as expected.</summary>
    public string Reason { get; }

    /// <inheritdoc/>
    public override string ErrorId => "TorchLibraryNotPatchable";
}
