using System.Text.Json;
using ClrEngine.Torch.Schedulers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Schedulers;

public sealed class CyclicSchedulerTests : IDisposable
{
    private static readonly CyclicSchedule Schedule = new(0.001, 0.1, 4);
    private readonly TwoGroups _sgd;

    public CyclicSchedulerTests()
    {
        TorchLibrary.EnsureLoaded();
        _sgd = new TwoGroups("SGD");
    }

    [Fact]
    public void Given_a_new_scheduler_when_the_first_update_runs_then_it_runs_at_the_rate_of_step_0()
    {
        _ = new CyclicScheduler(_sgd.Optimizer, Schedule);
        _sgd.Update();
        Assert.Equal(1 - 0.001, _sgd.Weight(0), 1e-7);
    }

    [Fact]
    public void Given_a_single_rate_when_there_are_two_groups_then_both_have_it()
    {
        var scheduler = new CyclicScheduler(_sgd.Optimizer, Schedule);
        scheduler.Step();
        Assert.All(_sgd.Optimizer.ParamGroups, group => Assert.Equal(Schedule.At(1).LearningRate, group.LearningRate));
    }

    [Fact]
    public void Given_no_step_of_the_scheduler_when_the_optimiser_skips_an_update_then_the_point_stays()
    {
        var scheduler = new CyclicScheduler(_sgd.Optimizer, Schedule);
        scheduler.Step();
        _sgd.Optimizer.zero_grad();
        Assert.Equal(Schedule.At(1), scheduler.Point);
    }

    [Fact]
    public void Given_rates_that_another_scheduler_left_when_taken_over_then_they_do_not_matter()
    {
        _ = new CyclicScheduler(_sgd.Optimizer, new ConstantSchedule(7), 100);
        foreach (optim.ILearningRateController group in _sgd.Optimizer.ParamGroups)
            group.InitialLearningRate = 7;
        var scheduler = new CyclicScheduler(_sgd.Optimizer, Schedule);
        for (int i = 0; i < 8; i++)
            scheduler.Step();
        Assert.All(_sgd.Optimizer.ParamGroups, group => Assert.Equal(0.001, group.LearningRate));
    }

    [Fact]
    public void Given_no_momentum_cycling_when_stepped_then_the_optimisers_own_stays()
    {
        new CyclicScheduler(_sgd.Optimizer, new CyclicSchedule(0.001, 0.1, 4, cycleMomentum: false)).Step();
        Assert.All(_sgd.Optimizer.ParamGroups, group => Assert.Equal(0.9, ((optim.IMomentum)group).Momentum));
    }

    [Fact]
    public void Given_three_groups_for_an_optimiser_of_two_when_made_then_it_is_refused_and_nothing_is_set()
    {
        var error = Assert.Throws<InvalidParameterException>(() => new CyclicScheduler(_sgd.Optimizer, new GroupedSchedule([Schedule, Schedule, Schedule])));
        Assert.Equal("GroupCountMismatch", error.ErrorId);
        Assert.All(_sgd.Optimizer.ParamGroups, group => Assert.Equal(0.1, group.LearningRate));
    }

