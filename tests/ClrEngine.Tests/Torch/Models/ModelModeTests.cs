using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>Models that work in one mode, answer with something else than they should, or are in two runs.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ModelModeTests : IDisposable
{
    private const int Inputs = 6, Outputs = 3;

    private static readonly FloatSamples Samples = new(Enumerable.Range(0, 24 * Inputs).Select(i => (float)Math.Sin(i)).ToArray(), [Inputs]);

    private readonly TempFolder _folder = new();

    public ModelModeTests() => TorchLibrary.EnsureLoaded();

    private string File => Path.Combine(_folder.Path, "net.pt");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("self.training", "torch.dropout(x, 0.5, self.training)", null)]
    [InlineData("False", "torch.dropout(x, 0.5, self.training)", "traced in evaluation mode: the statistics of its normalisation ('norm.running_mean') stay put")]
    [InlineData("self.training", "torch.dropout(x, 0.5, False)", "traced in evaluation mode: its dropout is off")]
    [InlineData("self.training", "torch.feature_dropout(torch.relu(x), 0.1, False)", "traced in evaluation mode: its dropout is off")]
    [InlineData("self.training", "torch.dropout(x, 0., False)", null)]
    [InlineData("False", "torch.alpha_dropout(x, 0.5, False)", "stay put in training, and its dropout is off")]
    [InlineData("True", "torch.dropout(x, 0.5, self.training)", "traced in training mode: its 'norm.running_mean' changes")]
    [InlineData("self.training", "torch.dropout(x, 0.5, True)", "traced in training mode: it draws random numbers")]
    public void A_trace_is_told_from_a_script(string norm, string dropout, string? warning)
    {
        using ScriptModel model = ScriptModel.Load(Traced(norm, dropout));
        (string Name, float[] Values)[] before = Buffers(model);
        using Tensor random = get_rng_state();

        IReadOnlyList<string> warnings = ModelFit.Require(model, "net.pt", Samples, Outputs);

        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.All(warnings, text => Assert.Contains(warning!, text, StringComparison.Ordinal));
        // Who tests a model hears of the mode that it was not traced for.
        Assert.Equal(warnings.Where(static text => text.Contains("training mode", StringComparison.Ordinal)), ModelFit.OfEvaluation(model, "net.pt", Samples));
        Assert.Equal(before.Select(b => b.Values), Buffers(model).Select(b => b.Values));
        using Tensor after = get_rng_state();
        Assert.Equal(random.data<byte>().ToArray(), after.data<byte>().ToArray());
    }

    [Fact]
    public void A_normalisation_of_ones_own_that_holds_its_statistics_is_told_by_its_code()
    {
        using ScriptModel model = ScriptModel.Load(Linear("return torch.batch_norm(torch.linear(x, self.weight, self.bias), None, None, torch.detach(self.bias), torch.detach(self.bias), False, 0.1, 1.0000000000000001e-05, True)", "Tensor"));

        Assert.Contains("the statistics of its normalisation stay put in training", Assert.Single(ModelFit.Require(model, "net.pt", Samples, Outputs)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torch.softmax(y, 1)", "softmax")]
    [InlineData("torch.softmax(torch.mul(y, 50), -1)", "softmax")]
    [InlineData("torch.div(torch.sigmoid(y), torch.sum(torch.sigmoid(y), [1], True))", "softmax")]
    [InlineData("torch.sigmoid(y)", "sigmoid")]
    [InlineData("torch.log_softmax(y, 1)", null)]
    [InlineData("torch.tanh(y)", null)]
    [InlineData("y", null)]
    public void Answers_that_are_probabilities_are_said_where_the_loss_takes_logits(string answer, string? end)
    {
        using ScriptModel model = ScriptModel.Load(Linear($"y = torch.linear(x, self.weight, self.bias)\n    return {answer}", "Tensor"));

        string[] said = [.. ModelFit.Require(model, "net.pt", Samples, Outputs, areLogits: true).Where(static warning => warning.Contains("Leave out the ", StringComparison.Ordinal))];
        Assert.Equal(end is null ? 0 : 1, said.Length);
        Assert.All(said, warning => Assert.Contains($"Leave out the {end} at", warning, StringComparison.Ordinal));
        Assert.Empty(ModelFit.Require(model, "net.pt", Samples, Outputs));
    }

    [Fact]
    public void Answers_that_begin_at_zero_are_logits()
    {
        using ScriptModel model = ScriptModel.Load(Linear("return torch.mul(torch.linear(x, self.weight, self.bias), 0)", "Tensor"));

        Assert.DoesNotContain(ModelFit.Require(model, "net.pt", Samples, Outputs, areLogits: true), static warning => warning.Contains("Leave out the ", StringComparison.Ordinal));
    }

    [Fact]
    public void Validation_leaves_buffers_as_they_are_also_where_a_trace_changes_them()
    {
        using ScriptModel model = ScriptModel.Load(Traced("True", "torch.dropout(x, 0.5, True)"));
        using var learner = new TorchLearner(model, Data(24), new LearnerOptions { Device = "cpu" });
        learner.Step(new BatchPlan(24, 8, 1).At(0), new SchedulePoint(0, 0.1));
        float[][] before = [.. Buffers(model).Select(b => b.Values)];

        learner.Evaluate(TestContext.Current.CancellationToken);

        Assert.Equal(before, Buffers(model).Select(b => b.Values));
        Assert.Contains(before[0], mean => mean != 0);
    }

    [Theory]
    [InlineData("Dict[str, Tensor]", "return {\"logits\": torch.linear(x, self.weight, self.bias)}")]
    [InlineData("Tuple[str, Tensor]", "return (\"logits\", torch.linear(x, self.weight, self.bias))")]
    [InlineData("NoneType", "return None")]
    [InlineData("int", "return 3")]
    [InlineData("Optional[Tensor]", "return None")]
    public void An_answer_that_is_no_tensor_is_named_by_its_type(string returns, string body)
    {
        using ScriptModel model = ScriptModel.Load(Linear(body, returns));

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(model, "net.pt", Samples, Outputs));

        Assert.Equal("ModelOutput", error.ErrorId);
        Assert.Contains($"answers with {returns}; training needs one tensor", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tuple[Tensor, Tensor]", "(torch.linear(x, self.weight, self.bias), x)", 2)]
    [InlineData("Tuple[Tensor, Tensor, Tensor]", "(torch.linear(x, self.weight, self.bias), x, x)", 3)]
    [InlineData("List[Tensor]", "[torch.linear(x, self.weight, self.bias), x]", 2)]
    public void Of_several_answers_the_first_is_learnt_from_and_that_is_said(string returns, string answer, int count)
    {
        using ScriptModel model = ScriptModel.Load(Linear($"return {answer}", returns));

        Assert.Contains($"answers with {count} values in training: the first is learnt from", Assert.Single(ModelFit.Require(model, "net.pt", Samples, Outputs)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torch.argmax(torch.linear(x, self.weight, self.bias), 1)", "ModelOutput", "numbers of the type Int64")]
    [InlineData("torch.gt(torch.linear(x, self.weight, self.bias), 0)", "ModelOutput", "numbers of the type Bool")]
    [InlineData("torch.detach(torch.linear(x, self.weight, self.bias))", "NothingToTrain", "depend on no parameter")]
    [InlineData("torch.linear(x, torch.div(self.weight, 0), self.bias)", "ModelNotFinite", "its weights are finite")]
    [InlineData("torch.unsqueeze(torch.linear(x, self.weight, self.bias), 0)", "ModelOutput", "[1, 2, 3]")]
    public void An_answer_from_which_nothing_can_be_learnt_is_refused(string answer, string id, string says)
    {
        using ScriptModel model = ScriptModel.Load(Linear($"return {answer}", "Tensor"));

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(model, "net.pt", Samples, Outputs));

        Assert.Equal(id, error.ErrorId);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float64, "float64")]
    [InlineData(ScalarType.Float16, "float16")]
    [InlineData(ScalarType.BFloat16, "bfloat16")]
    [InlineData(ScalarType.ComplexFloat32, "complex numbers")]
    public void Weights_of_another_type_are_named(ScalarType type, string says)
    {
        using var module = new OneWeight(type);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, Outputs));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("this shape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_named()
    {
        using var module = nn.Linear(Inputs, Outputs);
        using (no_grad())
            module.bias!.fill_(double.NaN);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, Outputs));

        Assert.Equal("ModelNotFinite", error.ErrorId);
        Assert.Contains("its 'bias' is not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frozen_model_is_told_from_one_without_parameters()
    {
        using var module = nn.Linear(Inputs, Outputs);
        foreach (Parameter parameter in module.parameters())
            parameter.requires_grad = false;

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, Outputs));

        Assert.Equal("NothingToTrain", error.ErrorId);
        Assert.Contains("all 2 are frozen", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_look_at_its_sample_is_said()
    {
        using ScriptModel model = ScriptModel.Load(Linear("return torch.expand(self.bias, [torch.size(x, 0), 3])", "Tensor"));

        Assert.Contains("answers all samples alike", Assert.Single(ModelFit.Require(model, "net.pt", Samples, Outputs)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_is_in_one_run_at_a_time_and_free_after_it()
    {
        using Sequential module = nn.Sequential(nn.Linear(Inputs, Outputs));
        using var whole = nn.Sequential(nn.Identity(), module);
        var options = new LearnerOptions { Device = "cpu" };
        using (new TorchLearner(module, Data(24), options))
        {
            Assert.Equal("ModelInUse", Assert.Throws<InvalidParameterException>(() => new TorchLearner(module, Data(24), options)).ErrorId);
            Assert.Equal("ModelInUse", Assert.Throws<InvalidParameterException>(() => new TorchLearner(whole, Data(24), options)).ErrorId);
        }
        using (new TorchLearner(whole, Data(24), options))
        {
        }
    }

    [Fact]
    public void A_script_is_in_one_run_at_a_time_however_it_is_wrapped()
    {
        var script = jit.load<Tensor, Tensor>(Linear("return torch.linear(x, self.weight, self.bias)", "Tensor"), CPU);
        var options = new LearnerOptions { Device = "cpu" };
        using var wrapped = new ScriptModel(script);
        using (new TorchLearner(wrapped, Data(24), options))
            Assert.Throws<InvalidParameterException>(() => new TorchLearner(new ScriptModel(script), Data(24), options));
    }

    [Theory]
    [InlineData("flat", true)]
    [InlineData("untracked", true)]
    [InlineData("frozen", false)]
    [InlineData("image", false)]
    [InlineData("none", false)]
    public void A_batch_of_one_is_refused_where_batch_normalisation_has_no_variance(string kind, bool refused)
    {
        using nn.Module<Tensor, Tensor> norm = kind switch
        {
            "flat" or "frozen" => nn.BatchNorm1d(Inputs),
            "untracked" => nn.BatchNorm1d(Inputs, track_running_stats: false),
            "image" => nn.Sequential(nn.Unflatten(1, [2, Inputs / 2]), nn.BatchNorm1d(2), nn.Flatten()),
            _ => nn.Identity(),
        };
        using var module = nn.Sequential(norm, nn.Linear(Inputs, Outputs));
        module.train();
        if (kind == "frozen")
            norm.eval();
        float[][] before = [.. Buffers(module).Select(b => b.Values)];
        var source = new ModelSource(module);

        if (refused)
            Assert.Contains("Expected more than 1 value per channel", Assert.Throws<InvalidParameterException>(Open).Message, StringComparison.Ordinal);
        else
            Open();

        Assert.Equal(before, Buffers(module).Select(b => b.Values));

        void Open() => TorchSession.Open(source, Data(24), new LearnerOptions { Device = "cpu" }, 1, 1).Dispose();
    }

    [Fact]
    public void A_batch_of_one_is_refused_for_a_trace_too() =>
        Assert.Equal("BatchOfOne", Assert.Throws<InvalidParameterException>(() => TorchSession.Open(ModelSource.FromFile(Traced("True", "torch.relu(x)")), Data(24), new LearnerOptions { Device = "cpu" }, 1, 1)).ErrorId);

    private string Traced(string norm, string dropout) => TorchScriptFile.Normalized(File, Inputs, Outputs, 0.1, norm, dropout);

    private string Linear(string body, string returns) => TorchScriptFile.Write(File, $"""
        class Net(Module):
          __parameters__ = ["weight", "bias", ]
          __buffers__ = []
          weight : Tensor
          bias : Tensor
          training : bool
          def forward(self: __torch__.Net,
            x: Tensor) -> {returns}:
            {body}

        """, Weights());

    private static ScriptTensor[] Weights() =>
    [
        new("weight", [.. Enumerable.Range(0, Outputs * Inputs).Select(i => (i % 7 - 3) / 10f)], [Outputs, Inputs]),
        new("bias", [0.1f, 0.2f, 0.3f], [Outputs]),
    ];

    private static (string Name, float[] Values)[] Buffers(nn.Module model) =>
        [.. model.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => (b.name, b.buffer.data<float>().ToArray()))];

    private static TrainingData Data(int count)
    {
        var set = new LabelledData(Samples, new ClassTargets([.. Enumerable.Range(0, count).Select(i => (long)i % Outputs)], ["a", "b", "c"]));
        return new TrainingData("waves", "made", set, set, FeatureScaling.Identity(Inputs), "waves");
    }

    private sealed class OneWeight : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        public OneWeight(ScalarType type) : base(nameof(OneWeight)) => register_parameter("weight", _weight = new Parameter(zeros([Outputs, Inputs], type)));

        public override Tensor forward(Tensor input) => input.matmul(_weight.t());
    }
}
