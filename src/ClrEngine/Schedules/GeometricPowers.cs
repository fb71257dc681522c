namespace ClrEngine.Schedules;

/// <summary>
/// The powers gamma^t, each the product of a power at a multiple of 256 and one of 256 remembered powers:
/// a run of them costs one multiplication each, and gives the same bits as asking for them one by one.
/// </summary>
internal sealed class GeometricPowers : IEquatable<GeometricPowers>
{
    /// <summary>Powers from one anchor to the next.</summary>
    public const int Block = 256;

    private readonly double _gamma;
    private readonly double[] _within = new double[Block];

    public GeometricPowers(double gamma)
    {
        _gamma = gamma;
        for (int i = 0; i < Block; i++)
            _within[i] = Math.Pow(gamma, i);
    }

    /// <summary>gamma^0 to gamma^255.</summary>
    public ReadOnlySpan<double> Within => _within;

    /// <summary>The power at the last multiple of 256 that is not past a step.</summary>
    public double Anchor(long step) => Math.Pow(_gamma, step & ~(Block - 1L));

    public double At(long step) => Anchor(step) * _within[(int)(step & (Block - 1))];

    public bool Equals(GeometricPowers? other) => other is not null && _gamma == other._gamma;

    public override bool Equals(object? obj) => Equals(obj as GeometricPowers);

    public override int GetHashCode() => _gamma.GetHashCode();
}
