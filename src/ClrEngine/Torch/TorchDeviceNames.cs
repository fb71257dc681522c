namespace ClrEngine.Torch;

/// <summary>The names of devices that hold on every machine.</summary>
public static class TorchDeviceNames
{
    /// <summary>The names, each with what it takes.</summary>
    public static IReadOnlyList<(string Name, string Text)> Known { get; } =
    [
        ("auto", "A CUDA device where there is one, else the CPU."),
        ("cpu", "The CPU."),
        ("cuda", "The first CUDA device."),
        ("cuda:0", "The first CUDA device; cuda:1 is the second, and so on."),
    ];
}
