using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ClrEngine.Data;
using ClrEngine.Files;

namespace ClrEngine.Torch.Native;

/// <summary>Brings a NuGet package, into the folder or from where it lies already, and gives its path.</summary>
/// <param name="package">The package.</param>
/// <param name="folder">An empty folder that may take it.</param>
/// <returns>The package's file.</returns>
public delegate string TorchPackageSource(TorchPackage package, string folder);

/// <summary>One of the NuGet packages that libtorch is published in.</summary>
/// <param name="Id">Its id, such as <c>libtorch-cpu-linux-x64</c>.</param>
/// <param name="Version">Its version.</param>
public sealed record TorchPackage(string Id, string Version)
{
    /// <summary>The name of its file.</summary>
    public string FileName => $"{Id}.{Version}.nupkg";

    /// <summary>The id and the version.</summary>
    public override string ToString() => $"{Id} {Version}";
}

/// <summary>Packages of libtorch in a folder: fetched, verified, kept, and unpacked.</summary>
internal sealed partial class TorchPackages(string folder, TorchPackageSource source, bool isCopied)
{
    // What CUDA's packages and libraries take is stated nowhere.
    private const long CudaRoom = 9_000_000_000;

    private readonly List<string> _files = [];

    /// <summary>What nuget.org states of the packages for the CPU: their SHA-512 in Base64; and the bytes that package and libraries take, rounded up.</summary>
    public static IReadOnlyDictionary<TorchPackage, (string Sha512, long Room)> Published { get; } = new Dictionary<TorchPackage, (string, long)>
    {
        [new("libtorch-cpu-linux-x64", "2.10.0")] = ("XjuaFwqqvwstyeUWyz/xtfhODesmagoPKO7T0VRmiW+r0pJwsXB/vHydA7it9xge36PSXW1qLyRRzvM3J8i9UA==", 630_000_000),
        [new("libtorch-cpu-win-x64", "2.10.0")] = ("qvrEe8b8U1SPnsqShWgJ9gE/UfzFiq+QRPJdAegxwtEBgL/jZPQPvKAhqYkpEe5kb6AXCi840KDqvDaHQuAqEA==", 350_000_000),
        [new("libtorch-cpu-osx-arm64", "2.10.0")] = ("njbW4NbjnO3UYsZymJA5EA8kvFQZveW2rVS07QinYOxxgs6hyZFTI82zBDt0ix1yRRCZ+v+fm+pHXG37WKjyhA==", 310_000_000),
    };

    public static long RoomFor(TorchPackage root) => Published.TryGetValue(root, out (string, long Room) published) ? published.Room : CudaRoom;

    /// <summary>Fetches a package and all parts of libtorch that it needs; those that are there already are not fetched again.</summary>
    public IReadOnlyList<string> Fetch(TorchPackage root, Action<TorchPackage, int, int>? report, CancellationToken stop)
    {
        List<TorchPackage> packages = [root];
        for (int i = 0; i < packages.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            report?.Invoke(packages[i], i, packages.Count);
            packages.AddRange(FetchOne(packages[i]).Except(packages).ToArray());
        }
        return _files;
    }

    /// <summary>Unpacks the libraries of all packages into a new folder, and puts those together that come in parts.</summary>
    public void Unpack(string rid, string target, CancellationToken stop)
    {
        Directory.CreateDirectory(target);
        try
        {
            UnpackAll(rid, target, stop);
        }
        catch (DataFormatException damaged)
        {
            // The next call fetches it anew.
            if (Path.GetDirectoryName(damaged.Path) == folder)
                File.Delete(damaged.Path!);
            throw new TorchInstallException(TorchInstallException.PackageDamaged, damaged.Message, damaged);
        }
    }

