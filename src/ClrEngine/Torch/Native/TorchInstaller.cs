using System.Runtime.InteropServices;
using ClrEngine.Files;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Torch.Native;

/// <summary>A libtorch that was unpacked into a folder of its own.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Backend"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Platform">The system and processor that it runs on, such as <c>linux-x64</c>.</param>
/// <param name="Path">The folder.</param>
public sealed record TorchInstallation(string Version, string Backend, string Platform, string Path)
{
    // Written last, in a folder that gets its name only then.
    private const string Marker = "installed.txt";

    /// <summary>What an installer has put into a folder; null where none has.</summary>
    internal static TorchInstallation? In(string folder)
    {
        string marker = System.IO.Path.Combine(folder, Marker);
        return File.Exists(marker) && File.ReadAllText(marker).Split(' ') is [var version, var backend, var platform] ? new(version, backend, platform, folder) : null;
    }

    internal void Mark(string folder) => AtomicFile.Write(System.IO.Path.Combine(folder, Marker), $"{Version} {Backend} {Platform}");
}

/// <summary>
/// Brings libtorch to a machine without an SDK: fetches its NuGet packages, verifies them, and unpacks them beside the folder that they shall
/// have, which is renamed when all is there. A call that was broken off goes on with the packages that are missing; two calls at once wait for each other.
/// </summary>
/// <remarks>
/// The packages for the CPU are held against the SHA-512 that nuget.org states for them. Those with CUDA are some twenty; each entry is held
/// against its checksum in the archive, and each library that was put together of parts against the SHA-256 that its package states.
/// </remarks>
public sealed class TorchInstaller
{
    private readonly TorchPlatform _platform;
    private readonly bool _cuda;

    /// <summary>Chooses what to bring.</summary>
    /// <param name="backend"><c>cpu</c>, <c>cuda</c>, or <c>auto</c>: CUDA where this machine has NVIDIA's driver.</param>
    /// <param name="platform">The system and processor, such as <c>linux-x64</c>; those of this process if omitted.</param>
    /// <exception cref="InvalidParameterException">There is no such libtorch.</exception>
    public TorchInstaller(string backend = "auto", string? platform = null)
    {
        _platform = platform is null ? TorchPlatform.Current() : TorchPlatform.All.FirstOrDefault(known => known.Rid == platform)
            ?? throw new InvalidParameterException("Platform", platform, $"'{platform}' is none of {string.Join(", ", TorchPlatform.All.Select(known => known.Rid))}, for which there is a libtorch.");
        bool canHaveCuda = _platform.Libraries.Any(file => file.IsCuda);
        _cuda = backend switch
        {
            "cpu" => false,
            "cuda" when canHaveCuda => true,
            "auto" => canHaveCuda && _platform == TorchPlatform.Current() && HasNvidiaDriver(),
            _ => throw new InvalidParameterException("Backend", backend, $"There is no libtorch of the kind '{backend}' for {_platform.Rid}; give cpu{(canHaveCuda ? ", cuda" : "")} or auto."),
        };
    }

    /// <summary>Every platform that libtorch is published for.</summary>
    public static IReadOnlyList<string> Platforms { get; } = [.. TorchPlatform.All.Select(platform => platform.Rid)];

    /// <summary>What will be there, and where it lies for this user; the path is empty for a user without a folder.</summary>
    public TorchInstallation Wanted => new(
        TorchVersions.Libtorch,
        Backend,
        _platform.Rid,
        TorchEnvironment.UserRoot() is { } root ? Path.Combine(root, FolderName(TorchVersions.Libtorch, Backend, _platform.Rid)) : "");

    /// <summary>How many bytes packages and libraries take together while they are unpacked, rounded up.</summary>
    public long Room => TorchPackages.RoomFor(Root);

    private string Backend => _cuda ? "cuda" : "cpu";

    private TorchPackage Root => _cuda
        ? new($"TorchSharp-cuda-{(_platform == TorchPlatform.WindowsX64 ? "windows" : "linux")}", TorchVersions.TorchSharp)
        : new($"libtorch-cpu-{_platform.Rid}", TorchVersions.Libtorch);

    /// <summary>How many bytes are free where a folder is or will be; tests replace it.</summary>
    internal Func<string, long> FreeSpace { get; init; } = CheckpointFolder.FreeSpace;

    /// <summary>Fetches the packages into a folder, from which <see cref="Install"/> takes them on another machine.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="source">Brings a package.</param>
    /// <param name="report">Told the package that comes next, and how many are there and known.</param>
    /// <param name="stop">Ends the work; what is there stays for the next call.</param>
    /// <returns>The packages' files.</returns>
    /// <exception cref="TorchLibraryException">The disk has too little room, or a package is not the published one.</exception>
    public IReadOnlyList<string> Save(string folder, TorchPackageSource source, Action<TorchPackage, int, int>? report = null, CancellationToken stop = default)
    {
        AtomicFile.RequireWritableFolder(folder);
        RequireRoom(folder, Room / 2);
        return new TorchPackages(folder, source, isCopied: true).Fetch(Root, report, stop);
    }

