using System.Text.Json;
using ClrEngine.Torch.Optimizers;
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
        using FusedOptimizer optimizer = Optimizer(["head*", "*"]);
        optimizer.Step(new SchedulePoint(0, 0.5) { Groups = [new GroupPoint(0.5), new GroupPoint(0.25)] });
        Assert.Equal((-0.5f, -0.25f), (_head.item<float>(), _body.item<float>()));
    }

    [Fact]
    public void Given_one_rate_it_holds_for_all_groups()
    {
        using FusedOptimizer optimizer = Optimizer(["head*", "*"]);
        optimizer.Step(new SchedulePoint(0, 0.5));
        Assert.Equal((-0.5f, -0.5f), (_head.item<float>(), _body.item<float>()));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("head*", "*")]
    public void Given_another_number_of_rates_than_groups_the_update_is_refused(params string[] patterns)
    {
        using FusedOptimizer optimizer = Optimizer(patterns);
        var point = new SchedulePoint(0, 0.5) { Groups = [new GroupPoint(1), new GroupPoint(1), new GroupPoint(1)] };
        Assert.Equal("GroupCountMismatch", Assert.Throws<InvalidParameterException>(() => optimizer.Step(point)).ErrorId);
    }

    private FusedOptimizer Optimizer(string[] patterns) => new FusedOptimizer(
        [("body.weight", _body), ("head.weight", _head)],
        new OptimizerOptions { Momentum = 0, WeightDecay = 0, ParameterGroups = patterns });
}

public sealed class AbsentGradientTests
{
    private static readonly JsonElement Reference = ReferenceFile.Read("pytorch-absent-gradients.json");

    public AbsentGradientTests() => TorchLibrary.EnsureLoaded();

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Reference.GetProperty("cases").GetArrayLength())];

    [Theory, MemberData(nameof(Cases))]
    public void Parameters_whose_gradients_come_and_go_end_where_pytorch_has_them(int index)
    {
        JsonElement expected = Reference.GetProperty("cases")[index];
        (string Name, Parameter Parameter)[] parameters = Start();
        Run(parameters, OptionsOf(expected), step => Momentum(expected, step));
        Check(expected, parameters, 2e-6);
    }

    [Fact]
    public void Copies_in_32_bits_follow_the_same_rule()
    {
        JsonElement expected = Reference.GetProperty("cases")[1];
        (string Name, Parameter Parameter)[] parameters = Start();
        using var optimizer = new MasterCopies(parameters, OptionsOf(expected));
        Run(parameters, optimizer, _ => null);
        Check(expected, parameters, 2e-6);
    }

    private static (string, Parameter)[] Start() =>
        [.. Reference.GetProperty("sizes").EnumerateArray().Select((size, k) => ($"p{k}", new Parameter(tensor(Enumerable.Range(0, size.GetInt32()).Select(i => (float)Math.Sin(1.0 + i + k)).ToArray()))))];

    private static void Run((string, Parameter)[] parameters, OptimizerOptions options, Func<int, double?> momentum)
    {
        using var optimizer = new FusedOptimizer(parameters, options);
        Run(parameters, optimizer, momentum);
    }

    private static void Run((string Name, Parameter Parameter)[] parameters, IOptimizer optimizer, Func<int, double?> momentum)
    {
        JsonElement present = Reference.GetProperty("present");
        for (int t = 0; t < present.GetArrayLength(); t++)
        {
            for (int k = 0; k < parameters.Length; k++)
            {
                Parameter parameter = parameters[k].Parameter;
                parameter.grad = present[t][k].GetBoolean() ? tensor(Enumerable.Range(0, (int)parameter.numel()).Select(i => (float)Math.Cos(0.7 * i + t + k)).ToArray()) : null;
            }
            optimizer.Step(new SchedulePoint(t, Reference.GetProperty("lr").GetDouble(), momentum(t)));
        }
    }

    private static OptimizerOptions OptionsOf(JsonElement expected)
    {
        JsonElement settings = expected.GetProperty("settings");
        return new OptimizerOptions
        {
            Kind = Enum.Parse<OptimizerKind>(expected.GetProperty("kind").GetString()!),
            Momentum = Number(settings, "momentum"),
            WeightDecay = Number(settings, "weight_decay"),
            Dampening = Number(settings, "dampening") ?? 0,
            Nesterov = settings.TryGetProperty("nesterov", out _),
            Alpha = Number(settings, "alpha") ?? 0.99,
            ClipNorm = Number(expected, "clip"),
        };
    }

    private static double? Momentum(JsonElement expected, int step) =>
        expected.TryGetProperty("momentum", out JsonElement momentum) ? momentum[step].GetDouble() : null;

    private static double? Number(JsonElement from, string name) => from.TryGetProperty(name, out JsonElement number) ? number.GetDouble() : null;

    private static void Check(JsonElement expected, (string Name, Parameter Parameter)[] parameters, double tolerance)
    {
        foreach ((JsonElement values, (_, Parameter parameter)) in expected.GetProperty("parameters").EnumerateArray().Zip(parameters))
            Assert.All(values.EnumerateArray().Zip(parameter.detach().data<float>().ToArray()), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, tolerance));
    }
}
