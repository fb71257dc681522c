namespace ClrEngine.Torch.Native;

/// <summary>libtorch could not be made ready for use. The message says what to do.</summary>
public abstract class TorchLibraryException : ClrException
{
    private protected TorchLibraryException(ErrorCause cause, string message, Exception? inner = null)
        : base(cause, message, inner)
    {
    }
}

/// <summary>No place that may hold libtorch holds all of it.</summary>
internal sealed class TorchLibraryNotFoundException(string sentence, IReadOnlyList<string> placesTried)
    : TorchLibraryException(TorchLibraryNotFound, placesTried.Count == 0
        ? sentence
        : $"{sentence} Places tried:{string.Concat(placesTried.Select(place => $"{Environment.NewLine}  {place}"))}")
{
    private static readonly ErrorCause TorchLibraryNotFound = new(nameof(TorchLibraryNotFound), ErrorKind.ResourceUnavailable,
        "libtorch was not found.", "Run `Install-TorchLibrary`, or set `CLR_LIBTORCH`, as the message says.");

    public IReadOnlyList<string> PlacesTried => placesTried;
}

/// <summary>A library was found, and the system's loader refused it.</summary>
internal sealed class TorchLibraryLoadException(string library, Exception cause)
    : TorchLibraryException(TorchLibraryNotLoadable, $"{library} does not load ({LoaderTextOf(cause)}): {RemedyFor(LoaderTextOf(cause))}.", cause)
{
    private static readonly ErrorCause TorchLibraryNotLoadable = new(nameof(TorchLibraryNotLoadable), ErrorKind.ResourceUnavailable,
        "libtorch was found, and the system's loader refused it.",
        "Do what the message says: install the library that is missing, or use a newer system.");

    /// <summary>What the system's loader said, such as the name of a missing library.</summary>
    public string LoaderText { get; } = LoaderTextOf(cause);

    // .NET puts its own advice on the first line and the loader's words after it.
    private static string LoaderTextOf(Exception cause)
    {
        string[] lines = cause.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join("; ", lines.Length > 1 ? lines.Skip(1).Distinct() : lines);
    }

    private static string RemedyFor(string loaderText)
    {
        if (loaderText.Contains("version `GLIBC_", StringComparison.Ordinal))
            return "this system's C library is too old for it, use a system with the glibc that it names or newer";
        if (loaderText.Contains("GLIBCXX_", StringComparison.Ordinal) || loaderText.Contains("CXXABI_", StringComparison.Ordinal))
            return "this system's C++ library is too old for it, install a newer libstdc++6";
        if (loaderText.Contains("failed to map segment", StringComparison.Ordinal))
            return $"its folder allows no code to run, move it, or set {NativeCache.Variable} to another folder if it is a patched copy";
        if (loaderText.Contains("cannot open shared object file", StringComparison.Ordinal))
            return "install the library that the loader misses";
        return $"restore its package again (dotnet restore --force), or set {TorchEnvironment.LibtorchVariable} to the lib folder of a whole libtorch or Python PyTorch";
    }
}

/// <summary>There is no folder that this user alone can write to, and one is needed.</summary>
internal sealed class NativeCacheException(IReadOnlyList<string> foldersTried, Exception? cause) : TorchLibraryException(
    NativeCacheNotWritable,
    $"What libtorch needs on this system can be kept in {(foldersTried.Count == 0 ? "no folder, for this user has none" : $"none of {string.Join(", ", foldersTried)} ({cause?.Message})")}: set {NativeCache.Variable} to a folder that you can write to, and nobody else.",
    cause)
{
    private static readonly ErrorCause NativeCacheNotWritable = new(nameof(NativeCacheNotWritable), ErrorKind.ResourceUnavailable,
        "What libtorch needs on this system can be kept nowhere: no folder can be written, or others can write to it too.", "Set the variable in the message to a folder that you can write to, and nobody else.");

    public IReadOnlyList<string> FoldersTried => foldersTried;
}

/// <summary>A variable that says where libraries lie does not hold a full path.</summary>
internal sealed class RelativeVariableException(string variable, string value) : TorchLibraryException(
    RelativeVariable,
    $"The environment variable {variable} is '{value}', which means another folder wherever a process starts, and libraries are code: give it the full path of the folder, or unset it.")
{
    private static readonly ErrorCause RelativeVariable = new(nameof(RelativeVariable), ErrorKind.SecurityError,
        "An environment variable that says where libraries lie, such as `CLR_LIBTORCH`, does not hold a full path.", "Give it the full path of the folder, or unset it.");
}

/// <summary>A library that must be patched for this system's older libstdc++ is not as expected.</summary>
internal sealed class ElfPatchException(string reason) : TorchLibraryException(
    TorchLibraryNotPatchable,
    $"The library cannot be patched for this system's older libstdc++, since {reason}: restore its package again, or install a libstdc++6 of GCC 13 or newer.")
{
    private static readonly ErrorCause TorchLibraryNotPatchable = new(nameof(TorchLibraryNotPatchable), ErrorKind.ResourceUnavailable,
        "libtorch asks for a newer C++ library than this system has, and could not be adapted.",
        "Install a newer libstdc++, or restore the package again.");

    public string Reason => reason;
}

/// <summary>libtorch computes the model's convolutions wrongly on this machine, and what does so could not be turned off.</summary>
internal sealed class OneDnnException() : TorchLibraryException(
    ConvolutionsNotRight,
    "On this machine libtorch computes convolutions wrongly whose channels are not multiples of 16; give the model such channels, use -Device cuda, or set the environment variable ONEDNN_MAX_CPU_ISA to SSE41 before the process starts.")
{
    private static readonly ErrorCause ConvolutionsNotRight = new(nameof(ConvolutionsNotRight), ErrorKind.ResourceUnavailable,
        "libtorch computes the model's convolutions wrongly on this machine.",
        "Give the model channels in multiples of 16, use `-Device cuda`, or set the variable in the message.");
}
