using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

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
