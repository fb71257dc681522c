using System.Collections.Immutable;
using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Tests.Data;
using ClrEngine.Tests.Reference;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

[Collection(nameof(TorchRandomState))]
public sealed class TorchScriptReferenceTests : IDisposable
{
    private const int Samples = 24, Width = 6, Classes = 3;

    private readonly TempFolder _folder = new();

    public TorchScriptReferenceTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tied")]
    [InlineData("auxiliary")]
    public void A_model_from_python_learns_as_in_python(string name)
    {
        double[] expected = [.. ReferenceFile.Read("pytorch-torchscript-losses.json").GetProperty("losses").GetProperty(name).EnumerateArray().Select(loss => loss.GetDouble())];
        using TorchSession session = TorchSession.Open(ModelSource.FromFile(FileOf(name)), Data(), Options(), Samples, 1);

        for (int step = 0; step < expected.Length; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 0.1, 0.9));

        Assert.All(expected.Zip(session.Learner.Read().Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Tied_weights_stay_tied()
    {
        using ScriptModel model = ScriptModel.Load(FileOf("tied"));
        using (var learner = new TorchLearner(model, Data(), Options()))
            learner.Step(new BatchPlan(Samples, Samples, 1).At(0), new SchedulePoint(0, 0.1, 0.9));

        Assert.Equal(
            model.get_parameter("first.weight")!.data<float>().ToArray(),
            model.get_parameter("again.weight")!.data<float>().ToArray());
    }

    [Fact]
    public void Tied_weights_of_a_torchsharp_module_are_updated_once()
    {
        using var tied = new Tied(2);
        using var once = new Tied(1);
        var plan = new BatchPlan(Samples, Samples, 1);

        Assert.Equal(Losses(once), Losses(tied));

        IReadOnlyList<double> Losses(Tied model)
        {
            using var learner = new TorchLearner(model, Data(), Options());
            for (int step = 0; step < 5; step++)
                learner.Step(plan.At(step), new SchedulePoint(step, 0.1, 0.9));
            return learner.Read().Losses;
        }
    }

    [Fact]
    public void Tied_weights_of_a_script_are_one_in_bfloat16_too()
    {
        using ScriptModel model = ScriptModel.Load(FileOf("tied"));
        using (var learner = new TorchLearner(model, Data(), Options() with { Precision = Precision.BFloat16 }))
            learner.Step(new BatchPlan(Samples, Samples, 1).At(0), new SchedulePoint(0, 0.1, 0.9));

        Assert.Equal(
            model.get_parameter("first.weight")!.data<float>().ToArray(),
            model.get_parameter("again.weight")!.data<float>().ToArray());
    }

    [Fact]
    public void Tied_weights_that_torchsharp_would_break_are_refused_before_it_does()
    {
        using var tied = new Tied(2);

        var error = Assert.Throws<InvalidParameterException>(() => new TorchLearner(tied, Data(), Options() with { Precision = Precision.BFloat16 }));

        Assert.Equal("ModelTied", error.ErrorId);
        Assert.Equal(Width * Classes, tied.named_parameters().Single().parameter.numel());
    }

    private string FileOf(string name) => ReferenceFile.CopyTo(_folder.Path, name + ".pt");

    private static LearnerOptions Options() => new() { Device = "cpu", Optimizer = new() { WeightDecay = 1e-3 } };

    private static TrainingData Data()
    {
        float[] features = [.. Enumerable.Range(0, Samples * Width).Select(i => (float)Math.Sin(i))];
        long[] labels = [.. Enumerable.Range(0, Samples).Select(i => (long)i % Classes)];
        var set = new LabelledData(new FloatSamples(features, [Width]), new ClassTargets(ImmutableArray.Create(labels), ["a", "b", "c"]));
        return new TrainingData("waves", "made", set, set, FeatureScaling.Identity(Width), "waves");
    }

    /// <summary>One weight, registered under one name or two, and used twice.</summary>
    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _first = nn.Linear(Width, Classes, hasBias: false);
        private readonly TorchSharp.Modules.Linear _again;

        public Tied(int names)
            : base("tied")
        {
            _again = names == 1 ? _first : nn.Linear(Width, Classes, hasBias: false);
            using (no_grad())
                _first.weight.copy_(arange(Width * Classes, float32).sin().reshape(Classes, Width));
            register_module("first", _first);
            if (names > 1)
            {
                _again.weight = _first.weight;
                register_module("again", _again);
            }
        }

        public override Tensor forward(Tensor input) => _first.call(input).tanh() + _again.call(input).sigmoid();
    }
}
