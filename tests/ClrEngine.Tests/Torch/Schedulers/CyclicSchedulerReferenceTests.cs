using System.Text.Json;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Schedulers;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Schedulers;

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
