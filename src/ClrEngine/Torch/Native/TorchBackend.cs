namespace ClrEngine.Torch.Native;

/// <summary>The kind of libtorch that is loaded.</summary>
public enum TorchBackend
{
    /// <summary>A libtorch that computes on the CPU only.</summary>
    Cpu,

    /// <summary>A libtorch with CUDA kernels; whether a device is there is another question.</summary>
    Cuda,
}
