using System.Collections.Immutable;
using ClrEngine.Torch.Export;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ClrEngine.Tests.Torch.Export;

/// <summary>A model with weights that nobody trained, opened as a trained one, and what it answers to a few samples that are not scaled yet.</summary>
internal sealed record ExportCase(TrainedModel Model, float[] Raw, IReadOnlyList<long> Shape, IReadOnlyList<SamplePrediction> Expected) : IDisposable
{
    public void Dispose() => Model.Dispose();
}

/// <summary>A model of each kind of layer that can be written for other programs, and of each name.</summary>
internal static class ExportCases
{
    private const int Count = 6;

    private static readonly Dictionary<string, (long[] Shape, Func<Module<Tensor, Tensor>> Make)> Nets = new()
    {
        ["Linear"] = ([5], () => Sequential(("hidden", Linear(5, 8, hasBias: false)), ("output", Linear(8, 3)))),
        ["one layer"] = ([5], () => Linear(5, 3)),
        ["nested"] = ([5], () => Sequential(("body", Sequential(("0", Linear(5, 8)), ("1", ReLU()))), ("output", Linear(8, 3)))),
        ["LeakyReLU"] = Behind(() => LeakyReLU(0.2)),
        ["ELU"] = Behind(() => ELU(0.7)),
        ["GELU"] = Behind(() => GELU()),
        ["SiLU"] = Behind(() => SiLU()),
        ["Tanh"] = Behind(() => Tanh()),
        ["Sigmoid"] = Behind(() => Sigmoid()),
        ["Softmax"] = Behind(() => Softmax(1)),
        ["LogSoftmax"] = Behind(() => LogSoftmax(-1)),
        ["Dropout"] = Behind(() => Dropout(0.3)),
        ["AlphaDropout"] = Behind(() => AlphaDropout(0.3)),
        ["Identity"] = Behind(() => Identity()),
        ["BatchNorm1d"] = Behind(() => BatchNorm1d(8, eps: 1e-3, momentum: 0.2)),
        ["BatchNorm1d without weights"] = Behind(() => BatchNorm1d(8, affine: false)),
        ["LayerNorm"] = Behind(() => LayerNorm(8, eps: 1e-3)),
        ["Conv2d"] = ([2, 9, 8], () => Sequential(
            ("conv", Conv2d(2, 4, (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), groups: 2, bias: false)), ("dropout", Dropout2d(0.2)), ("flatten", Flatten()), ("output", Linear(4 * 5 * 6, 3)))),
        ["Conv2d that keeps the size"] = ([2, 5, 5], () => Sequential(("conv", Conv2d(2, 4, 4, Padding.Same)), ("mean", AdaptiveAvgPool2d(1)), ("flatten", Flatten()), ("output", Linear(4, 3)))),
        ["MaxPool2d"] = ([2, 9, 8], () => Sequential(("pool", MaxPool2d((3, 2), (2, 2), (1, 1))), ("flatten", Flatten()), ("output", Linear(2 * 5 * 5, 3)))),
        ["AvgPool2d"] = ([2, 9, 8], () => Sequential(("pool", AvgPool2d(3, 2, 1, count_include_pad: false)), ("again", AvgPool2d(2, padding: 1)), ("flatten", Flatten()), ("output", Linear(2 * 3 * 3, 3)))),
        ["Conv1d"] = ([4, 7], () => Sequential(("conv", Conv1d(4, 6, 3, padding: 1)), ("norm", BatchNorm1d(6)), ("flatten", Flatten()), ("output", Linear(6 * 7, 3)))),
        [Sequence] = ([7, 4], () => Sequential(("hidden", Linear(4, 6)), ("norm", LayerNorm(6)), ("flatten", Flatten()), ("output", Linear(6 * 7, 3)))),
        ["mlp:8"] = ([4], () => Named("mlp:8", 4)),
        ["cnn:8,16"] = ([3, 12, 12], () => Named("cnn:8,16", 3, 12, 12)),
        ["lenet"] = ([1, 28, 28], () => Named("lenet", 1, 28, 28)),
        ["resnet20"] = ([3, 16, 16], () => Named("resnet20", 3, 16, 16)),
        ["a block of resnet18"] = ([2, 6, 6], () => Sequential(("block", new ResidualBlock(2, 4, 2, Sequential(BuiltInNets.Convolution(2, 4, 1, 2), BatchNorm2d(4)), null)), ("flatten", Flatten()), ("output", Linear(4 * 3 * 3, 3)))),
    };

