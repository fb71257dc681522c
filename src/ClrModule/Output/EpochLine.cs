using System.Globalization;
using ClrEngine.Training;

namespace ClrModule.Output;

/// <summary>One epoch on one line, for people who watch a log.</summary>
internal static class EpochLine
{
    /// <summary>The tag of its records in the information stream.</summary>
    public const string Tag = "Epoch";

    /// <summary>Such as <c>Epoch 2 of 12: rate 0.0505, loss 0.1234, validation loss 0.1012, accuracy 97.21 %, 0.84 s, 27.4 steps/s</c>.</summary>
    public static string Of(EpochRecord epoch, TrainingRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"Epoch {epoch.Epoch} of {run.TotalEpochs}: rate {epoch.LearningRate:G4}, loss {epoch.TrainLoss:G4}, validation loss {epoch.ValidationLoss:G4}{Measure(epoch)}, {epoch.Seconds:F2} s, {run.StepsOf(epoch) / epoch.Seconds:G3} steps/s");

    private static string Measure(EpochRecord epoch) => epoch switch
    {
        { ValidationAccuracy: { } accuracy } => string.Create(CultureInfo.InvariantCulture, $", accuracy {accuracy:F2} %"),
        { ValidationRSquared: { } share } => string.Create(CultureInfo.InvariantCulture, $", R² {share:F4}"),
        _ => "",
    };
}
