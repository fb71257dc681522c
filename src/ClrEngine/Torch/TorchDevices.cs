using ClrEngine.Torch.Native;
using TorchSharp;

namespace ClrEngine.Torch;

/// <summary>Devices by name.</summary>
public static class TorchDevices
{
    private static readonly ErrorCause DeviceNotFound = new(nameof(DeviceNotFound), ErrorKind.InvalidArgument,
        "The device is not on this machine, or this libtorch has no CUDA.",
        "Use `-Device cpu` or `auto`; see `Get-TorchDevice` and about_ClrModule_GPU.");

    /// <summary>Finds a device by name: <c>auto</c> (CUDA where present, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="InvalidParameterException">No such name, or no such device on this machine.</exception>
    public static torch.Device Resolve(string name = "auto") => Resolve(name, "Use -Device cpu, or see Get-TorchDevice.");

    /// <summary>Finds a device by name, and says what to do where it is not here.</summary>
    internal static torch.Device Resolve(string name, string remedy)
    {
        ArgumentNullException.ThrowIfNull(name);
        TorchLibrary.EnsureLoaded();
        string wanted = name.Trim().ToLowerInvariant();
        if (wanted == "cpu" || (wanted == "auto" && !torch.cuda.is_available()))
            return torch.CPU;
        int index = wanted is "auto" or "cuda" ? 0 : CudaIndex(wanted, name);
        int count = CudaCount();
        return index < count
            ? torch.device(DeviceType.CUDA, index)
            : throw new InvalidParameterException("Device", name, $"Device '{name}' is not here: {(count == 0 ? "this machine, or this build of libtorch, has no CUDA device" : count == 1 ? "the one CUDA device is cuda:0" : $"there are {count} CUDA devices, from cuda:0 on")}. {remedy}", DeviceNotFound);
    }

    /// <summary>Refuses what is the name of no device on any machine.</summary>
    internal static void RequireName(string name)
    {
        if (name.Trim().ToLowerInvariant() is var wanted and not ("auto" or "cpu" or "cuda"))
            CudaIndex(wanted, name);
    }

    /// <summary>The devices that can be used now, the CPU first.</summary>
    public static IReadOnlyList<TorchDeviceInfo> List()
    {
        TorchLibrary.EnsureLoaded();
        string library = TorchLibrary.Source!.ToString();
        int count = CudaCount();
        return
        [
            new("cpu", "CPU", torch.get_num_threads(), count == 0, library),
            .. Enumerable.Range(0, count).Select(i => new TorchDeviceInfo($"cuda:{i}", "CUDA", null, i == 0, library)),
        ];
    }

    /// <summary>What <c>-Device</c> takes on this machine, each with what it is. Where libtorch cannot be loaded, the names that hold on every machine.</summary>
    public static IReadOnlyList<(string Name, string Text)> Names()
    {
        (string, string) automatic = ("auto", "A CUDA device where there is one, else the CPU.");
        try
        {
            return [automatic, .. List().Select(device => (device.Name, $"{device.Kind}; {device.Library}"))];
        }
        catch (TorchLibraryException)
        {
            return [automatic, ("cpu", "The CPU."), ("cuda", "The first CUDA device.")];
        }
    }

    private static int CudaCount() => torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    private static int CudaIndex(string wanted, string name) =>
        wanted.StartsWith("cuda:", StringComparison.Ordinal)
        && int.TryParse(wanted.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
            : throw new InvalidParameterException("Device", name, $"Device '{name}' is not a device name; give auto, cpu, cuda or cuda:N.");
}

/// <summary>A device that can train.</summary>
/// <param name="Name">The name that <c>-Device</c> takes.</param>
/// <param name="Kind">CPU or CUDA.</param>
/// <param name="Threads">Threads that an operation may use, on the CPU.</param>
/// <param name="IsDefault">Whether <c>auto</c> takes it.</param>
/// <param name="Library">Where libtorch was loaded from.</param>
public sealed record TorchDeviceInfo(string Name, string Kind, int? Threads, bool IsDefault, string Library);
