using ClrEngine.Data;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Data;

public sealed class StratifiedSplitTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithReplay(1506, 1187).WithQuietOnSuccess(true);
    private static readonly ClassTargets TenClasses = new([.. Enumerable.Range(0, 1000).Select(static i => (long)(i % 10))], [.. "0123456789".Select(static name => name.ToString())]);

    [Fact]
    public void Of_each_class_the_share_within_one_is_held_out() =>
        Prop.ForAll(Cases(), static c => c.Targets.Labels.Distinct().All(label =>
        {
            double share = c.Targets.Labels.Count(other => other == label) * c.Fraction;
            int held = c.Split().Validation.Count(index => c.Targets.Labels[(int)index] == label);
            return Math.Abs(held - share) <= 1;
        })).Check(Fixed);

    [Fact]
    public void Each_sample_is_in_exactly_one_part() =>
        Prop.ForAll(Cases(), static c =>
        {
            StratifiedSplit split = c.Split();
            return split.Train.Concat(split.Validation).Order().SequenceEqual(Enumerable.Range(0, c.Targets.Labels.Length).Select(static i => (long)i));
        }).Check(Fixed);

    [Fact]
    public void Each_class_keeps_a_sample_to_learn_from() =>
        Prop.ForAll(Cases(), static c =>
            c.Split().Train.Select(index => c.Targets.Labels[(int)index]).Distinct().Count() == c.Targets.Labels.Distinct().Count()).Check(Fixed);

    [Fact]
    public void The_same_seed_holds_out_the_same_samples() =>
        Assert.Equal(StratifiedSplit.HoldOut(TenClasses, 0.2, 7).Validation, StratifiedSplit.HoldOut(TenClasses, 0.2, 7).Validation);

    [Fact]
    public void Another_seed_holds_out_other_samples() =>
        Assert.NotEqual(StratifiedSplit.HoldOut(TenClasses, 0.2, 7).Validation, StratifiedSplit.HoldOut(TenClasses, 0.2, 8).Validation);

    [Fact]
    public void Where_every_class_has_one_sample_none_is_held_out() =>
        Assert.Empty(StratifiedSplit.HoldOut(Classes(0, 1, 2), 0.5, 0).Validation);

    [Fact]
    public void A_tiny_fraction_still_holds_out_one_sample() =>
        Assert.Single(StratifiedSplit.HoldOut(Classes(0, 0, 0, 1), 0.001, 0).Validation);

    [Fact]
    public void Values_are_split_as_one_class()
    {
        var split = StratifiedSplit.HoldOut(new ValueTargets([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1), 0.3, 0);
        Assert.Equal((7, 3), (split.Train.Length, split.Validation.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_fraction_that_leaves_a_part_empty_is_refused_by_name(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(fraction), () => StratifiedSplit.HoldOut(TenClasses, fraction, 0));

    private static Arbitrary<Case> Cases() =>
        (from labels in Gen.Choose(0, 5).NonEmptyListOf()
         from percent in Gen.Choose(1, 99)
         from seed in Gen.Choose(int.MinValue, int.MaxValue)
         select new Case(Classes([.. labels]), percent / 100.0, seed)).ToArbitrary();

    private static ClassTargets Classes(params int[] labels) =>
        new([.. labels.Select(static label => (long)label)], ["a", "b", "c", "d", "e", "f"]);

    private sealed record Case(ClassTargets Targets, double Fraction, long Seed)
    {
        public StratifiedSplit Split() => StratifiedSplit.HoldOut(Targets, Fraction, Seed);
    }
}
