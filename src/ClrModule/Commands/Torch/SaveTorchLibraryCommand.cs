using ClrEngine.Torch.Native;

namespace ClrModule.Commands.Torch;

/// <summary>Fetches libtorch's packages into a folder, from which Install-TorchLibrary takes them on a machine without a network.</summary>
[Cmdlet(VerbsData.Save, "TorchLibrary", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class SaveTorchLibraryCommand : TorchLibraryCommand
{
    /// <summary>The folder, which is made if it is not there. Packages that it holds are not fetched again.</summary>
    [Parameter(Mandatory = true, Position = 0), Alias("LiteralPath", "LP")]
    public string Path { get; set; } = "";

    /// <summary>cpu, cuda, or auto: CUDA where this machine has NVIDIA's driver.</summary>
    [Parameter(Position = 1), ArgumentCompleter(typeof(BackendCompleter)), ValidateListed(typeof(BackendCompleter))]
    public string Backend { get; set; } = "cpu";

    /// <summary>The system and processor of the other machine; those of this one if omitted.</summary>
    [Parameter, ArgumentCompleter(typeof(PlatformCompleter)), ValidateListed(typeof(PlatformCompleter))]
    public string? Platform { get; set; }

    protected override void Process()
    {
        var installer = new TorchInstaller(Backend.ToLowerInvariant(), Platform?.ToLowerInvariant());
        string folder = this.FolderPath(Path, nameof(Path));
        TorchInstallation wanted = installer.Wanted;
        if (!ShouldProcess(folder, $"Save the packages of libtorch {wanted.Version} ({wanted.Backend}, {wanted.Platform})"))
            return;
        IReadOnlyList<string> files = installer.Save(folder, Source(), Report, StopToken);
        Done();
        if (PassThru)
            WriteObject(files.Select(file => new FileInfo(file)), enumerateCollection: true);
    }
}
