namespace ClrEngine.Training;

/// <summary>A learner's state at one moment, held by value until disposed.</summary>
public interface ILearnerState : IDisposable;
