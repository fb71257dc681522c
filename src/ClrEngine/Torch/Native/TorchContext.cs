using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Switches of libtorch, one each a process, that TorchSharp leaves out. They are found by the names that C++ gives them; a libtorch without one
/// computes as it is shipped.
/// </summary>
internal static class TorchContext
{
    /// <summary>Has cuDNN take only such algorithms as add up in one order, so that a run on CUDA is the same each time, as on the CPU. It costs nothing that could be measured.</summary>
    public const string DeterministicCuDnn = "setDeterministicCuDNN";

    /// <summary>Whether this libtorch has a switch.</summary>
    public static bool Has(string name) => TryFind(name, out _, out _);

    /// <summary>Turns a switch on or off, where this libtorch has it.</summary>
    public static unsafe void TrySet(string name, bool on)
    {
        if (TryFind(name, out nint context, out nint set))
            ((delegate* unmanaged[Cdecl]<nint, byte, void>)set)(((delegate* unmanaged[Cdecl]<nint>)context)(), on ? (byte)1 : (byte)0);
    }

    private static bool TryFind(string name, out nint context, out nint set)
    {
        set = 0;
        return TryExport("_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ", out context)
            && TryExport($"_ZN2at7Context{name.Length}{name}Eb", $"?{name}@Context@at@@QEAAX_N@Z", out set);
    }

    private static bool TryExport(string name, string windowsName, out nint address) =>
        NativeLibrary.TryGetExport(TorchLibrary.Handle("torch_cpu"), OperatingSystem.IsWindows() ? windowsName : name, out address);
}

/// <summary>What NVIDIA's driver says of a GPU, which TorchSharp does not ask.</summary>
internal static class CudaDriver
{
    private const int Major = 75, Minor = 76;

    public static bool TryLoad(out nint driver) => NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out driver);

    /// <summary>The compute capability of a device, counted as libtorch counts; null without the driver.</summary>
    public static unsafe Version? CapabilityOf(int index)
    {
        if (!TryLoad(out nint driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out nint begin)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out nint get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out nint ask))
            return null;
        int device, major, minor;
        var attribute = (delegate* unmanaged<int*, int, int, int>)ask;
        return ((delegate* unmanaged<uint, int>)begin)(0) == 0 && ((delegate* unmanaged<int*, int, int>)get)(&device, index) == 0
            && attribute(&major, Major, device) == 0 && attribute(&minor, Minor, device) == 0
            ? new Version(major, minor)
            : null;
    }
}
