namespace ClrEngine.Schedules;

/// <summary>What a schedule sets for one parameter group at one update.</summary>
/// <param name="LearningRate">The learning rate in force for the group.</param>
/// <param name="Momentum">The momentum (for the Adam family β1) in force, or null where the schedule leaves the optimiser's own.</param>
public readonly record struct GroupPoint(double LearningRate, double? Momentum = null);
