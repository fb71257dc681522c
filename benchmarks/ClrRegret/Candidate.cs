namespace ClrRegret;

/// <summary>Bounds to train with; none where a method suggested none.</summary>
internal readonly record struct Candidate(double BaseLr, double MaxLr);
