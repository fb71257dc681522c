using System.Management.Automation;
using System.Runtime.CompilerServices;
using ClrEngine.Torch.Native;

namespace ClrModule;

/// <summary>What PowerShell calls when the module is imported: scripts may use TorchSharp before any cmdlet has run.</summary>
public sealed class ModuleImport : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport()
    {
        TorchLibrary.LoadOnDemand();
        // PowerShell finds types of loaded assemblies only: [TorchSharp.torch] shall be one. It does not bring in libtorch.
        RuntimeHelpers.RunModuleConstructor(typeof(TorchSharp.torch).Module.ModuleHandle);
    }
}
