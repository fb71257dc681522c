using System.Diagnostics;
using System.Text.Json;
using ClrEngine.Torch.Optimizers;
using Xunit.Sdk;
using Xunit.v3;
using static TorchSharp.torch;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;

[assembly: AssemblyFixture(typeof(ClrEngine.Tests.Torch.TorchOnDemand))]
[assembly: TestPipelineStartup(typeof(ClrEngine.Tests.Torch.FirstUseStartup))]

namespace ClrEngine.Tests.Torch;

/// <summary>What is trained as the first thing of a process.</summary>
/// <param name="Options">How it learns.</param>
/// <param name="Place">Where among the layers the unused one stands: 0 is first.</param>
/// <param name="UsedFrom">The step from which the layer is used after all; null for never.</param>
/// <param name="AtOnce">Trainings that begin at once.</param>
/// <param name="NoneFirst">Whether an update in which no parameter has a gradient comes before.</param>
internal sealed record FirstCase(LearnerOptions Options, int Place = 1, int? UsedFrom = null, int AtOnce = 1, bool NoneFirst = false);

/// <summary>What came of it.</summary>
/// <param name="Losses">The losses of each training of the model with the unused layer.</param>
/// <param name="Without">Those of the same model without that layer, trained afterwards.</param>
/// <param name="Moved">Whether the unused layer's weights changed, in any training.</param>
internal sealed record FirstResult(double[][] Losses, double[] Without, bool Moved);

/// <summary>Trains in a process of its own, in which nothing was trained before: what libtorch compiles stays as its first use made it.</summary>
internal static class FirstUseChild
{
    public const int Steps = 12;
    private const string Variable = "CLR_TEST_FIRST_USE";

    public static readonly IReadOnlyDictionary<string, FirstCase> Cases = new Dictionary<string, FirstCase>
    {
        ["unused first"] = new(new(), Place: 0),
        ["unused in the middle"] = new(new(), Place: 1),
        ["unused last"] = new(new(), Place: 2),
        ["plain sgd"] = With(new() { Momentum = 0 }),
        ["nesterov"] = With(new() { Nesterov = true }),
        ["dampened sgd"] = With(new() { Dampening = 0.2 }),
        ["adam"] = With(new() { Kind = OptimizerKind.Adam }),
        ["adamw"] = With(new() { Kind = OptimizerKind.AdamW }),
        ["rmsprop"] = With(new() { Kind = OptimizerKind.RMSprop }),
        ["rmsprop with momentum"] = With(new() { Kind = OptimizerKind.RMSprop, Momentum = 0.9 }),
        ["clipped"] = With(new() { ClipNorm = 0.05 }),
        ["clipped in groups"] = With(new() { ClipNorm = 0.05, ParameterGroups = ["head*", "*"] }),
        ["accumulated"] = new(new() { AccumulationSteps = 3 }),
        ["bfloat16"] = new(new() { Precision = Precision.BFloat16 }),
        ["bfloat16, clipped and accumulated, adam"] = new(new() { Precision = Precision.BFloat16, AccumulationSteps = 2, Optimizer = new() { Kind = OptimizerKind.Adam, ClipNorm = 0.05 } }),
        ["four at once"] = new(new(), AtOnce: 4),
        ["four at once, adam, clipped"] = new(new() { Optimizer = new() { Kind = OptimizerKind.Adam, ClipNorm = 0.05 } }, AtOnce: 4),
        ["no gradient at all"] = new(new(), NoneFirst: true),
        ["used later"] = new(new(), UsedFrom: 5),
        ["used later, adam"] = new(new() { Optimizer = new() { Kind = OptimizerKind.Adam } }, UsedFrom: 5),
        ["used later, bfloat16"] = new(new() { Precision = Precision.BFloat16 }, UsedFrom: 5),
    };

