using ClrEngine.Data;

namespace ClrEngine.Tests.Torch.Losses;

internal static class ChangedTargets
{
    /// <summary>The same samples with other values.</summary>
    public static TrainingData With(this TrainingData data, Func<ValueTargets, ValueTargets> change) => new(
        data.Name,
        data.Source,
        new LabelledData(data.Train.Samples, change((ValueTargets)data.Train.Targets)),
        new LabelledData(data.Validation.Samples, change((ValueTargets)data.Validation.Targets)),
        data.Scaling,
        data.Identity);
}
