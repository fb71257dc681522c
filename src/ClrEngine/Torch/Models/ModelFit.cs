using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Looks whether a module fits the data, before anything is trained.</summary>
internal static class ModelFit
{
    // Two samples show a model that loses the batch's dimension.
    private const int Samples = 2;

    /// <summary>Sends two samples through the module in evaluation mode; its mode and the random state stay as they were.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name for people.</param>
    /// <param name="samples">The training samples.</param>
    /// <param name="outputs">The columns that its output must have.</param>
    /// <exception cref="ModelMismatchException">It has nothing to train, cannot take a sample, or its output has another shape.</exception>
    public static void Require(nn.Module<Tensor, Tensor> module, string name, ISampleReader samples, int outputs)
    {
        if (!module.parameters().Any(parameter => parameter.requires_grad))
            throw new ModelMismatchException("NothingToTrain", $"Model '{name}' has no parameter to train. If its layers are fields of a class, call RegisterComponents() at the end of its constructor; if it is a TorchScript file, export it without torch.jit.freeze.");
        int count = (int)Math.Min(Samples, samples.Count);
        long[] shape = Output(module, name, samples, count);
        if (!shape.SequenceEqual([count, outputs]))
            throw new ModelMismatchException("ModelOutput", $"Model '{name}' answers {count} samples with the shape [{string.Join(", ", shape)}], but this data needs [{count}, {outputs}]: end the model in a linear layer with {outputs} output{(outputs == 1 ? "" : "s")}.");
    }

    private static long[] Output(nn.Module<Tensor, Tensor> module, string name, ISampleReader samples, int count)
    {
        var values = new float[count * samples.SampleLength];
        samples.Read(Enumerable.Range(0, count).Select(i => (long)i).ToArray(), values);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = new EvaluationMode(module);
        Tensor random = get_rng_state();
        Tensor features = tensor(values, [count, .. samples.Shape], device: module.parameters().First().device);
        try
        {
            return module.call(features).shape;
        }
        // A module is anybody's code and may throw anything.
        catch (Exception refused) when (refused is not ModelMismatchException)
        {
            throw new ModelMismatchException("ModelInput", $"Model '{name}' cannot take samples of the shape [{string.Join(", ", samples.Shape)}]: {TorchOperationException.Reason(refused)}. Give a model for this shape, such as -Model mlp.", refused);
        }
        finally
        {
            set_rng_state(random);
        }
    }
}
