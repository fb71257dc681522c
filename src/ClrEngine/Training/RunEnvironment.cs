namespace ClrEngine.Training;

/// <summary>Where a run takes place: another device, number of threads or version rounds differently, so results agree but not bit for bit.</summary>
public sealed record RunEnvironment
{
    /// <summary>The device's name, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads that one operation on the CPU may use.</summary>
    public required int Threads { get; init; }

    /// <summary>The version of this engine.</summary>
    public required string Engine { get; init; }

    /// <summary>The version of TorchSharp.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>The version of libtorch.</summary>
    public required string Libtorch { get; init; }

    /// <summary>The version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>The operating system and its processor.</summary>
    public required string Platform { get; init; }
}
