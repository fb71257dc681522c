using System.Security.Cryptography;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Trained;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch;

/// <summary>Eight pieces of work at once: each gives to the bit what it gives alone.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ConcurrencyTests : IDisposable
{
    // What they share: padded channels (without oneDNN on some machines), dropout and augmentation (one generator a process), threads of several numbers.
    private static readonly (string Model, LearnerOptions Learning, bool Streamed)[] Kinds =
    [
        ("cnn:16,32", new(), false),
        ("cnn:24,40", new(), false),
        ("mlp:256,128", new() { Threads = 2 }, false),
        ("mlp:32", new() { Threads = 1 }, true),
        ("cnn:16", new() { Augmentation = new AugmentationOptions { Crop = true, Flip = true } }, true),
        ("dropout", new(), false),
        ("resnet20", new() { Threads = 2 }, false),
        ("cnn:16,32", new() { Precision = Precision.BFloat16 }, false),
    ];

    private readonly TempFolder _folder = new();
    private readonly TrainingData _data = new(Digits.Load().Name, "digits", Part(Digits.Load().Train, 200), Part(Digits.Load().Validation, 100), Digits.Load().Scaling, "digits");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Given_eight_pieces_of_work_when_done_at_once_then_each_is_to_the_bit_what_it_is_alone()
    {
        TorchLibrary.EnsureLoaded();
        string[] alone = [.. Kinds.Select((_, i) => Work(i, "alone"))];
        for (int round = 0; round < 2; round++)
        {
            using var start = new Barrier(Kinds.Length);
            Task<string>[] tasks = [.. Kinds.Select((_, i) => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return Work(i, $"round-{round}");
            }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            Assert.Equal(alone, await Task.WhenAll(tasks));
        }
    }

    [Fact]
    public async Task Given_a_model_when_tested_beside_others_and_in_any_thread_then_its_score_has_the_same_bits()
    {
        Train(2, "a");
        double alone = Score("a", null).Loss, withOne = Score("a", 1).Loss, withTwo = Score("a", 2).Loss;
        for (int threads = 1; threads <= 2; threads++)
        {
            // What a thread sets is what new ones begin with.
            set_num_threads(threads);
            Assert.Equal((alone, withOne, withTwo), await InThread(() => (Score("a", null).Loss, Score("a", 1).Loss, Score("a", 2).Loss)));
        }
        Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => Score("a", 100_000));
        Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => Score("a", 0));
    }

    private static Task<T> InThread<T>(Func<T> work) => Task.Factory.StartNew(work, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private string Work(int kind, string name)
    {
        (string model, LearnerOptions learning, bool streamed) = Kinds[kind];
        learning = learning with { Device = "cpu", ResidencyBudget = streamed ? 0 : null };
        var parts = new List<string>();
        using (TorchSession session = TorchSession.Open(Source(model), _data, learning, 32, 7))
        {
            var test = new LrRangeTest(session.Learner, session.Plan, new LrRangeTestOptions { Iterations = 12, TrialSteps = 0 }) { Description = session.Description };
            parts.AddRange(test.Run(TestContext.Current.CancellationToken).ToArray().Select(static point => Bits(point.Loss)));
        }
        TrainingHistory history = Train(kind, $"{name}-{kind}", learning);
        parts.AddRange(history.Epochs.SelectMany(static epoch => new[] { Bits(epoch.TrainLoss), Bits(epoch.ValidationLoss) }));
        parts.Add(Convert.ToHexString(SHA256.HashData(TrainedModelFile.Read(_folder.At($"{name}-{kind}/final.safetensors")).Tensors.SelectMany(static tensor => tensor.Bytes.ToArray()).ToArray())));
        if (model != "dropout")
            parts.Add(Bits(Score($"{name}-{kind}", learning.Threads).Loss));
        return string.Join(' ', parts);
    }

    private TrainingHistory Train(int kind, string name, LearnerOptions? learning = null)
    {
        using var job = new TrainingJob(Source(Kinds[kind].Model), _data, new CyclicSchedule(0.01, 0.05, 6), new TrainingJobOptions
        {
            Learning = learning ?? Kinds[kind].Learning with { Device = "cpu" },
            BatchSize = 32,
            Seed = 3,
            Length = new TrainingOptions { Epochs = 2 },
            Snapshots = true,
            ModelFolder = _folder.At(name),
        });
        job.Open();
        _ = job.Run(TestContext.Current.CancellationToken).Count();
        return job.Finish();
    }

    private TrainedModelScore Score(string name, int? threads)
    {
        using TrainedModel model = TrainedModel.Open([_folder.At($"{name}/final.safetensors")], device: "cpu", threads: threads);
        var tally = new PredictionTally(model.Info);
        foreach (SamplePrediction prediction in model.Predict(_data.Validation, _data.Scaling))
            tally.Add(prediction);
        return tally.Score(model, "digits");
    }

    private static ModelSource Source(string name) => name != "dropout" ? new ModelSource(name) : ModelSource.FromFunction("dropout", (_, outputs) =>
        nn.Sequential(("flat", nn.Flatten()), ("hidden", nn.Linear(64, 128)), ("norm", nn.BatchNorm1d(128)), ("dropout", nn.Dropout(0.5)), ("output", nn.Linear(128, outputs))));

    private static LabelledData Part(LabelledData data, int count)
    {
        var targets = (ClassTargets)data.Targets;
        var features = new float[count * 64];
        data.Samples.Read([.. Enumerable.Range(0, count).Select(static i => (long)i)], features);
        return new LabelledData(new FloatSamples(features, data.Samples.Shape), new ClassTargets(targets.Labels[..count], targets.ClassNames));
    }

    private static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture);
}

[Collection(nameof(TorchRandomState))]
public sealed class TorchRandomTests
{
    public TorchRandomTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void Given_two_streams_drawn_from_in_turn_each_goes_on_as_if_alone()
    {
        using TorchRandom first = TorchRandom.Seeded(1);
        using TorchRandom second = TorchRandom.Seeded(2);
        float[] inTurn = [Draw(first), Draw(second), Draw(first), Draw(second)];
        using TorchRandom firstAlone = TorchRandom.Seeded(1);
        float[] one = [Draw(firstAlone), Draw(firstAlone)];
        using TorchRandom secondAlone = TorchRandom.Seeded(2);
        float[] two = [Draw(secondAlone), Draw(secondAlone)];
        Assert.Equal([one[0], two[0], one[1], two[1]], inTurn);
    }

    [Fact]
    public void Given_an_inner_stream_was_closed_the_outer_one_goes_on_as_if_it_had_never_been()
    {
        using TorchRandom outer = TorchRandom.Seeded(5);
        Draw(outer);
        using (TorchRandom.Seeded(6).Enter())
            rand(10).Dispose();
        float next = Draw(outer);
        using TorchRandom again = TorchRandom.Seeded(5);
        Draw(again);
        Assert.Equal(next, Draw(again));
    }

    [Fact]
    public void Given_the_outer_stream_was_closed_first_the_inner_one_goes_on()
    {
        TorchRandom outer = TorchRandom.Seeded(5);
        using TorchRandom inner = TorchRandom.Seeded(6);
        float first = Draw(inner);
        Draw(outer);
        outer.Dispose();
        float second = Draw(inner);
        using TorchRandom again = TorchRandom.Seeded(6);
        Assert.Equal([first, second], [Draw(again), Draw(again)]);
    }

    private static float Draw(TorchRandom stream)
    {
        using TorchRandom.Section section = stream.Enter();
        using Tensor drawn = rand(1);
        return drawn.item<float>();
    }
}
