namespace ClrRegret;

/// <summary>All methods on a task, and the best bounds of the grid.</summary>
internal sealed record RegretResult(string Task, Candidate Best, double BestAccuracy, IReadOnlyList<RegretRow> Rows)
{
    /// <summary>What a method loses against the best of the grid, in points of validation accuracy; below 0 where it beats the grid.</summary>
    public double Regret(string method) => BestAccuracy - Rows.Single(r => r.Method == method).Accuracy;
}