    /// <summary>The case of samples whose channels are scaled by their last dimension.</summary>
    public const string Sequence = "Linear over a sequence";

    public static IReadOnlyCollection<string> All => Nets.Keys;

    public static TheoryData<string> Names => new(Nets.Keys);

    /// <summary>Opens the model of a name.</summary>
    public static ExportCase Open(TempFolder folder, string name) => Open(folder, name, Nets[name].Shape, Nets[name].Make, new ClassTargets([.. Enumerable.Range(0, Count).Select(i => i % 3L)], ["a", "naïve \"b\"", "c\\ 😀\n"]));

    /// <summary>Opens a model of flat samples that learnt these targets, under a loss or the one that is usual.</summary>
    public static ExportCase Open(TempFolder folder, Func<Module<Tensor, Tensor>> make, Targets targets, LossKind? loss = null, FeatureScaling? targetScaling = null, FeatureScaling? scaling = null) =>
        Open(folder, "net", [5], make, targets, loss, targetScaling, scaling);

    private static ExportCase Open(TempFolder folder, string name, long[] shape, Func<Module<Tensor, Tensor>> make, Targets targets, LossKind? loss = null, FeatureScaling? targetScaling = null, FeatureScaling? scaling = null)
    {
        TorchLibrary.EnsureLoaded();
        using TorchRandom random = TorchRandom.Seeded(1);
        using TorchRandom.Section section = random.Enter();
        using Module<Tensor, Tensor> module = make();
        foreach ((string buffer, Tensor values) in module.named_buffers().Where(buffer => buffer.buffer.is_floating_point()))
            init.uniform_(values, buffer.EndsWith("var", StringComparison.Ordinal) ? 0.5 : -0.5, buffer.EndsWith("var", StringComparison.Ordinal) ? 2 : 0.5);
        bool channelsLast = name == Sequence;
        int channels = (int)(channelsLast ? shape[^1] : shape[0]), length = (int)shape.Aggregate(1L, (product, side) => product * side);
        scaling ??= new FeatureScaling([.. Enumerable.Range(0, channels).Select(c => 0.4 + 0.02 * c)], [.. Enumerable.Range(0, channels).Select(c => 0.2 + 0.03 * c)]) { ChannelsLast = channelsLast };
        var numbers = new ClrEngine.Numerics.SeededRandom(5, 0);
        float[] raw = [.. Enumerable.Range(0, Count * length).Select(i => (float)(scaling.Means[i % length * channels / length % channels] + scaling.StandardDeviations[0] * (numbers.NextInt(4001) - 2000) / 1000.0))];
        var set = new LabelledData(new ScaledSamples(new FloatSamples(raw, shape), scaling), targets);
        var data = new TrainingData("made", "made", set, set, scaling, "made") { TargetScaling = targetScaling };
        string path = folder.At("model.safetensors");
        TrainedModelFile.Write(path, ModelWeights.Export(module), TrainedModelInfo.FromRun(new RunDescription { Model = name }, data, new LossOptions { Kind = loss }));
        TrainedModel model = TrainedModel.Open([path], ModelCatalog.IsName(name) ? null : ModelSource.FromFunction(name, (_, _) => make()), "cpu", 1);
        return new ExportCase(model, raw, [Count, .. shape], [.. model.Predict(set, scaling)]);
    }

    private static (long[], Func<Module<Tensor, Tensor>>) Behind(Func<Module<Tensor, Tensor>> layer) =>
        ([5], () => Sequential(("hidden", Linear(5, 8)), ("layer", layer()), ("output", Linear(8, 3))));

    private static Module<Tensor, Tensor> Named(string name, params long[] shape) => new ModelSource(name).Open(shape, 3);
}
