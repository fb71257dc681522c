using System.Runtime.CompilerServices;
using ClrEngine.Torch.Native;

namespace ClrModule;

/// <summary>What PowerShell calls when the module is imported: scripts may use TorchSharp before any cmdlet has run.</summary>
public sealed class ModuleImport : IModuleAssemblyInitializer
{
    public void OnImport()
    {
        TorchLibrary.LoadOnDemand();
        // PowerShell finds types of loaded assemblies only: scripts use [TorchSharp.torch], which does not bring in libtorch, and views [ClrFigures.NumberText].
        foreach (Type type in new[] { typeof(TorchSharp.torch), typeof(ClrFigures.NumberText) })
            RuntimeHelpers.RunModuleConstructor(type.Module.ModuleHandle);
    }
}
