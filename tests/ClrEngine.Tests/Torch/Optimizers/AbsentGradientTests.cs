using System.Text.Json;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using TorchSharp;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Optimizers;

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
        using IOptimizer optimizer = OptimizerFactory.Create(parameters, options);
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
