using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Lets each training step find the memory of the step before. As shipped, the C library of Linux gives large blocks back to
/// the system when they are freed, and the next step has them filled with zeros page by page once more: with convolutions that
/// takes a third of the time. Freed memory is kept while the process trains, and goes back when a session ends.
/// </summary>
internal static class HostMemory
{
    // Parameters of glibc's mallopt.
    private const int TrimThreshold = -1;
    private const int MaximumOfMaps = -4;

    /// <summary>glibc's own variables for the same; where one is set, the user has chosen.</summary>
    private static readonly string[] UsersChoice = ["GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_MMAP_MAX_"];

    private static volatile bool _keeps;

    /// <summary>Keeps freed memory for the next step, unless the user has chosen otherwise.</summary>
    public static void KeepFreed()
    {
        if (!OperatingSystem.IsLinux() || UsersChoice.Any(name => TorchEnvironment.Variable(name) is not null))
            return;
        _keeps = mallopt(TrimThreshold, int.MaxValue) != 0 && mallopt(MaximumOfMaps, 0) != 0;
    }

    /// <summary>Gives back what is free.</summary>
    public static void GiveBack()
    {
        if (_keeps)
            _ = malloc_trim(0);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nint pad);
}
