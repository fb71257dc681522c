namespace ClrRegret;

/// <summary>A method on a task: mean accuracy over the seeds, and how often it had no suggestion (which counts as a guess).</summary>
internal sealed record RegretRow(string Method, double Accuracy, double MedianBase, double MedianMax, int Without);
