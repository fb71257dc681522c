using System.Text.Json;
using ClrEngine.Torch.Losses;
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

    [Theory]
    [InlineData("the classes x, y, z there and the classes a, b, c here", "x", "y", "z")]
    [InlineData("the classes c, b, a there and the classes a, b, c here, the same in another order", "c", "b", "a")]
    public void Given_a_model_of_other_classes_when_loaded_then_its_last_layer_is_not_taken_and_the_classes_are_named(string says, params string[] classes)
    {
        string path = Trained(info => info with { Classes = classes });
        float[] fresh = State()["output.weight"];
        foreach (WeightsMatch match in new[] { WeightsMatch.Head, WeightsMatch.Any })
        {
            InitialWeights begun = InitialWeights.Load(_net, "net", Learners.Classes, Options(path) with { WeightsMatch = match }, Learners.Data())!;
            Assert.Equal($"The last layer of model 'net' begins fresh, for other targets than in '{Path.GetFileName(path)}': {says}.", Assert.Single(begun.Warnings));
            Assert.Contains("4 of 6 parameters are taken, 2 begin fresh, and 2 tensors of the file are left", begun.Remarks[^1], StringComparison.Ordinal);
            Assert.Equal([.. fresh, 0.5f], [.. State()["output.weight"], State()["hidden.bias"][0]]);
        }
        Assert.Contains(says, Assert.Throws<WeightsException>(() => InitialWeights.Load(_net, "net", Learners.Classes, Options(path) with { WeightsMatch = WeightsMatch.Strict }, Learners.Data())).Message, StringComparison.Ordinal);
        var frozen = Assert.Throws<InvalidParameterException>(() => InitialWeights.Load(_net, "net", Learners.Classes, Options(path) with { Freeze = ["hidden*", "out*"] }, Learners.Data()));
        Assert.Equal("FreezeFreshLayer", frozen.ErrorId);
        Assert.Contains(says, frozen.Message, StringComparison.Ordinal);
        Assert.Empty(InitialWeights.Load(_net, "net", Learners.Classes, Options(Trained(static info => info)), Learners.Data())!.Warnings);
    }

    [Fact]
    public void Given_a_model_that_learnt_samples_of_another_scaling_when_loaded_then_both_are_named_with_the_remedy()
    {
        string path = Trained(static info => info with { Means = [0, 0.5, 0, 0], StandardDeviations = [1, 0.25, 1, 1] });
        string warning = Assert.Single(InitialWeights.Load(_net, "net", Learners.Classes, Options(path), Learners.Data())!.Warnings);
        Assert.Contains("scaled by mean 0.5 and standard deviation 0.25, and this data is scaled by mean 0 and standard deviation 1, in channel 1", warning, StringComparison.Ordinal);
        Assert.EndsWith("Import-TrainingData -Mean 0, 0.5, 0, 0 -StandardDeviation 1, 0.25, 1, 1.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_numbers_beyond_single_precision_or_a_file_that_is_not_the_one_when_loaded_then_it_is_refused_for_that()
    {
        byte[] numbers = new byte[8 * 8];
        BitConverter.TryWriteBytes(numbers.AsSpan(8), 1e300);
        string path = _folder.At("wide.safetensors");
        using (FileStream file = File.Create(path))
            SafetensorsWriter.Write(file, [new StateTensor("hidden.bias", TensorType.Float64, [8], numbers)]);
        Assert.Contains("has 1E+300 in 'hidden.bias', beyond single precision", Assert.Throws<WeightsException>(() => Load(path, WeightsMatch.Any)).Message, StringComparison.Ordinal);
        Assert.Equal("WeightsOtherFile", Assert.Throws<WeightsException>(() => InitialWeights.Load(_net, "net", Learners.Classes, Options(path) with { WeightsSha256 = new string('A', 64) })).ErrorId);
        Assert.Throws<InvalidParameterException>(() => (Options(path) with { WeightsSha256 = "12" }).Validate());
        Assert.Throws<InvalidParameterException>(() => new LearnerOptions { WeightsSha256 = new string('A', 64) }.Validate());
    }

    [Theory]
    [InlineData("norm.running_var", -1f, "has a variance below 0")]
    [InlineData("norm.running_var", float.PositiveInfinity, "is not finite")]
    [InlineData("norm.running_mean", float.NegativeInfinity, "is not finite")]
    public void Given_statistics_that_no_samples_have_when_a_session_is_opened_then_they_are_named(string name, float value, string says)
    {
        using (no_grad())
            _net.named_buffers().Single(buffer => buffer.name == name).buffer.fill_(value);
        var refused = Assert.Throws<ModelMismatchException>(() => TorchSession.Open(ModelSource.FromModule(_net)!, Learners.Data(), new LearnerOptions { Device = "cpu" }, 16, 1));
        Assert.Contains($"'{name}' of model 'Sequential' {says}", refused.Message, StringComparison.Ordinal);
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

    private static LearnerOptions Options(string path) => new() { Weights = path };

    // The net's weights, all 0.5, as a trained model that says of itself what is asked for.
    private string Trained(Func<TrainedModelInfo, TrainedModelInfo> says)
    {
        string path = _folder.At($"{Guid.NewGuid()}.safetensors");
        TrainedModelFile.Write(path, SafetensorsReader.Read(Written()).Tensors.Select(CheckpointFiles.WithModelPrefix), says(TrainedModelInfo.FromRun(new RunDescription { Model = "net" }, Learners.Data(), new LossOptions())));
        return path;
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
