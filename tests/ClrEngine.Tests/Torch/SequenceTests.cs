using ClrEngine.Data.Arrays;
using ClrEngine.Torch.Trained;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch;

/// <summary>Arrays and tensors that are no grey images: sequences of features, and tokens.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class SequenceTests : IDisposable
{
    private static readonly DataOptions AsIs = new() { Standardize = false };
    private readonly TempFolder _folder = new();

    public SequenceTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x", "<f4", 7, 3, SampleLayout.Auto, "7, 3")]
    [InlineData("x", "<f8", 3, 7, SampleLayout.Auto, "3, 7")]
    [InlineData("x", "<f4", 5, 5, SampleLayout.Auto, "5, 5")]
    [InlineData("x", "<i8", 7, 3, SampleLayout.Auto, "7, 3")]
    [InlineData("x", "|u1", 7, 3, SampleLayout.Auto, "1, 7, 3")]
    [InlineData("x_images", "<f4", 7, 3, SampleLayout.Auto, "1, 7, 3")]
    [InlineData("x", "<f4", 7, 3, SampleLayout.Image, "1, 7, 3")]
    [InlineData("x", "|u1", 7, 3, SampleLayout.Sequence, "7, 3")]
    [InlineData("x", "<f4", 7, 3, SampleLayout.ChannelsFirst, "7, 3")]
    public void Three_dimensions_are_sequences_unless_type_or_name_say_images(string name, string type, int time, int features, SampleLayout layout, string shape)
    {
        TrainingData data = Made(name, type, time, features, 300, layout);
        Assert.Equal(shape, string.Join(", ", data.Shape));
        Assert.Equal(shape.Split(", ").Length == 2 && layout != SampleLayout.ChannelsFirst, data.Scaling.ChannelsLast);
        Assert.Equal(layout == SampleLayout.Auto && name == "x" && type != "|u1", data.Warnings.Any(static warning => warning.Contains("-Layout", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<f4", 6, 6, 1)]
    [InlineData("<f8", 6, 6, 255)]
    [InlineData("<i4", 7, 3, 255)]
    public void Squares_of_shares_or_bytes_and_whole_bytes_are_images_and_that_is_said(string type, int height, int width, int largest)
    {
        TrainingData data = Made("x", type, height, width, largest, SampleLayout.Auto);
        Assert.Equal([1, height, width], data.Shape);
        Assert.Contains("-Layout Sequence", Assert.Single(data.Warnings));
    }

    [Fact]
    public void Each_feature_of_a_sequence_is_scaled_over_samples_and_times()
    {
        Tensor features = cat([rand(40, 5, 1, dtype: float64) + 1.7e9, rand(40, 5, 1, dtype: float64) * 1000, rand(40, 5, 1, dtype: float64)], 2);
        TrainingData data = TensorData.Prepare(features, arange(40) % 2, features, arange(40) % 2);
        float[] values = data.Train.Samples.ReadAll();
        for (int feature = 0; feature < 3; feature++)
        {
            double[] column = [.. values.Where((_, i) => i % 3 == feature).Select(static v => (double)v)];
            Assert.Equal(0, column.Average(), 1e-4);
            Assert.Equal(1, Math.Sqrt(column.Average(static v => v * v)), 1e-4);
        }
    }

    [Fact]
    public void A_recurrent_module_learns_sequences_and_its_file_takes_new_ones_under_their_own_scaling()
    {
        TrainingData data = Rising(1.7e9, seed: 1);
        using LastState model = Seeded(static () => new LastState(2));

        TrainingHistory history = Train(model, data, "lstm", 0.2);

        Assert.Equal(100, history.Epochs[^1].ValidationAccuracy);
        // Read as another file is, its own figures would move it.
        TrainingData shifted = Rising(1.7e9 + 1, seed: 2);
        Assert.NotEqual(data.Scaling.Means[0], shifted.Scaling.Means[0]);
        using TrainedModel trained = TrainedModel.Open([_folder.At("lstm/final.safetensors")], new ModelSource(model), "cpu");
        Assert.True(trained.Info.ChannelsLast);
        Assert.Equal(data.Scaling.Means, trained.Info.Means);
        Assert.Equal(100, Accuracy(trained, shifted));
        Assert.Equal(100, Accuracy(trained, Rising(1.7e9, seed: 3, AsIs)));
    }

    [Fact]
    public void A_transformer_module_takes_batch_time_and_features()
    {
        TrainingData data = Rising(0, seed: 1);
        using Attention model = Seeded(static () => new Attention());
        Assert.Equal(100, Train(model, data, "attention", 0.1).Epochs[^1].ValidationAccuracy);
    }

    [Fact]
    public void Tokens_as_they_are_reach_an_embedding_as_whole_numbers()
    {
        TrainingData data = Tokens("<i4", AsIs);
        using MeanEmbedding model = Seeded(static () => new MeanEmbedding());

        TrainingHistory history = Train(model, data, "tokens", 0.3);

        Assert.Equal(100, history.Epochs[^1].ValidationAccuracy);
        using TrainedModel trained = TrainedModel.Open([_folder.At("tokens/final.safetensors")], new ModelSource(model), "cpu");
        Assert.True(trained.Info.TakesWholeNumbers);
        Assert.Equal(100, Accuracy(trained, data));
        // A file that was read as usual is the same to the model.
        Assert.Equal(100, Accuracy(trained, Tokens("<i8", DataOptions.Default)));
        Assert.Equal(TrainedModelErrors.OtherShape, Assert.Throws<TrainedModelException>(() => Accuracy(trained, Tokens("<f8", DataOptions.Default))).Cause);
    }

    [Fact]
    public void Streamed_tokens_are_those_that_lie_on_the_device()
    {
        TrainingData data = Tokens("<i8", AsIs);
        using SampleSet resident = new ResidentSet(data.Train, null, CPU), streamed = new StreamedSet(data.Train, null, CPU);
        using var scope = NewDisposeScope();
        (Tensor one, Tensor _) = resident.Slice(3, 5);
        (Tensor other, Tensor _) = streamed.Slice(3, 5);
        Assert.Equal((ScalarType.Int64, ScalarType.Int64), (one.dtype, other.dtype));
        Assert.Equal(one.data<long>().ToArray(), other.data<long>().ToArray());
    }

    [Fact]
    public void A_model_that_changes_its_input_does_not_change_the_data()
    {
        using SampleSet resident = new ResidentSet(Tokens("<i8", AsIs).Train, null, CPU);
        using var scope = NewDisposeScope();
        long[] before = resident.Slice(3, 5).Features.data<long>().ToArray();
        resident.Slice(3, 5).Features.zero_();
        Assert.Equal(before, resident.Slice(3, 5).Features.data<long>().ToArray());
    }

    [Fact]
    public void Tokens_of_a_tensor_stay_whole_and_scaled_ones_do_not()
    {
        Assert.True(((SampleReader)TensorData.Prepare(arange(40).reshape(20, 2), arange(20) % 2, AsIs).Train.Samples).IsInteger);
        Assert.False(((SampleReader)TensorData.Prepare(arange(40).reshape(20, 2), arange(20) % 2).Train.Samples).IsInteger);
        Assert.False(((SampleReader)TensorData.Prepare(rand(20, 2), arange(20) % 2, AsIs).Train.Samples).IsInteger);
        // ±1 have mean 0 and deviation 1 already, and are no tokens for it.
        Tensor signs = tensor(new long[] { 1, -1, -1, 1 }).reshape(2, 2);
        TrainingData scaled = TensorData.Prepare(signs, arange(2), signs, arange(2));
        Assert.True(scaled.Scaling.IsIdentity);
        Assert.False(((SampleReader)scaled.Train.Samples).IsInteger);
    }

    [Fact]
    public void A_model_without_an_embedding_is_told_what_whole_numbers_are_for()
    {
        var refused = Assert.Throws<ModelMismatchException>(() => TorchSession.Open(new ModelSource("mlp:8"), Tokens("<i8", AsIs), new LearnerOptions { Device = "cpu" }, 16, 1));
        Assert.Contains("-AsIs", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f8")]
    public void Float_one_hot_labels_are_classes(string type)
    {
        double[] rows = [.. Enumerable.Range(0, 12).SelectMany(static i => new double[] { i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0 })];
        byte[] y = type == "<f4" ? NpyWriter.Bytes(type, "(12, 3)", Array.ConvertAll(rows, static v => (float)v)) : NpyWriter.Bytes(type, "(12, 3)", rows);
        byte[] x = NpyWriter.Bytes("<f4", "(12, 1)", [.. Enumerable.Range(0, 12).Select(static i => (float)i)]);
        TrainingData data = Load(DataOptions.Default, ("x_train", x), ("y_train", y), ("x_test", x), ("y_test", y));
        Assert.Equal(["0", "1", "2"], data.Classes());
        Assert.Equal([0, 1, 2, 0], data.Train.Labels()[..4]);
        Assert.Equal(3, ((ValueTargets)Load(new DataOptions { Regression = true }, ("x", x), ("y", y)).Train.Targets).Width);
    }

    [Fact]
    public void One_hot_tensors_are_classes_of_any_type_and_others_values()
    {
        foreach (ScalarType type in new[] { float32, float64, int64, ScalarType.Bool })
        {
            TrainingData data = TensorData.Prepare(rand(12, 2), eye(3).repeat(4, 1).to(type));
            Assert.Equal(3, Assert.IsType<ClassTargets>(data.Train.Targets).Classes);
        }
        Assert.IsType<ValueTargets>(TensorData.Prepare(rand(12, 2), eye(3).repeat(4, 1), new DataOptions { Regression = true }).Train.Targets);
        Assert.IsType<ValueTargets>(TensorData.Prepare(rand(12, 2), eye(3).repeat(4, 1) * 0.5).Train.Targets);
        Assert.IsType<ValueTargets>(TensorData.Prepare(rand(12, 2), 1 - eye(3).repeat(4, 1)).Train.Targets);
        Assert.Equal(["a", "b", "c"], TensorData.Prepare(rand(12, 2), eye(3).repeat(4, 1), classNames: ["a", "b", "c"]).Classes());
        // A column of whole numbers is one of classes.
        Assert.IsType<ClassTargets>(TensorData.Prepare(rand(12, 2), (arange(12) % 3).reshape(12, 1)).Train.Targets);
    }

    // The same first weights on each run.
    private static T Seeded<T>(Func<T> make)
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using (random.Enter())
            return make();
    }

    private static TrainingData Made(string name, string type, int time, int features, int largest, SampleLayout layout)
    {
        const int Count = 20;
        double[] values = [.. Enumerable.Range(0, Count * time * features).Select(i => largest == 1 ? i % 11 / 10.0 : i * 7 % (largest + 1))];
        string shape = $"({Count}, {time}, {features})";
        byte[] x = type switch
        {
            "<f4" => NpyWriter.Bytes(type, shape, Array.ConvertAll(values, static v => (float)v)),
            "<f8" => NpyWriter.Bytes(type, shape, values),
            "<i4" => NpyWriter.Bytes(type, shape, Array.ConvertAll(values, static v => (int)v)),
            "<i8" => NpyWriter.Bytes(type, shape, Array.ConvertAll(values, static v => (long)v)),
            _ => NpyWriter.Bytes(type, shape, Array.ConvertAll(values, static v => (byte)(v % 256))),
        };
        string named = name == "x" ? name : "images";
        return Load(new DataOptions { Layout = layout }, (named, x), ("y", NpyWriter.Bytes("<i8", $"({Count},)", [.. Enumerable.Range(0, Count).Select(static i => (long)(i % 2))])));
    }

    // Two features over six times: whether the first rises or falls is the class.
    private static TrainingData Rising(double offset, int seed, DataOptions? options = null)
    {
        const int Count = 120, Time = 6;
        var random = new ClrEngine.Numerics.SeededRandom(seed, 0);
        double[] values = [.. Enumerable.Range(0, Count * Time).SelectMany(i => new[]
        {
            offset + ((i / Time % 2 == 0 ? 1 : -1) * (i % Time - 2.5)) + (random.NextInt(100) / 500.0),
            random.NextInt(100) * 1000.0,
        })];
        return TensorData.Prepare(tensor(values).reshape(Count, Time, 2), arange(Count) % 2, (options ?? DataOptions.Default) with { Layout = SampleLayout.Sequence });
    }

    // Each class has tokens of its own.
    private static TrainingData Tokens(string type, DataOptions options)
    {
        const int Count = 240, Time = 4;
        var random = new ClrEngine.Numerics.SeededRandom(4, 0);
        long[] tokens = [.. Enumerable.Range(0, Count * Time).Select(i => (long)((i / Time % 3 * 10) + random.NextInt(10)))];
        string shape = $"({Count}, {Time})";
        byte[] x = type switch
        {
            "<i4" => NpyWriter.Bytes(type, shape, Array.ConvertAll(tokens, static t => (int)t)),
            "<f8" => NpyWriter.Bytes(type, shape, Array.ConvertAll(tokens, static t => (double)t)),
            _ => NpyWriter.Bytes(type, shape, tokens),
        };
        return Load(options, ("x", x), ("y", NpyWriter.Bytes("<i8", $"({Count},)", [.. Enumerable.Range(0, Count).Select(static i => (long)(i % 3))])));
    }

    private static TrainingData Load(DataOptions options, params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
        return NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, options);
    }

    private TrainingHistory Train(nn.Module<Tensor, Tensor> model, TrainingData data, string folder, double rate)
    {
        var options = new TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu" },
            BatchSize = 16,
            Seed = 1,
            Length = new TrainingOptions { Epochs = 60 },
            ModelFolder = _folder.At(folder),
        };
        using var job = new TrainingJob(new ModelSource(model), data, new CyclicSchedule(rate / 10, rate, 40), options);
        job.Open();
        foreach (TrainingTick _ in job.Run(TestContext.Current.CancellationToken)) { }
        return job.Finish();
    }

    private static double? Accuracy(TrainedModel model, TrainingData data)
    {
        var tally = new PredictionTally(model.Info);
        foreach (SamplePrediction prediction in model.Predict(data.Validation, data.Scaling))
            tally.Add(prediction);
        return tally.Score(model, "data").Accuracy;
    }

    private sealed class LastState : nn.Module<Tensor, Tensor>
    {
        private readonly LSTM _lstm;
        private readonly Linear _output;

        public LastState(int features)
            : base(nameof(LastState))
        {
            (_lstm, _output) = (nn.LSTM(features, 8, batchFirst: true), nn.Linear(8, 2));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            (Tensor states, Tensor _, Tensor _) = _lstm.call(input);
            return _output.call(states.select(1, -1)).MoveToOuterDisposeScope();
        }
    }

    private sealed class Attention : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _input = nn.Linear(2, 8), _output = nn.Linear(8, 2);
        private readonly Parameter _places = new(randn(6, 8) * 0.5);
        private readonly TransformerEncoderLayer _layer = nn.TransformerEncoderLayer(8, 2, 16, 0);

        public Attention()
            : base(nameof(Attention)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor timeFirst = (_input.call(input) + _places).transpose(0, 1);
            return _output.call(_layer.call(timeFirst).mean([0])).MoveToOuterDisposeScope();
        }
    }

    private sealed class MeanEmbedding : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding _table = nn.Embedding(30, 8);
        private readonly Linear _output = nn.Linear(8, 3);

        public MeanEmbedding()
            : base(nameof(MeanEmbedding)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return _output.call(_table.call(input).mean([1])).MoveToOuterDisposeScope();
        }
    }
}
