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
