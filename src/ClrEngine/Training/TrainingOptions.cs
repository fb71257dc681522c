using ClrEngine.Errors;

namespace ClrEngine.Training;

/// <summary>How long a training run goes on.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training samples.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public void Validate() => Require.AtLeast(Epochs, 1, nameof(Epochs));
}
