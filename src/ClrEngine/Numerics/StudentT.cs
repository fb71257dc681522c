namespace ClrEngine.Numerics;

/// <summary>Student's t distribution: how far a mean of few values may lie from the true one.</summary>
internal static class StudentT
{
    private const double Precise = 1e-15;

    // Lanczos' approximation with g = 7 and nine terms, whose relative error is below 1e-14.
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>How likely a value at least as far from 0, on either side, is.</summary>
    public static double TwoSided(double t, double freedom) => double.IsInfinity(t) ? 0 : IncompleteBeta(freedom / 2, 0.5, freedom / (freedom + (t * t)));

    /// <summary>The value beyond which, on either side, such a share lies.</summary>
    public static double Beyond(double share, double freedom)
    {
        double low = 0, high = 1;
        while (TwoSided(high, freedom) > share) high *= 2;
        for (int i = 0; i < 200 && high - low > Precise * high; i++)
        {
            double middle = (low + high) / 2;
            if (TwoSided(middle, freedom) > share) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    // By Lentz's continued fraction, which converges fast on the side of the mean.
    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
        if (x > (a + 1) / (a + b + 2)) return 1 - IncompleteBeta(b, a, 1 - x);
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), fraction = d;
        for (int m = 1; m < 10_000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            (c, d) = (NotZero(1 + (even / c)), 1 / NotZero(1 + (even * d)));
            fraction *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            (c, d) = (NotZero(1 + (odd / c)), 1 / NotZero(1 + (odd * d)));
            fraction *= c * d;
            if (Math.Abs((c * d) - 1) < Precise) break;
        }

        return front * fraction;

        static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
    }

    private static double LogGamma(double x)
    {
        double sum = Lanczos[0], t = x + 6.5;
        for (int i = 1; i < Lanczos.Length; i++) sum += Lanczos[i] / (x - 1 + i);
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
