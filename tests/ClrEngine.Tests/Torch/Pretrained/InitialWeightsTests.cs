using System.Text.Json;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Formats;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Pretrained;

[Collection(nameof(TorchRandomState))]
public sealed class InitialWeightsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly nn.Module<Tensor, Tensor> _net;

    public InitialWeightsTests()
    {
        TorchLibrary.EnsureLoaded();
        _net = Learners.Model();
    }

    public void Dispose()
    {
        _net.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("state", 6)]
    [InlineData("wrapped", 6)]
    public void Given_a_state_dict_of_Python_when_loaded_then_the_net_has_its_numbers_and_answers_as_there(string name, int parameters)
    {
        JsonElement said = ReferenceFile.Read("pytorch-weights.json");
        InitialWeights begun = Load(ReferenceFile.CopyTo(_folder.Path, name + ".pt"))!;
        Dictionary<string, float[]> own = State();
        foreach (JsonProperty weight in said.GetProperty(name).GetProperty("weights").EnumerateObject())
            Assert.Equal(Floats(weight.Value), own[weight.Name]);
        _net.eval();
        using var noGrad = no_grad();
        using Tensor x = tensor(Floats(said.GetProperty("x"))).reshape(-1, 4), y = _net.forward(x);
        Assert.All(y.data<float>().ToArray().Zip(Floats(said.GetProperty(name).GetProperty("y"))), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.Empty(begun.Warnings);
        Assert.Contains($"{parameters} of 6 parameters are taken, 0 begin fresh", begun.Remarks[^1], StringComparison.Ordinal);
        Assert.Equal(name == "state" ? 1 : 3, begun.Remarks.Count);
        Assert.Equal(name != "state", begun.Remarks.Any(static remark => remark.Contains("'state_dict'", StringComparison.Ordinal)) && begun.Remarks.Any(static remark => remark.Contains("'module.'", StringComparison.Ordinal)));
    }

    [Fact]
    public void Given_weights_for_more_classes_when_loaded_then_the_last_layer_begins_fresh_with_a_warning_and_strictly_they_are_refused()
    {
        string path = Written(("output.weight", [5, 8]), ("output.bias", [5]));
        float[] fresh = State()["output.weight"];
        string warning = Assert.Single(Load(path)!.Warnings);
        Assert.Contains("'output.weight' is F32 [5, 8] there and F32 [3, 8] here", warning, StringComparison.Ordinal);
        Assert.Equal(fresh, State()["output.weight"]);
        Assert.All(State()["hidden.weight"], static value => Assert.Equal(0.5f, value));
        var strict = Assert.Throws<WeightsException>(() => Load(path, WeightsMatch.Strict));
        Assert.Equal("WeightsMismatch", strict.ErrorId);
        Assert.Contains("the last layer then begins fresh", strict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_other_weights_when_loaded_then_all_that_differs_is_named_and_nothing_is_changed_unless_any_will_do()
    {
        string path = Written(("hidden.weight", [8, 5]), ("norm.bias", null), ("extra.weight", [2]), ("norm.num_batches_tracked", null));
        Dictionary<string, float[]> before = State();
        var refused = Assert.Throws<WeightsException>(() => Load(path));
        Assert.Contains("it lacks 'norm.bias' F32 [8]; it has 'extra.weight' F32 [2], which the model has not; 'hidden.weight' is F32 [8, 5] there and F32 [8, 4] here.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, State());

        InitialWeights begun = Load(path, WeightsMatch.Any)!;
        Assert.Contains("fits model 'net' in 4 of 6 parameters", Assert.Single(begun.Warnings), StringComparison.Ordinal);
        Assert.Equal([.. before["hidden.weight"], 0.5f], [.. State()["hidden.weight"], State()["output.bias"][0]]);
        Assert.Contains("No parameter fits", Assert.Throws<WeightsException>(() => Load(Written(_net.named_parameters().Select(static p => (p.name, (long[]?)[7])).ToArray()), WeightsMatch.Any)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_trained_model_when_a_run_begins_with_it_then_the_run_says_so_by_name_and_hash_and_a_resume_with_another_is_refused()
    {
        TrainingData data = Learners.Data();
        var model = new ModelSource("mlp:8");
        TrainingJobOptions options = new() { Learning = new LearnerOptions { Device = "cpu" }, BatchSize = 16, Length = new TrainingOptions { Epochs = 2 } };
        Train(options with { ModelFolder = _folder.At("first") });
        options = options with { Learning = options.Learning with { Weights = _folder.At("first/final.safetensors"), Freeze = ["hidden*"] }, Length = new TrainingOptions { Epochs = 1 } };
        TrainingHistory tuned = Train(options with { ModelFolder = _folder.At("tuned"), Checkpoints = new CheckpointOptions { Path = _folder.At("run") } });
        Assert.Matches(@"^final\.safetensors \(sha256:[0-9a-f]{64}\)$", tuned.Run.Weights);
        Assert.Equal(["hidden*"], tuned.Run.Freeze);
        Assert.Equal(Hidden("first"), Hidden("tuned"));
        LearnerOptions again = TorchRun.SettingsOf(tuned.Run);
        Assert.Equal((null, "final.safetensors", "hidden*"), (again.Weights, again.KnownWeights?.Name, again.Freeze.Single()));

        CheckpointOptions resume = new() { Path = _folder.At("run"), Resume = true };
        File.Copy(_folder.At("tuned/final.safetensors"), _folder.At("final.safetensors"));
        Assert.Contains("Learning.Weights.Sha256 is", Refused(options.Learning with { Weights = _folder.At("final.safetensors") }), StringComparison.Ordinal);
        Assert.Contains("Learning.Freeze is", Refused(options.Learning with { Freeze = ["hidden1.weight"] }), StringComparison.Ordinal);
        Assert.Equal(2, Train(options with { Length = new TrainingOptions { Epochs = 2 }, Checkpoints = resume }).Epochs.Count);
        Assert.Equal("WeightsOtherFile", Assert.Throws<WeightsException>(() => Train(options with { Learning = again with { Weights = _folder.At("final.safetensors") } })).ErrorId);
        Assert.Equal("WeightsUnknownPlace", Assert.Throws<WeightsException>(() => Train(options with { Learning = again })).ErrorId);

        string Refused(LearnerOptions learning) => Assert.Throws<CheckpointException>(() => Train(options with { Learning = learning, Checkpoints = resume })).Message;

        byte[] Hidden(string folder) => TrainedModelFile.Read(_folder.At(folder + "/final.safetensors")).Tensors.Single(static tensor => tensor.Name == "model.hidden1.weight").Bytes.ToArray();

        TrainingHistory Train(TrainingJobOptions asked)
        {
            using var job = new TrainingJob(model, data, new CyclicSchedule(0.01, 0.1, 4), asked);
            job.Open();
            _ = job.Run(TestContext.Current.CancellationToken).Count();
            return job.Finish();
        }
    }

    [Fact]
    public void Given_a_module_of_somebody_when_a_session_that_only_looks_ends_then_it_has_the_weights_that_it_had()
    {
        Dictionary<string, float[]> before = State();
        using (TorchSession session = TorchSession.Open(ModelSource.FromModule(_net)!, Learners.Data(), new LearnerOptions { Device = "cpu", Weights = Written(), Freeze = ["hidden.*"] }, 16, 1))
        {
            Assert.Equal(0.5f, State()["hidden.weight"][0]);
            session.GivesWeightsBack = true;
        }
        Assert.Equal(before, State());
        Assert.All(_net.parameters(), static parameter => Assert.True(parameter.requires_grad));
    }

    private InitialWeights? Load(string path, WeightsMatch match = WeightsMatch.Head) =>
        InitialWeights.Load(_net, "net", Learners.Classes, new LearnerOptions { Weights = path, WeightsMatch = match });

    // The net's own names and shapes with 0.5 everywhere, but for some that have another shape or none.
    private string Written(params (string Name, long[]? Shape)[] changed)
    {
        var shapes = ModelWeights.Export(_net).ToDictionary(static tensor => tensor.Name["model.".Length..], static tensor => (tensor.Type, Shape: tensor.Shape.ToArray()));
        foreach ((string name, long[]? shape) in changed)
        {
            shapes.Remove(name);
            if (shape is not null)
                shapes[name] = (TensorType.Float32, shape);
        }
        string path = _folder.At($"{Guid.NewGuid()}.safetensors");
        using FileStream file = File.Create(path);
        SafetensorsWriter.Write(file, shapes.Select(static entry => new StateTensor(
            entry.Key,
            entry.Value.Type,
            [.. entry.Value.Shape],
            entry.Value.Type == TensorType.Int64 ? new byte[8] : Enumerable.Range(0, (int)entry.Value.Shape.Aggregate(1L, static (product, side) => product * side)).SelectMany(static _ => BitConverter.GetBytes(0.5f)).ToArray())));
        return path;
    }

    private Dictionary<string, float[]> State() =>
        ModelWeights.Live(_net).ToDictionary(static live => live.Name["model.".Length..], static live => live.Tensor.detach().to(ScalarType.Float32).data<float>().ToArray());

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(static number => number.GetSingle())];
}
