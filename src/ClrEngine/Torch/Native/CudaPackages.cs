namespace ClrEngine.Torch.Native;

/// <summary>
/// libtorch with CUDA from NuGet: about twenty packages (<c>libtorch-cuda-12.8-linux-x64-part1</c>, <c>…-part2-primary</c>,
/// <c>…-part2-fragment1</c>, …). Large files come in fragments, which a build that references the packages puts together
/// inside the <c>-primary</c> package. Only Linux loads them from there. On a CUDA machine the simple way is the variable that points to a Python PyTorch.
/// </summary>
internal static class CudaPackages
{
    private const string Primary = "-primary";

    /// <summary>The place that all parts make up together; without folders where nothing is restored.</summary>
    public static TorchPlace In(string packageFolder, string rid, string version)
    {
        string pattern = $"libtorch-cuda-*-{rid}*";
        string[] folders = !Directory.Exists(packageFolder) ? [] :
        [
            .. Directory.EnumerateDirectories(packageFolder, pattern)
                .Where(package => IsWhole(package, version))
                .Select(package => Path.Combine(package, version, "runtimes", rid, "native"))
                .Where(Directory.Exists)
                .Order(StringComparer.Ordinal),
        ];
        return new(Path.Combine(packageFolder, pattern, version, "runtimes", rid, "native"), folders, version);
    }

    // Putting a file together deletes its fragments; before that, the file in the primary package is only its head.
    private static bool IsWhole(string package, string version)
    {
        if (!package.EndsWith(Primary, StringComparison.Ordinal))
            return true;
        string fragment = Path.Combine(string.Concat(package.AsSpan(0, package.Length - Primary.Length), "-fragment1"), version);
        return Directory.Exists(fragment) && !Directory.EnumerateFiles(fragment, "*.fragment1", SearchOption.AllDirectories).Any();
    }
}
