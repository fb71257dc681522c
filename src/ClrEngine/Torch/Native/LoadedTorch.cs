using System.Reflection;
using System.Runtime.Loader;
using TorchSharp;

namespace ClrEngine.Torch.Native;

/// <summary>Loaded libraries.</summary>
/// <param name="Source">Where they came from.</param>
/// <param name="Handles">The system's handle of each, by the bare name that TorchSharp imports.</param>
internal sealed record LoadedTorch(TorchLibrarySource Source, IReadOnlyDictionary<string, nint> Handles)
{
    /// <summary>Answers TorchSharp when it asks for a native library that probing does not find.</summary>
    public void AnswerTorchSharp()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
    }

    private nint Resolve(Assembly assembly, string name)
        => Handles.TryGetValue(name, out nint handle) ? handle : 0;
}
