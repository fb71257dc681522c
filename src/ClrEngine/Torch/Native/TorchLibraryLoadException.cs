namespace ClrEngine.Torch.Native;

/// <summary>A library was found, and the system's loader refused it.</summary>
public sealed class TorchLibraryLoadException : TorchLibraryException
{
    internal TorchLibraryLoadException(string library, Exception cause)
        : this(library, LoaderTextOf(cause), cause)
    {
    }

    private TorchLibraryLoadException(string library, string loaderText, Exception cause)
        : base($"{library} does not load ({loaderText}): {RemedyFor(loaderText)}.", cause)
    {
        Library = library;
        LoaderText = loaderText;
    }

    /// <summary>The full path of the library.</summary>
    public string Library { get; }

    /// <summary>What the system's loader said, such as the name of a missing library.</summary>
    public string LoaderText { get; }

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

    /// <inheritdoc/>
    public override string ErrorId => "TorchLibraryNotLoadable";
}
