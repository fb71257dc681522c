using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Torch.Models;
using static TorchSharp.torch;

namespace ClrModule.Binding;

/// <summary>What <c>-Model</c> takes: a name or a module.</summary>
internal static class ModelArgument
{
    public static ModelSource Resolve(object model) => (model is PSObject wrapped ? wrapped.BaseObject : model) switch
    {
        string name => new ModelSource(name),
        nn.Module<Tensor, Tensor> module => new ModelSource(module),
        ModelSource source => source,
        var other => throw new InvalidParameterException("Model", other, $"A {other.GetType().Name} is not a model; give a name such as mlp, or a TorchSharp module that maps one tensor to one tensor."),
    };
}
