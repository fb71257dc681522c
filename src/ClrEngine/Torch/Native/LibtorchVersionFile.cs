using System.Text.RegularExpressions;

namespace ClrEngine.Torch.Native;

/// <summary>Reads the version that a Python PyTorch (<c>version.py</c>) or a libtorch archive (<c>build-version</c>) keeps above its lib folder.</summary>
internal static partial class LibtorchVersionFile
{
    /// <summary>The version, such as <c>2.11.0+cu130</c>; null where neither file is there.</summary>
    public static string? Read(string libFolder)
    {
        string python = Path.Combine(libFolder, "..", "version.py");
        if (File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match)
            return match.Groups[1].Value;
        string archive = Path.Combine(libFolder, "..", "build-version");
        return File.Exists(archive) ? File.ReadLines(archive).FirstOrDefault()?.Trim() : null;
    }

    [GeneratedRegex("""^__version__\s*=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PythonVersion();
}
