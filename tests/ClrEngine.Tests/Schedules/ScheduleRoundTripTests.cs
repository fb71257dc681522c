using System.Text.Json.Nodes;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrEngine.Torch.Schedulers;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

/// <summary>Whatever way a schedule goes, it comes back equal or is refused by name: never as another one.</summary>
public sealed class ScheduleRoundTripTests
{
    private static readonly Config ManySchedules = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Given_the_schedules_that_are_drawn_when_looked_at_then_every_field_of_every_kind_is_set_in_different_ways()
    {
        ILrSchedule[] drawn = [.. Gen.Sample(RandomSchedules.Any.Generator, 3000).SelectMany(WithParts)];
        Assert.All(ScheduleKind.All, kind => Assert.All(kind.Fields, field =>
            Assert.True(drawn.Where(schedule => schedule.GetType() == kind.Type).Select(field.ValueIn).Distinct().Count() > 1, $"{kind.Name}.{field.Name}")));
    }

    [Fact]
    public void Given_any_schedule_when_written_as_JSON_and_read_then_it_is_equal() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        schedule => schedule.Equals(ScheduleJson.Read(ScheduleJson.Write(schedule), RandomSchedules.Compile))));

    [Fact]
    public void Given_any_schedule_when_a_schedulers_state_is_written_and_read_then_it_is_equal() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        schedule => schedule.Equals(CyclicSchedulerState.FromJson(new CyclicSchedulerState(7, schedule).ToJson(), RandomSchedules.Compile).Schedule)));

    [Fact]
    public void Given_any_schedule_when_a_history_is_written_and_read_then_it_is_equal() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        schedule => schedule.Equals(TrainingHistoryJson.FromJson(TrainingHistoryJson.ToJson(History(schedule)), RandomSchedules.Compile).Schedule)));

    [Fact]
    public void Given_any_two_schedules_when_a_checkpoint_compares_them_then_they_are_the_same_exactly_if_they_are_equal() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        RandomSchedules.Any,
        (schedule, other) => JsonNode.DeepEquals(Identity(schedule), Identity(other)) == schedule.Equals(other)
            && JsonNode.DeepEquals(Identity(schedule), Identity(ScheduleJson.Read(ScheduleJson.Write(schedule), RandomSchedules.Compile)))));

    [Fact]
    public void Given_any_schedule_when_one_field_is_another_then_the_schedules_differ() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        RandomSchedules.Any,
        (schedule, other) =>
        {
            ScheduleKind kind = ScheduleKind.Find(schedule.GetType())!;
            return schedule.GetType() != other.GetType()
                || schedule.Equals(other) == kind.Fields.All(field => AreEqual(field.ValueIn(schedule), field.ValueIn(other)));
        }));

    [Fact]
    public void Given_any_schedule_that_holds_a_script_when_read_without_a_compiler_then_it_is_refused_by_name() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        schedule =>
        {
            bool holdsScript = WithParts(schedule).Any(part => part is CyclicSchedule { ScaleFunction: not null });
            try
            {
                return ScheduleJson.Read(ScheduleJson.Write(schedule)).Equals(schedule) && !holdsScript;
            }
            catch (ScheduleScriptException)
            {
                return holdsScript;
            }
        }));

    [Fact]
    public void Given_any_schedule_when_a_field_is_missing_from_its_JSON_then_it_is_refused_by_the_fields_name() => Check.One(ManySchedules, Prop.ForAll(
        RandomSchedules.Any,
        schedule => ScheduleKind.Find(schedule.GetType())!.Fields.All(field =>
        {
            JsonObject json = JsonNode.Parse(ScheduleJson.Write(schedule))!.AsObject();
            json.Remove(field.JsonName);
            try
            {
                ScheduleJson.Read(json.ToJsonString(), RandomSchedules.Compile);
                return false;
            }
            catch (ScheduleFormatException exception)
            {
                return exception.ErrorId == "MissingScheduleField" && exception.Message.Contains($" {field.JsonName} ", StringComparison.Ordinal);
            }
        })));

    [Fact]
    public void Given_every_kind_when_its_fields_are_asked_for_then_the_defaults_are_those_of_the_constructor()
    {
        Assert.Equal((0.8, 0.9, 1.0, CyclicMode.Triangular, true), (
            ScheduleKind.Default<CyclicSchedule, double>("BaseMomentum"),
            ScheduleKind.Default<CyclicSchedule, double>("MaxMomentum"),
            ScheduleKind.Default<CyclicSchedule, double>("Gamma"),
            ScheduleKind.Default<CyclicSchedule, CyclicMode>("Mode"),
            ScheduleKind.Default<CyclicSchedule, bool>("CycleMomentum")));
        Assert.Null(ScheduleKind.Default<CyclicSchedule, long?>("CycleLimit"));
        Assert.Equal(1.0 / 3, ScheduleKind.Default<WarmupSchedule, double>("StartFactor"));
        Assert.Equal(["MaxLr", "T0", "TMult", "MinLr", "CycleDecay", "CycleLimit"], ScheduleKind.Find(typeof(CosineWarmRestartsSchedule))!.Fields.Select(field => field.Name));
    }

    private static bool AreEqual(object? one, object? other) => (one, other) switch
    {
        (IReadOnlyList<ILrSchedule> left, IReadOnlyList<ILrSchedule> right) => left.SequenceEqual(right),
        (IReadOnlyList<long> left, IReadOnlyList<long> right) => left.SequenceEqual(right),
        _ => Equals(one, other),
    };

    private static IEnumerable<ILrSchedule> WithParts(ILrSchedule schedule) => ScheduleKind.Find(schedule.GetType())!.Fields
        .Select(field => field.ValueIn(schedule))
        .SelectMany(value => value as IEnumerable<ILrSchedule> ?? (value is ILrSchedule one ? [one] : []))
        .SelectMany(WithParts)
        .Prepend(schedule);

    private static JsonNode Identity(ILrSchedule schedule) => JsonNode.Parse(ScheduleJson.Write(schedule))!;

    private static TrainingHistory History(ILrSchedule schedule) => new() { Epochs = [], Status = TrainingStatus.Completed, Run = new() { Schedule = schedule } };
}
