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

    public static void KeepFreed()
    {
        if (!OperatingSystem.IsLinux() || UsersChoice.Any(name => TorchEnvironment.Variable(name) is not null))
            return;
        _keeps = mallopt(TrimThreshold, int.MaxValue) != 0 && mallopt(MaximumOfMaps, 0) != 0;
    }

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

/// <summary>
/// How long libtorch's idle threads on Linux (GNU OpenMP's) spin for work before they sleep. As shipped it is milliseconds:
/// on a machine whose cores others use too, they spin away the time in which the thread that they wait for would work,
/// and a step takes up to twice as long. A shorter wait still spans the gaps within a step.
/// </summary>
internal static class IdleThreads
{
    /// <summary>GNU OpenMP's variable, read once, when its library is loaded.</summary>
    public const string SpinsVariable = "GOMP_SPINCOUNT";

    /// <summary>OpenMP's own variable for the same, which wins.</summary>
    public const string PolicyVariable = "OMP_WAIT_POLICY";

    /// <summary>Some hundreds of microseconds.</summary>
    public const string Spins = "20000";

    /// <summary>Shortens the wait, unless the user has chosen one. Only before libtorch is loaded.</summary>
    public static void SpinBriefly()
    {
        if (!OperatingSystem.IsLinux() || TorchEnvironment.Variable(PolicyVariable) is not null)
            return;
        // .NET's own variables are a copy that native code does not see.
        _ = setenv(SpinsVariable, Spins, overwrite: 0);
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
