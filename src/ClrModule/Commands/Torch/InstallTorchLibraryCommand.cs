using ClrEngine.Torch.Native;

namespace ClrModule.Commands.Torch;

/// <summary>Brings libtorch, which trains, to this machine for one user; no SDK is needed.</summary>
[Cmdlet(VerbsLifecycle.Install, "TorchLibrary", SupportsShouldProcess = true)]
[OutputType(typeof(TorchInstallation))]
public sealed class InstallTorchLibraryCommand : TorchLibraryCommand
{
    /// <summary>cpu, cuda, or auto: CUDA where this machine has NVIDIA's driver.</summary>
    [Parameter(Position = 0), ArgumentCompleter(typeof(BackendCompleter)), ValidateListed(typeof(BackendCompleter))]
    public string Backend { get; set; } = "auto";

    /// <summary>
    /// A folder of its own that shall hold the libraries, in place of this user's, where they are found by themselves.
    /// Processes find it by the environment variable CLR_LIBTORCH.
    /// </summary>
    [Parameter, Alias("LiteralPath", "LP")]
    public string? Path { get; set; }

    /// <summary>Fetches and unpacks it again where it is there, and replaces another version in the path.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void Process()
    {
        var installer = new TorchInstaller(Backend.ToLowerInvariant());
        TorchInstallation wanted = installer.Wanted;
        string? folder = Path is null ? null : this.FolderPath(Path, nameof(Path));
        // Also -WhatIf says what stands in the way.
        installer.NeedsWork(folder, Force);
        if (!ShouldProcess(folder ?? wanted.Path, $"Install libtorch {wanted.Version} ({wanted.Backend}, {wanted.Platform}, up to {installer.Room / 1_000_000} MB while it is unpacked)"))
            return;
        TorchInstallation there = installer.Install(folder, Source(), Force, Report, StopToken);
        Done();
        WriteVerbose($"libtorch {there.Version} ({there.Backend}) is in '{there.Path}'.");
        string? variable = Environment.GetEnvironmentVariable("CLR_LIBTORCH");
        if (variable is { Length: > 0 } ? System.IO.Path.TrimEndingDirectorySeparator(variable) != there.Path : folder is not null)
            WriteWarning($"Processes take this libtorch where CLR_LIBTORCH is '{there.Path}'{(folder is null ? " or not set" : "")}; here it is {(variable is { Length: > 0 } ? $"'{variable}'" : "not set")}.");
        if (TorchLibrary.IsLoaded)
            WriteWarning("This process has loaded a libtorch already, and keeps it: start a new one.");
        if (PassThru)
            WriteObject(there);
    }
}
