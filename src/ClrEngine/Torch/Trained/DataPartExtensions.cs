using ClrEngine.Data;

namespace ClrEngine.Torch.Trained;

/// <summary>Takes a part of a data set.</summary>
public static class DataPartExtensions
{
    /// <summary>The samples of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="data">The data set.</param>
    /// <returns>One set, or both.</returns>
    public static IReadOnlyList<LabelledData> Of(this DataPart part, TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return part switch
        {
            DataPart.Train => [data.Train],
            DataPart.All => [data.Train, data.Validation],
            _ => [data.Validation],
        };
    }
}
