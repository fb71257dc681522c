namespace ClrEngine.Torch;

/// <summary>A device that can train.</summary>
/// <param name="Name">The name that <c>-Device</c> takes.</param>
/// <param name="Kind">CPU or CUDA.</param>
/// <param name="Threads">Threads that an operation may use, on the CPU.</param>
/// <param name="IsDefault">Whether <c>auto</c> takes it.</param>
/// <param name="Library">Where libtorch was loaded from.</param>
public sealed record TorchDeviceInfo(string Name, string Kind, int? Threads, bool IsDefault, string Library);