    public static async Task<FirstResult> Run(string name)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["-noLogo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Insert(0, typeof(FirstUseChild).Assembly.Location);
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment[Variable] = name;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await error);
        return JsonSerializer.Deserialize<FirstResult>((await output).Split('\n').First(line => line.StartsWith('{')))!;
    }

    /// <summary>Does what the variable names, and ends the process; returns where there is none.</summary>
    public static void TrainInsteadOfTests()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } name)
            return;
        Console.WriteLine(JsonSerializer.Serialize(Result(Cases[name])));
        Environment.Exit(0);
    }

    private static FirstCase With(OptimizerOptions optimizer) => new(new LearnerOptions { Optimizer = optimizer });

    private static FirstResult Result(FirstCase asked)
    {
        TorchLibrary.EnsureLoaded();
        if (asked.NoneFirst)
            UpdateWithoutGradients(asked.Options.Optimizer);
        using var together = new Barrier(asked.AtOnce);
        (double[] Losses, bool Moved)[] trained = new (double[], bool)[asked.AtOnce];
        Thread[] threads = [.. trained.Select((_, i) => new Thread(() =>
        {
            together.SignalAndWait();
            trained[i] = Train(asked, new Forked(asked.Place, asked.UsedFrom));
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        return new FirstResult([.. trained.Select(t => t.Losses)], Train(asked, new Forked(null, null)).Losses, trained.Any(t => t.Moved));
    }

    private static void UpdateWithoutGradients(OptimizerOptions options)
    {
        using var weight = new Parameter(ones(3));
        using var optimizer = new FusedOptimizer([("weight", weight)], options with { ClipNorm = 1 });
        optimizer.Step(new SchedulePoint(0, 0.1));
    }

    private static (double[] Losses, bool Moved) Train(FirstCase asked, Forked model)
    {
        using Forked owned = model;
        TrainingData data = Learners.Data();
        using var learner = new TorchLearner(model, data, asked.Options with { Device = "cpu" });
        var plan = new BatchPlan(data.Train.Count, 16, 1);
        float[] before = model.Unused;
        IReadOnlyList<double> losses = Learners.Losses(learner, plan, 0, Steps);
        return ([.. losses, learner.Evaluate().Loss], !before.AsSpan().SequenceEqual(model.Unused));
    }

    /// <summary>Two layers that are used, and a third that is not, or only from a step on; weights are numbers of a formula.</summary>
    private sealed class Forked : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _body = nn.Linear(4, 8);
        private readonly nn.Module<Tensor, Tensor> _head = nn.Linear(8, Learners.Classes);
        private readonly nn.Module<Tensor, Tensor> _unused = nn.Linear(4, Learners.Classes);
        private readonly int? _usedFrom;
        private int _calls;

        public Forked(int? place, int? usedFrom)
            : base("forked")
        {
            _usedFrom = usedFrom;
            List<(string Name, nn.Module<Tensor, Tensor> Layer)> layers = [("body", _body), ("head", _head)];
            if (place is { } at)
                layers.Insert(at, ("unused", _unused));
            foreach ((string name, nn.Module<Tensor, Tensor> layer) in layers)
            {
                register_module(name, layer);
                Fill(layer);
            }
        }

        public float[] Unused => [.. _unused.parameters().SelectMany(parameter => parameter.to(float32).data<float>().ToArray())];

        public override Tensor forward(Tensor input)
        {
            Tensor output = _head.call(nn.functional.relu(_body.call(input)));
            return training && _calls++ >= _usedFrom ? output + _unused.call(input) : output;
        }

        private static void Fill(nn.Module layer)
        {
            using var noGrad = no_grad();
            foreach (Parameter parameter in layer.parameters())
                parameter.copy_(arange(parameter.numel(), float32).sin().mul(0.3).reshape(parameter.shape));
        }
    }
}

/// <summary>Trains before any test is looked for. In a module's initializer no second thread could run the module's code.</summary>
public sealed class FirstUseStartup : ITestPipelineStartup
{
    /// <inheritdoc/>
    public ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        FirstUseChild.TrainInsteadOfTests();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask StopAsync() => ValueTask.CompletedTask;
}

public sealed class FirstUseTests
{
    public static TheoryData<string> Unused => [.. FirstUseChild.Cases.Where(c => c.Value.UsedFrom is null).Select(c => c.Key)];

    public static TheoryData<string> Later => [.. FirstUseChild.Cases.Where(c => c.Value.UsedFrom is not null).Select(c => c.Key)];

    [Theory, MemberData(nameof(Unused))]
    public async Task A_layer_without_gradients_changes_nothing_in_the_first_training_of_a_process(string name)
    {
        FirstResult result = await FirstUseChild.Run(name);

        Assert.All(result.Losses, losses => Assert.Equal(result.Without, losses));
        Assert.All(result.Without, loss => Assert.True(double.IsFinite(loss)));
        Assert.False(result.Moved);
    }

    [Theory, MemberData(nameof(Later))]
    public async Task A_layer_that_is_used_later_learns_from_then_on(string name)
    {
        FirstResult result = await FirstUseChild.Run(name);
        int usedFrom = FirstUseChild.Cases[name].UsedFrom!.Value;

        Assert.Equal(result.Without[..usedFrom], result.Losses[0][..usedFrom]);
        Assert.NotEqual(result.Without[usedFrom], result.Losses[0][usedFrom]);
        Assert.True(result.Moved);
    }
}

/// <summary>Lets a test use TorchSharp first: the runner picks the order by the folder that the tests lie in.</summary>
public sealed class TorchOnDemand
{
    /// <summary>Answers TorchSharp's first call from here on. Loads nothing now.</summary>
    public TorchOnDemand() => TorchLibrary.LoadOnDemand();
}

/// <summary>Tests that seed or read torch's generator, of which a process has one: none of them beside another test.</summary>
[CollectionDefinition(nameof(TorchRandomState), DisableParallelization = true)]
public sealed class TorchRandomState : ICollectionFixture<TorchRandomState.Loaded>
{
    /// <summary>libtorch, loaded before the first of them.</summary>
    public sealed class Loaded
    {
        public Loaded() => TorchLibrary.EnsureLoaded();
    }
}