    [Fact]
    public void Given_an_optimiser_without_momentum_when_it_should_cycle_then_the_error_says_what_to_do()
    {
        using var weight = new Parameter(ones(1));
        using var adagrad = new Adagrad([weight], 0.1);
        var error = Assert.Throws<InvalidParameterException>(() => new CyclicScheduler(adagrad, Schedule));
        Assert.Equal("MomentumNotSupported", error.ErrorId);
        Assert.Contains("cycleMomentum: false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_the_state_of_another_schedule_when_loaded_then_it_is_refused_and_nothing_changes()
    {
        var scheduler = new CyclicScheduler(_sgd.Optimizer, Schedule);
        var state = new CyclicScheduler(_sgd.Optimizer, new CyclicSchedule(0.001, 0.1, 5), 3).StateDict();
        scheduler.Step();
        Assert.Equal("ScheduleMismatch", Assert.Throws<InvalidParameterException>(() => scheduler.LoadStateDict(state)).ErrorId);
        Assert.Equal(Schedule.At(1), scheduler.Point);
    }

    [Fact]
    public void Given_a_state_when_saved_and_read_then_it_is_equal()
    {
        var state = new CyclicSchedulerState(7, new GroupedSchedule([Schedule, Schedule]));
        Assert.Equal(state, CyclicSchedulerState.FromJson(state.ToJson()));
    }

    [Theory]
    [InlineData("no", "ScheduleNotJson")]
    [InlineData("{}", "NotASchedulerState")]
    [InlineData("""{"step":1.5,"schedule":{}}""", "NotASchedulerState")]
    [InlineData("""{"step":1,"schedule":{}}""", "MissingScheduleField")]
    public void Given_a_text_that_is_no_state_when_read_then_the_error_says_so(string json, string id) =>
        Assert.Equal(id, Assert.Throws<ScheduleFormatException>(() => CyclicSchedulerState.FromJson(json)).ErrorId);

    public void Dispose() => _sgd.Dispose();
}

public sealed class CyclicSchedulerReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-parameter-groups.json").GetProperty("cases");

    public static TheoryData<string> Optimizers => ["SGD", "RMSprop", "Adam", "AdamW"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Given_two_parameter_groups_when_stepped_then_every_group_has_PyTorchs_rate_momentum_and_betas(string name)
    {
        TorchLibrary.EnsureLoaded();
        using var optimizer = new TwoGroups(name);
        var scheduler = new CyclicScheduler(optimizer.Optimizer, ScheduleOf(name));
        foreach (JsonElement point in Points(name))
        {
            AssertPoint(point, optimizer);
            optimizer.Update();
            scheduler.Step();
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Given_a_state_saved_in_mid_cycle_when_loaded_into_a_new_optimiser_then_it_goes_on_as_if_nothing_had_been(string name)
    {
        TorchLibrary.EnsureLoaded();
        using var before = new TwoGroups(name);
        var first = new CyclicScheduler(before.Optimizer, ScheduleOf(name));
        for (int i = 0; i < 10; i++)
            first.Step();
        string saved = first.StateDict().ToJson();

        using var after = new TwoGroups(name);
        var state = CyclicSchedulerState.FromJson(saved);
        var second = new CyclicScheduler(after.Optimizer, state.Schedule);
        second.LoadStateDict(state);
        foreach (JsonElement point in Points(name).Skip(10))
        {
            AssertPoint(point, after);
            second.Step();
        }
    }

    private static JsonElement Case(string name) => Cases.EnumerateArray().Single(c => c.GetProperty("optimizer").GetString() == name);

    private static JsonElement[] Points(string name) => Case(name).GetProperty("points").EnumerateArray().ToArray();

    private static GroupedSchedule ScheduleOf(string name)
    {
        JsonElement config = Case(name).GetProperty("config");
        double Value(string field, int group) => config.GetProperty(field)[group].GetDouble();
        return new GroupedSchedule(Enumerable.Range(0, 2).Select(group => Case(name).GetProperty("scheduler").GetString() == "CyclicLR"
            ? (ILrSchedule)new CyclicSchedule(
                Value("base_lr", group),
                Value("max_lr", group),
                config.GetProperty("step_size_up").GetInt64(),
                config.GetProperty("step_size_down").GetInt64(),
                CyclicMode.Triangular2,
                baseMomentum: Value("base_momentum", group),
                maxMomentum: Value("max_momentum", group))
            : new OneCycleSchedule(Value("max_lr", group), config.GetProperty("total_steps").GetInt64())).ToArray());
    }

    private static void AssertPoint(JsonElement point, TwoGroups actual)
    {
        foreach ((JsonElement expected, optim.ILearningRateController group) in point.GetProperty("groups").EnumerateArray().Zip(actual.Optimizer.ParamGroups))
        {
            Agreement.Check(expected.GetProperty("lr").GetDouble(), group.LearningRate, 0.1);
            if (expected.TryGetProperty("momentum", out JsonElement momentum))
            {
                Agreement.Check(momentum.GetDouble(), ((optim.IMomentum)group).Momentum, 1);
                continue;
            }
            Agreement.Check(expected.GetProperty("beta1").GetDouble(), ((optim.IBetas)group).Betas.Item1, 1);
            Assert.Equal(expected.GetProperty("beta2").GetDouble(), ((optim.IBetas)group).Betas.Item2);
        }
    }
}

/// <summary>A TorchSharp optimiser with two parameter groups of one weight each.</summary>
internal sealed class TwoGroups : IDisposable
{
    private readonly Parameter[] _weights = [new(ones(1)), new(ones(1))];

    public TwoGroups(string name) => Optimizer = name switch
    {
        "SGD" => new SGD(_weights.Select(w => new SGD.ParamGroup { Parameters = [w] }), 0.1, momentum: 0.9),
        "RMSprop" => new RMSProp(_weights.Select(w => new RMSProp.ParamGroup { Parameters = [w] }), 0.1, momentum: 0.9),
        "Adam" => new Adam(_weights.Select(w => new Adam.ParamGroup { Parameters = [w] }), 0.1, 0.9, 0.987),
        "AdamW" => new AdamW(_weights.Select(w => new AdamW.ParamGroup { Parameters = [w] }), 0.1, 0.9, 0.987),
        _ => throw new ArgumentException(name),
    };

    public optim.Optimizer Optimizer { get; }

    /// <summary>One update of every weight, each with a gradient of 1.</summary>
    public void Update()
    {
        Optimizer.zero_grad();
        using Tensor sum = _weights[0] + _weights[1];
        sum.sum().backward();
        Optimizer.step();
    }

    public double Weight(int group) => _weights[group].item<float>();

    public void Dispose()
    {
        Optimizer.Dispose();
        foreach (Parameter weight in _weights)
            weight.Dispose();
    }
}
