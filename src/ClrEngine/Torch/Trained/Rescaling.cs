using ClrEngine.Data;

namespace ClrEngine.Torch.Trained;

/// <summary>Gives samples the scaling that a trained model knows in place of the one that they have.</summary>
internal static class Rescaling
{
    /// <summary>The samples as the model knows them.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="has">The scaling that they have.</param>
    /// <param name="wants">The model's own.</param>
    public static ISampleReader Between(ISampleReader samples, FeatureScaling has, TrainedModelInfo wants)
    {
        if (has.Means.SequenceEqual(wants.Means) && has.StandardDeviations.SequenceEqual(wants.StandardDeviations))
            return samples;
        // (x d + m - M) / D = (x - (M - m) / d) / (D / d), where x has the mean m and the deviation d of its own data.
        float[] means = [.. wants.Means.Select((mean, i) => (mean - has.Means[i]) / has.StandardDeviations[i])];
        float[] deviations = [.. wants.StandardDeviations.Select((deviation, i) => deviation / has.StandardDeviations[i])];
        return new ScaledSamples(samples, new FeatureScaling([.. means], [.. deviations]));
    }
}