    private void UnpackAll(string rid, string target, CancellationToken stop)
    {
        List<(string Package, string Entry, string Library, int Number)> fragments = [];
        Dictionary<string, string> sums = [];
        foreach (string file in _files)
        {
            using ZipArchive archive = ZipFile.OpenRead(file);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                stop.ThrowIfCancellationRequested();
                if (EntryName().Match(entry.FullName) is not { Success: true } name || (name.Groups["rid"].Value is { Length: > 0 } other && other != rid))
                    continue;
                string library = Path.GetFileName(Uri.UnescapeDataString(name.Groups["file"].Value));
                if (name.Groups["number"].Value is { Length: > 0 } number)
                    fragments.Add((file, entry.FullName, library, int.Parse(number, CultureInfo.InvariantCulture)));
                else if (library.EndsWith(".sha", StringComparison.Ordinal))
                    sums[library[..^4]] = ReadText(file, entry);
                else if (!IsForOthers(library))
                    Append(file, entry, Path.Combine(target, library), FileMode.Create);
            }
        }
        foreach ((string package, string entry, string library, _) in fragments.OrderBy(fragment => fragment.Library, StringComparer.Ordinal).ThenBy(fragment => fragment.Number))
        {
            stop.ThrowIfCancellationRequested();
            using ZipArchive archive = ZipFile.OpenRead(package);
            Append(package, archive.GetEntry(entry)!, Path.Combine(target, library), FileMode.Append);
        }
        foreach ((string library, string sum) in sums)
        {
            using FileStream file = File.OpenRead(Path.Combine(target, library));
            if (!Convert.ToHexString(SHA256.HashData(file)).Equals(sum.Trim(), StringComparison.OrdinalIgnoreCase))
                throw new TorchInstallException(TorchInstallException.PackageDamaged, $"{library}, put together of its parts, is not as its package states: give another repository.");
        }
    }

    private TorchPackage[] FetchOne(TorchPackage package)
    {
        string kept = Path.Combine(folder, package.FileName);
        if (File.Exists(kept))
        {
            try
            {
                TorchPackage[] parts = Verified(package, kept);
                _files.Add(kept);
                return parts;
            }
            catch (TorchInstallException)
            {
                File.Delete(kept);
            }
        }
        string beside = Directory.CreateDirectory(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp")).FullName;
        try
        {
            string file = source(package, beside);
            TorchPackage[] parts = Verified(package, file);
            if (Path.GetDirectoryName(file) == beside)
                File.Move(file, file = kept);
            else if (isCopied)
                AtomicFile.Write(kept, copy => Copy(file, copy));
            _files.Add(isCopied ? kept : file);
            return parts;
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
    }

    private static void Copy(string file, Stream to)
    {
        using FileStream from = File.OpenRead(file);
        from.CopyTo(to);
    }

    // The parts of libtorch that a package needs, once it is seen to be the one that was asked for.
    private static TorchPackage[] Verified(TorchPackage package, string file)
    {
        if (Published.TryGetValue(package, out (string Sha512, long) published))
        {
            using FileStream content = File.OpenRead(file);
            if (Convert.ToBase64String(SHA512.HashData(content)) != published.Sha512)
                throw new TorchInstallException(TorchInstallException.PackageDamaged, $"'{file}' is not {package} as it was published, whose SHA-512 is {published.Sha512}: fetch it again, or give another repository.");
        }
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(file);
            using Stream text = (archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase)) ?? throw new InvalidDataException("It has no nuspec.")).Open();
            XElement[] elements = [.. XDocument.Load(text).Descendants()];
            string? Named(string name) => elements.FirstOrDefault(element => element.Name.LocalName == name)?.Value;
            if (!package.Id.Equals(Named("id"), StringComparison.OrdinalIgnoreCase) || Named("version") != package.Version)
                throw new InvalidDataException($"It is {Named("id")} {Named("version")}.");
            // A version may be written as a range, of which NuGet takes the lower end.
            return
            [
                .. elements.Where(element => element.Name.LocalName == "dependency")
                    .Select(element => new TorchPackage((string?)element.Attribute("id") ?? "", ((string?)element.Attribute("version") ?? "").Trim('[', ']', '(', ')', ' ').Split(',')[0]))
                    .Where(part => part.Id.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase))
                    .Distinct(),
            ];
        }
        catch (Exception damage) when (damage is InvalidDataException or XmlException)
        {
            throw new TorchInstallException(TorchInstallException.PackageDamaged, $"'{file}' is not {package}, or damaged ({damage.Message}): fetch it again, or give another repository.", damage);
        }
    }

    private static string ReadText(string package, ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(Packing.Open(package, entry));
        return reader.ReadToEnd();
    }

    private static void Append(string package, ZipArchiveEntry entry, string path, FileMode mode)
    {
        using Stream part = Packing.Open(package, entry);
        using var library = new FileStream(path, mode);
        part.CopyTo(library, 1 << 20);
        library.Flush(flushToDisk: true);
    }

    // libtorch's own tests, and what Python alone uses.
    private static bool IsForOthers(string library) => library.Contains("test", StringComparison.Ordinal) || library.Contains("torch_python", StringComparison.Ordinal);

    [GeneratedRegex(@"^(runtimes/(?<rid>[^/]+)/native/(?<file>[^/]+)|fragments/(?<rid>[^/]+)/native/(?<file>[^/]+)\.fragment(?<number>[0-9]{1,3})|(?<file>LICENSE-LIBTORCH\.txt))$", RegexOptions.ExplicitCapture)]
    private static partial Regex EntryName();
}

/// <summary>libtorch could not be brought to this machine.</summary>
internal sealed class TorchInstallException(ErrorCause cause, string message, Exception? inner = null) : TorchLibraryException(cause, message, inner)
{
    public static readonly ErrorCause PackageDamaged = new("TorchPackageDamaged", ErrorKind.InvalidData,
        "A package of libtorch is damaged, or not the one that was published.", "Fetch it again, or give another repository.");

    public static readonly ErrorCause NoRoom = new("TorchLibraryNoRoom", ErrorKind.ResourceUnavailable,
        "The disk has too little room for libtorch.", "Free some space, or give another path.");

    public static readonly ErrorCause FolderTaken = new("TorchLibraryFolderTaken", ErrorKind.ResourceExists,
        "The folder that shall hold libtorch holds something else.", "Give the path of a folder of its own, or `-Force` where it holds another libtorch.");
}
