using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Torch.Schedulers;
using ClrEngine.Training.Histories;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

public sealed class ScheduleJsonTests
{
    private static readonly CyclicSchedule Cyclic = new(1.0 / 3, 0.1 + 0.3, 7, 5, CyclicMode.ExpRange, 0.99994, false, 0.7, 0.8, cycleMul: 1.5, cycleDecay: 0.9, cycleLimit: 4, decayBase: true);

    public static TheoryData<ILrSchedule> Schedules =>
    [
        new CyclicSchedule(0.001, 0.1, 2000, mode: CyclicMode.Triangular2),
        Cyclic,
        new CyclicSchedule(0.001, 0.1, 20, holdBottom: 7),
        new OneCycleSchedule(0.1, 100),
        new OneCycleSchedule(0.1, 100, 0.25, AnnealStrategy.Linear, true, 7, 8, false, 0.1, 0.2, 0.3),
        new CosineWarmRestartsSchedule(0.1, 10, 2, 1e-5, 0.5, 3),
        new CosineWarmRestartsSchedule(0.1, 10),
        new DecaySchedule(0.1, 100),
        new DecaySchedule(0.1, 100, DecayShape.Polynomial, 1e-5, 0.9),
        new StepDecaySchedule(0.1, 30),
        new StepDecaySchedule(0.1, gamma: 0.2, milestones: [30, 60]),
        new ConstantSchedule(0.1),
        new ConstantSchedule(0.1, 0.9),
        new ExponentialSweep(1e-7, 10, 100),
        new LinearSweep(1e-7, 10, 100),
        new GroupedSchedule([Cyclic, new ConstantSchedule(0.1)]),
        new WarmupSchedule(new JoinedSchedule([Cyclic, new GroupedSchedule([Cyclic, Cyclic])], [long.MaxValue]), 5),
    ];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Given_any_schedule_when_written_and_read_then_it_is_equal(ILrSchedule schedule) =>
        Assert.Equal(schedule, ScheduleJson.Read(ScheduleJson.Write(schedule)));

    [Fact]
    public void Given_a_schedule_when_written_then_the_text_is_the_one_that_version_1_promises() => Assert.Equal(
        """{"version":1,"kind":"warmup","steps":5,"startFactor":0.5,"schedule":{"kind":"cyclic","baseLr":0.001,"maxLr":0.1,"stepSizeUp":2000,"stepSizeDown":2000,"mode":"Triangular2","gamma":1,"cycleMomentum":true,"baseMomentum":0.8,"maxMomentum":0.9,"scaleFunction":null,"cycleMul":1,"cycleDecay":1,"cycleLimit":null,"decayBase":false}}""",
        ScheduleJson.ToNode(new WarmupSchedule(new CyclicSchedule(0.001, 0.1, 2000, mode: CyclicMode.Triangular2), 5, 0.5)).ToJsonString());

