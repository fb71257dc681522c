using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>What a model learns to make small, and what counts as a right answer.</summary>
internal interface ILoss : IDisposable
{
    /// <summary>The mean loss of a batch: one number on the device, to be differentiated.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    /// <param name="targets">The targets of the same samples: classes as whole numbers, or values with a column each.</param>
    Tensor Mean(Tensor output, Tensor targets);

    /// <summary>The loss summed over the samples, each with its weight, for evaluation.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    /// <param name="targets">The targets of the same samples.</param>
    Tensor Sum(Tensor output, Tensor targets);

    /// <summary>The weights of the samples, summed on the device; null where each weighs 1.</summary>
    /// <param name="targets">The targets.</param>
    Tensor? Weight(Tensor targets);

    /// <summary>Whether an answer can be right or wrong.</summary>
    bool CountsHits => true;

    /// <summary>How many samples were answered rightly: one whole number on the device; null where the task has no classes.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    /// <param name="targets">The targets of the same samples.</param>
    Tensor? Hits(Tensor output, Tensor targets);

    /// <summary>What outputs say, in a form whose mean over several models says something too: probabilities, or the values themselves.</summary>
    /// <param name="output">The model's output, in 32 bits.</param>
    Tensor Predictions(Tensor output) => output.to_type(ScalarType.Float64, copy: true);

    /// <summary>The outputs that would say so: the way back from <see cref="Predictions"/>.</summary>
    /// <param name="predictions">Such predictions, or a mean of them.</param>
    Tensor Outputs(Tensor predictions) => predictions.alias();
}