    /// <summary>Brings libtorch into a folder, unless it is there.</summary>
    /// <param name="folder">The folder, as a full path; null for the place of this user, where it is found without further ado.</param>
    /// <param name="source">Brings a package.</param>
    /// <param name="replace">Whether an installation that is there is replaced.</param>
    /// <param name="report">Told the package that comes next, and how many are there and known.</param>
    /// <param name="stop">Ends the work; packages that are there stay for the next call.</param>
    /// <returns>What is in the folder.</returns>
    /// <exception cref="TorchLibraryException">The disk has too little room, a package is not the published one, or the folder holds something else.</exception>
    public TorchInstallation Install(string? folder, TorchPackageSource source, bool replace = false, Action<TorchPackage, int, int>? report = null, CancellationToken stop = default)
    {
        TorchInstallation wanted = WantedIn(folder);
        if (!NeedsWork(folder, replace))
            return wanted;
        string parent = Path.GetDirectoryName(wanted.Path)!;
        MakeFolder(parent, isPrivate: folder is null);
        AtomicFile.RequireWritableFolder(parent);
        string name = $".{Path.GetFileName(wanted.Path)}";
        using FileStream held = Hold(Path.Combine(parent, name + ".lock"), stop);
        // Another call may have done it meanwhile.
        if (NeedsWork(folder, replace))
            Bring(Path.Combine(parent, name + ".work"));
        return wanted;

        void Bring(string work)
        {
            // Packages of a call that was broken off stay, what it was unpacking does not.
            foreach (string left in Directory.Exists(work) ? Directory.GetDirectories(work) : [])
                Directory.Delete(left, recursive: true);
            Directory.CreateDirectory(work);
            RequireRoom(work, Room);
            var packages = new TorchPackages(work, source, isCopied: false);
            packages.Fetch(Root, report, stop);
            string beside = Path.Combine(work, "new");
            packages.Unpack(_platform.Rid, beside, stop);
            if (Missing(beside) is [var missing, ..])
                throw new TorchInstallException(TorchInstallException.PackageDamaged, $"{Root} and what it needs hold no {missing}: give another repository.");
            wanted.Mark(beside);
            if (Directory.Exists(wanted.Path))
                Directory.Move(wanted.Path, Path.Combine(work, "old"));
            AtomicFile.MoveFolder(beside, wanted.Path);
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Whether something is to be brought into a folder, or null for the place of this user.</summary>
    /// <exception cref="TorchInstallException">The folder holds something else.</exception>
    internal bool NeedsWork(string? folder, bool replace)
    {
        TorchInstallation wanted = WantedIn(folder);
        if (Path.GetDirectoryName(wanted.Path) is not { Length: > 0 })
            throw new TorchInstallException(TorchInstallException.FolderTaken, $"'{wanted.Path}' cannot hold libtorch: give the path of a folder of its own.");
        if (!Directory.Exists(wanted.Path) || !Directory.EnumerateFileSystemEntries(wanted.Path).Any())
            return true;
        TorchInstallation? there = TorchInstallation.In(wanted.Path);
        if (there is null || (there != wanted && !replace))
            throw new TorchInstallException(TorchInstallException.FolderTaken, $"'{wanted.Path}' holds {(there is null ? "something else" : $"libtorch {there.Version} for {there.Backend}, {there.Platform}; give -Force to replace it")}: give another path.");
        return replace || Missing(wanted.Path).Length > 0;
    }

    private TorchInstallation WantedIn(string? folder) => folder is null ? Wanted : Wanted with { Path = Path.TrimEndingDirectorySeparator(folder) };

    private static bool HasNvidiaDriver()
    {
        if (!CudaDriver.TryLoad(out nint driver))
            return false;
        NativeLibrary.Free(driver);
        return true;
    }

    private static void MakeFolder(string folder, bool isPrivate)
    {
        if (isPrivate && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        else
            Directory.CreateDirectory(folder);
    }

    // The lock file stays: removing it would let two calls hold locks on two files of one name.
    private static FileStream Hold(string path, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (RunLock.IsHeld(held))
            {
                stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    internal static string FolderName(string version, string backend, string rid) => $"{version}-{backend}-{rid}";

    private void RequireRoom(string folder, long bytes)
    {
        if (FreeSpace(folder) is var free && free < bytes)
            throw new TorchInstallException(TorchInstallException.NoRoom, string.Create(CultureInfo.InvariantCulture, $"libtorch takes {bytes / 1e6:N0} MB while it is unpacked, and {free / 1e6:N0} MB are free at '{folder}': free some, or give another path."));
    }

    private string[] Missing(string folder) => [.. _platform.Libraries.Where(file => _cuda || !file.IsCuda).Select(file => file.FileName).Where(name => !File.Exists(Path.Combine(folder, name)))];
}
