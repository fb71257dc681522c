using ClrEngine.Torch.Native;

namespace ClrModule.Commands.Torch;

/// <summary>A cmdlet that fetches libtorch.</summary>
public abstract class TorchLibraryCommand : ClrCommand
{
    /// <summary>
    /// Where its NuGet packages come from: the name of a registered repository (Get-PSResourceRepository), the address of a feed, or a folder
    /// that Save-TorchLibrary filled. If omitted: the registered repositories but the galleries of PowerShell, then the sources of this user's
    /// NuGet configuration, then nuget.org where there is no such configuration.
    /// </summary>
    [Parameter]
    public string? Repository { get; set; }

    /// <summary>What the repository asks for, where neither it is registered with credentials nor the NuGet configuration has them.</summary>
    [Parameter, Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Gives what is there now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected TorchPackageSource Source() => new PackageRepositories(this, Repository, Credential).Fetch;

    private protected void Report(TorchPackage package, int done, int known) =>
        WriteProgress(new ProgressRecord(0, "Fetching libtorch", $"{package}, package {done + 1} of {known}") { PercentComplete = 100 * done / known });

    private protected void Done() => WriteProgress(new ProgressRecord(0, "Fetching libtorch", "Done") { RecordType = ProgressRecordType.Completed });
}

/// <summary>Completes <c>-Backend</c>.</summary>
public sealed class BackendCompleter : ListCompleter
{
    protected override IEnumerable<(string Value, string Text)> Values =>
    [
        ("auto", "CUDA where this machine has NVIDIA's driver, else for the CPU."),
        ("cpu", "For the CPU: 130 MB to fetch, 500 MB on the disk."),
        ("cuda", "For NVIDIA's GPUs on Linux and Windows: some 3 GB to fetch, 6 GB on the disk."),
    ];
}

/// <summary>Completes <c>-Platform</c>.</summary>
public sealed class PlatformCompleter : ListCompleter
{
    protected override IEnumerable<(string Value, string Text)> Values => TorchInstaller.Platforms.Select(platform => (platform, platform));
}
