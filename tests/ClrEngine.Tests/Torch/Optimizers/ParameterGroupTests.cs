using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;

namespace ClrEngine.Tests.Torch.Optimizers;

public sealed class ParameterGroupTests : IDisposable
{
    private readonly Parameter _body;
    private readonly Parameter _head;

    public ParameterGroupTests()
    {
        TorchLibrary.EnsureLoaded();
        _body = new Parameter(zeros(1)) { grad = ones(1) };
        _head = new Parameter(zeros(1)) { grad = ones(1) };
    }

    public void Dispose()
    {
        _body.Dispose();
        _head.Dispose();
    }

    [Fact]
    public void Given_a_rate_a_group_each_parameter_moves_at_the_rate_of_the_first_pattern_that_fits_it()
    {
        using IOptimizer optimizer = Optimizer(["head*", "*"]);
        optimizer.Step(new SchedulePoint(0, 0.5) { Groups = [new GroupPoint(0.5), new GroupPoint(0.25)] });
        Assert.Equal((-0.5f, -0.25f), (_head.item<float>(), _body.item<float>()));
    }

    [Fact]
    public void Given_one_rate_it_holds_for_all_groups()
    {
        using IOptimizer optimizer = Optimizer(["head*", "*"]);
        optimizer.Step(new SchedulePoint(0, 0.5));
        Assert.Equal((-0.5f, -0.5f), (_head.item<float>(), _body.item<float>()));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("head*", "*")]
    public void Given_another_number_of_rates_than_groups_the_update_is_refused(params string[] patterns)
    {
        using IOptimizer optimizer = Optimizer(patterns);
        var point = new SchedulePoint(0, 0.5) { Groups = [new GroupPoint(1), new GroupPoint(1), new GroupPoint(1)] };
        Assert.Equal("GroupCountMismatch", Assert.Throws<InvalidParameterException>(() => optimizer.Step(point)).ErrorId);
    }

    private IOptimizer Optimizer(string[] patterns) => OptimizerFactory.Create(
        [("body.weight", _body), ("head.weight", _head)],
        new OptimizerOptions { Momentum = 0, WeightDecay = 0, ParameterGroups = patterns });
}
