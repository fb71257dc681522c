using ClrEngine.Tests.Torch;
using ClrEngine.Torch.Native;

[assembly: AssemblyFixture(typeof(TorchOnDemand))]

namespace ClrEngine.Tests.Torch;

/// <summary>Lets a test use TorchSharp first: the runner picks the order by the folder that the tests lie in.</summary>
public sealed class TorchOnDemand
{
    /// <summary>Answers TorchSharp's first call from here on. Loads nothing now.</summary>
    public TorchOnDemand() => TorchLibrary.LoadOnDemand();
}

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
