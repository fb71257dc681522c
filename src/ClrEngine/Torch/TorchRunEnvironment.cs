using System.Runtime.InteropServices;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using TorchSharp;

namespace ClrEngine.Torch;

/// <summary>Where a run on torch takes place.</summary>
internal static class TorchRunEnvironment
{
    /// <summary>This process, now.</summary>
    /// <param name="device">The device's name.</param>
    public static RunEnvironment Current(string device) => new()
    {
        Device = device,
        Threads = torch.get_num_threads(),
        Engine = typeof(TorchRunEnvironment).Assembly.GetName().Version!.ToString(3),
        TorchSharp = TorchVersions.TorchSharp,
        Libtorch = TorchLibrary.Source?.Version ?? TorchVersions.Libtorch,
        Runtime = RuntimeInformation.FrameworkDescription,
        Platform = RuntimeInformation.RuntimeIdentifier,
    };
}