    [Fact]
    public void Given_a_schedule_that_holds_when_written_then_all_of_it_is_of_version_2_and_version_1_has_no_such_field()
    {
        var holding = new JoinedSchedule([new CyclicSchedule(0.001, 0.1, 20), new CyclicSchedule(0.001, 0.1, 20, holdTop: 5)], [40]);
        JsonObject json = ScheduleJson.ToNode(holding);
        Assert.Equal((2, 0L, 5L), ((int)json["version"]!, (long)json["schedules"]![0]!["holdTop"]!, (long)json["schedules"]![1]!["holdTop"]!));
        json["version"] = 1;
        Assert.Contains("$.schedules[0].holdTop: there is no such field", Assert.Throws<ScheduleFormatException>(() => ScheduleJson.Read(json.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_schedule_within_a_document_when_read_then_it_is_equal()
    {
        using JsonDocument document = JsonDocument.Parse($$"""{"step":7,"schedule":{{Cyclic.ToJson()}}}""");
        Assert.Equal(Cyclic, ScheduleJson.Read(document.RootElement.GetProperty("schedule").GetRawText()));
    }

    [Theory]
    [InlineData("not json", "ScheduleNotJson")]
    [InlineData("[]", "InvalidScheduleField")]
    [InlineData("""{"kind":"constant","learningRate":1,"momentum":null}""", "MissingScheduleField")]
    [InlineData("""{"version":3,"kind":"constant","learningRate":1,"momentum":null}""", "UnknownScheduleVersion")]
    [InlineData("""{"version":1,"kind":"sawtooth"}""", "UnknownScheduleKind")]
    [InlineData("""{"version":1,"kind":"constant","learningRate":1}""", "MissingScheduleField")]
    [InlineData("""{"version":1,"kind":"constant","learningRate":1,"momentum":null,"gamma":1}""", "UnknownScheduleField")]
    [InlineData("""{"version":1,"kind":"constant","learningRate":1,"learningRate":2,"momentum":null}""", "DuplicateScheduleField")]
    [InlineData("""{"version":1,"kind":"constant","learningRate":"1","momentum":null}""", "InvalidScheduleField")]
    [InlineData("""{"version":1,"kind":"constant","learningRate":null,"momentum":null}""", "InvalidScheduleField")]
    [InlineData("""{"version":1,"kind":"linearSweep","startLr":1,"endLr":2,"iterations":2.5}""", "InvalidScheduleField")]
    public void Given_a_text_that_is_no_schedule_when_read_then_the_error_says_what_is_wrong(string json, string id) =>
        Assert.Equal(id, Assert.Throws<ScheduleFormatException>(() => ScheduleJson.Read(json)).ErrorId);

    [Fact]
    public void Given_a_mode_that_is_none_when_read_then_the_modes_are_named() => Assert.Contains(
        "Triangular2",
        Assert.Throws<ScheduleFormatException>(() => ScheduleJson.Read(Cyclic.ToJson().Replace("ExpRange", "1", StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Given_a_value_outside_its_range_when_read_then_the_schedules_own_check_refuses_it() => Assert.Equal(
        "LearningRate",
        Assert.Throws<InvalidParameterException>(() => ScheduleJson.Read("""{"version":1,"kind":"constant","learningRate":-1,"momentum":null}""")).ParamName);

    [Fact]
    public void Given_a_function_without_text_when_written_then_it_is_refused_with_a_remedy()
    {
        var schedule = new WarmupSchedule(new CyclicSchedule(0.1, 0.2, 5, scaleFunction: new(x => 1 / x)), 5);
        var error = Assert.Throws<ScheduleNotSaveableException>(schedule.ToJson);
        Assert.Contains("give the function its text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_schedule_of_the_users_own_type_when_written_then_it_is_refused() =>
        Assert.Throws<ScheduleNotSaveableException>(() => ScheduleJson.Write(new Own()));

    [Fact]
    public void Given_a_function_with_text_when_read_without_a_compiler_then_no_code_runs_and_the_script_is_shown()
    {
        string json = new CyclicSchedule(0.1, 0.2, 5, scaleFunction: new(x => 1 / x, text: "1 / $_")).ToJson();
        Assert.Equal("1 / $_", Assert.Throws<ScheduleScriptException>(() => ScheduleJson.Read(json)).Text);
    }

    [Fact]
    public void Given_a_function_with_text_when_read_with_a_compiler_then_the_schedule_is_equal()
    {
        var schedule = new CyclicSchedule(0.1, 0.2, 5, scaleFunction: new(x => 1 / x, ScaleMode.Iterations, "1 / $_"));
        Assert.Equal(schedule, ScheduleJson.Read(schedule.ToJson(), text => text == "1 / $_" ? x => 1 / x : throw new InvalidDataException(text)));
    }

    private sealed class Own : ILrSchedule
    {
        public SchedulePoint At(long step) => new(step, 1);
    }
}

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
            if (!json.Remove(field.JsonName))
                return field.Since > (int)json["version"]!;
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
