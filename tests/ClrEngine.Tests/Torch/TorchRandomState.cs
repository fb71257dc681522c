namespace ClrEngine.Tests.Torch;

/// <summary>Tests that seed or read torch's generator, of which a process has one: none of them beside another test.</summary>
[CollectionDefinition(nameof(TorchRandomState), DisableParallelization = true)]
public sealed class TorchRandomState;
