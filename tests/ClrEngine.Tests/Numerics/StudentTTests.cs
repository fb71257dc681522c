using ClrEngine.Numerics;

namespace ClrEngine.Tests.Numerics;

public sealed class StudentTTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.3)]
    [InlineData(40)]
    public void With_one_two_and_four_degrees_of_freedom_it_is_what_the_closed_forms_give(double t)
    {
        double s = t / Math.Sqrt(4 + (t * t));
        Assert.Equal(1 - (2 / Math.PI * Math.Atan(t)), StudentT.TwoSided(t, 1), 1e-12);
        Assert.Equal(1 - (t / Math.Sqrt(2 + (t * t))), StudentT.TwoSided(t, 2), 1e-12);
        Assert.Equal(1 - (s * (3 - (s * s)) / 2), StudentT.TwoSided(t, 4), 1e-12);
        Assert.Equal(StudentT.TwoSided(t, 7), StudentT.TwoSided(-t, 7));
    }

    // The values that tables of the distribution have.
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(4, 2.776)]
    [InlineData(9, 2.262)]
    [InlineData(30, 2.042)]
    [InlineData(1000, 1.962)]
    public void Beyond_a_share_of_a_twentieth_lies_what_tables_say(double freedom, double value)
    {
        Assert.Equal(value, StudentT.Beyond(0.05, freedom), 5e-4);
        Assert.Equal(0.05, StudentT.TwoSided(StudentT.Beyond(0.05, freedom), freedom), 1e-12);
    }
}
