using ClrEngine.Torch.Native;
using Xunit;

namespace ClrEngine.Tests.Torch;

/// <summary>Tests that seed or read torch's generator, of which a process has one: none of them beside another test.</summary>
[CollectionDefinition(nameof(TorchRandomState), DisableParallelization = true)]
public sealed class TorchRandomState : ICollectionFixture<TorchRandomState.Loaded>
{
    /// <summary>libtorch, loaded before the first of them.</summary>
    public sealed class Loaded
    {
        public Loaded() => TorchLibrary.EnsureLoaded();
    }
}
