using ClrEngine.Errors;
using ClrEngine.Training;

namespace ClrEngine.Tests.Training;

public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(100, 32, 4)]
    [InlineData(96, 32, 3)]
    [InlineData(97, 32, 3)]
    [InlineData(5, 32, 1)]
    [InlineData(1, 1, 1)]
    public void Given_a_data_set_when_an_epoch_is_planned_then_each_sample_is_seen_once(int samples, int batchSize, long steps)
    {
        var plan = new BatchPlan(samples, batchSize, seed: 3);
        Assert.Equal(steps, plan.StepsPerEpoch);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            IEnumerable<long> seen = Enumerable.Range(0, (int)steps).SelectMany(i => plan.At(epoch * steps + i).Indices.ToArray());
            Assert.Equal(Enumerable.Range(0, samples).Select(i => (long)i), seen.Order());
        }
    }

    [Fact]
    public void Given_a_seed_when_epochs_follow_then_their_orders_differ()
    {
        var plan = new BatchPlan(50, 50, seed: 1);
        Assert.NotEqual(plan.At(0).Indices.ToArray(), plan.At(1).Indices.ToArray());
    }

    [Fact]
    public void Given_the_same_seed_when_a_step_is_asked_for_out_of_turn_then_its_batch_is_the_same()
    {
        var plan = new BatchPlan(50, 7, seed: 1);
        long[] inTurn = plan.At(20).Indices.ToArray();
        _ = plan.At(3);
        Assert.Equal(inTurn, new BatchPlan(50, 7, seed: 1).At(20).Indices.ToArray());
        Assert.Equal(inTurn, plan.At(20).Indices.ToArray());
        Assert.NotEqual(inTurn, new BatchPlan(50, 7, seed: 2).At(20).Indices.ToArray());
    }

    [Fact]
    public void Given_one_sample_left_over_when_planned_then_it_joins_the_batch_before() =>
        Assert.Equal(33, new BatchPlan(97, 32, 0).At(2).Count);

    [Fact]
    public void Given_a_batch_size_of_0_when_planned_then_it_is_refused() =>
        Assert.Equal("BatchSize", Assert.Throws<InvalidParameterException>(() => new BatchPlan(10, 0, 0)).ParamName);
}
