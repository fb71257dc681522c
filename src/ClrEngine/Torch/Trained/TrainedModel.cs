using ClrEngine.Data;
using ClrEngine.Data.Preparation;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Trained;

/// <summary>One or several trained models that answer together, by the mean of their probabilities or values. One module takes the weights of each in turn.</summary>
public sealed class TrainedModel : IDisposable
{
    private const int BatchSamples = 512, BlockBatches = 16;

    private readonly ModelSource _source;
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly Loss _loss;
    private readonly Device _device;
    private readonly ModuleUse _use;
    private readonly bool? _oneDnn;
    private readonly ChannelsLast _channelsLast;
    private readonly int _threads;
    private readonly IReadOnlyList<IReadOnlyList<StateTensor>> _members;
    private IReadOnlyList<string> _doubts = [];

    private TrainedModel(TrainedModelInfo info, IReadOnlyList<IReadOnlyList<StateTensor>> members, ModelSource source, Device device, int? threads)
    {
        (Info, _members, _source, _device) = (info, members, source, device);
        _loss = Loss.Create(info.Loss, info.LossShape, info.TargetScaling, device);
        // Fresh weights are overwritten: the draws for them are nobody's business.
        using TorchRandom random = TorchRandom.Seeded(0);
        // What a file says of its model may need any memory: its arrays are held against it before there are weights.
        using (nn.Module<Tensor, Tensor>? shapes = source.Shapes(info.InputShape, info.Outputs))
        {
            foreach (IReadOnlyList<StateTensor> member in shapes is null ? [] : members)
                ModelWeights.Match(shapes!, member, convert: true);
        }
        using (random.Enter())
            _module = source.Open(info.InputShape, info.Outputs);
        _use = new ModuleUse(_module);
        _module.to(device);
        try
        {
            foreach (IReadOnlyList<StateTensor> member in members)
                ModelWeights.Load(_module, member, convert: true);
            _oneDnn = OneDnn.UseFor(_module, device);
            _channelsLast = ChannelsLast.For(_module, info.InputShape, _oneDnn);
            _threads = threads ?? OperationThreads.For(_module, info.InputShape, BatchSamples);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is known about the first of them.</summary>
    public TrainedModelInfo Info { get; }

    /// <summary>The module, with the weights of the last of them that it took.</summary>
    internal nn.Module Module => _module;

    /// <summary>What people should know of what they answer, known once they are asked.</summary>
    internal IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>How many answer together.</summary>
    public int Members => _members.Count;

    /// <summary>
    /// Opens the trained models of at least one file. A given model is built in place of the one that the files name; a given module is left with
    /// the last weights. Answers are the same to the bit with the same number of threads of one operation on the CPU; if it is omitted, it follows
    /// from the model's size, and from nothing else that the process does.
    /// </summary>
    /// <exception cref="TrainedModelException">A file does not describe its model, or the members do not belong together.</exception>
    /// <exception cref="Training.Formats.SafetensorsException">A file is not a safetensors file that can be read.</exception>
    /// <exception cref="StateMismatchException">The weights are not those of the model.</exception>
    /// <exception cref="Errors.InvalidParameterException">There is no model of the name in the file, or no such device, or too many threads.</exception>
    public static TrainedModel Open(IReadOnlyList<string> paths, ModelSource? model = null, string device = "auto", int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        OperationThreads.Validate(threads);
        (TrainedModelInfo Info, IReadOnlyList<StateTensor> Tensors)[] files = TrainedModelMembers.Read(paths, model);
        TrainedModelInfo first = files[0].Info;
        TorchLibrary.EnsureLoaded();
        TrainedModel opened;
        try
        {
            opened = new TrainedModel(first, [.. files.Select(static f => f.Tensors)], model ?? new ModelSource(first.Model), TorchDevices.Resolve(device), threads);
        }
        catch (StateMismatchException mismatch) when (model is not null)
        {
            throw TrainedModelMembers.OtherNet(paths, first, model, mismatch);
        }
        // Weights of the same names and shapes fit code that computes something else.
        int other = model?.Identity() is { } given ? Array.FindIndex(files, file => file.Info.Run.ModelIdentity is { } known && known != given) : -1;
        if (other >= 0)
            opened._doubts = [$"Model '{model!.Name}' is not what the weights in '{paths[other]}' were trained in, {(files[other].Info.Run.ModelIdentity!.StartsWith(ModelSource.FilePrefix, StringComparison.Ordinal) ? $"a file '{first.Model}' with another SHA-256" : $"'{first.Model}'")}: it may compute something else of them. Give that model, or see that its code is the same."];
        return opened;
    }

    /// <summary>
    /// What they make of samples, block by block as the caller pulls: a <see cref="ModelPrediction"/> for each sample, or where values are
    /// predicted a <see cref="ValuePrediction"/> for each value. The models' own scaling takes the place of the one that the samples have.
    /// </summary>
    /// <param name="samples">The samples.</param>
    /// <param name="scaling">The scaling that they have.</param>
    /// <param name="allClasses">Whether <see cref="ModelPrediction.ProbabilityOf"/> is kept for each sample.</param>
    /// <exception cref="TrainedModelException">The samples have another shape or other targets, or classes that the models do not know.</exception>
    /// <exception cref="ModelMismatchException">A sample has a token that the model's embedding has no row for.</exception>
    public IEnumerable<SamplePrediction> Predict(LabelledData samples, FeatureScaling scaling, bool allClasses = false)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(scaling);
        if (!samples.Samples.Shape.SequenceEqual(Info.InputShape))
            throw new TrainedModelException(TrainedModelErrors.OtherShape, $"The samples have the shape [{string.Join(", ", samples.Samples.Shape)}], and {Info.Model} was trained on [{string.Join(", ", Info.InputShape)}]; give data of that shape{(Math.Min(samples.Samples.Shape.Count, Info.InputShape.Count) == 2 ? ", arrays with the -Layout of the training" : "")}.");
        ISampleReader known = Rescaled(samples.Samples, scaling);
        ModelFit.RequireTokens(_module, Info.Model, known, "data");
        Warnings = [.. _doubts, .. ModelFit.OfEvaluation(_module, Info.Model, known), .. OfUnit(ScaledSamples.Unscaled(samples.Samples))];
        return samples.Targets switch
        {
            ClassTargets classes when Info.HasClasses && Outputs(classes) is var outputOf => Classified(known, sample => outputOf[classes.Labels[(int)sample]], allClasses),
            ValueTargets values when !Info.HasClasses && values.Width == Info.Outputs => Valued(known, values),
            UnknownTargets => Info.HasClasses ? Classified(known, static _ => null, allClasses) : Valued(known, null),
            var other => throw new TrainedModelException(TrainedModelErrors.OtherTargets, $"The data has {Described(other)}, and {Info.Model} predicts {(Info.HasClasses ? "classes" : Values(Info.Outputs))}; give data with targets of that kind."),
        };
    }

    /// <summary>Sees that the values of a table's rows are those that the model was trained on, in their order; what has no names passes.</summary>
    /// <exception cref="TrainedModelException">They are others, or stand in another order.</exception>
    public void RequireFeatures(TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (TrainingData.OtherFeature(data.FeatureNames, Info.Features, $"{Info.Model} was trained on") is { } other)
            throw new TrainedModelException(TrainedModelErrors.OtherFeatures, other);
    }

    /// <summary>Frees the model, unless it was given.</summary>
    public void Dispose()
    {
        _loss.Dispose();
        _use.Dispose();
        if (_source.IsBuilt)
            _module.Dispose();
    }

    private int[] Outputs(ClassTargets targets)
    {
        List<string> known = [.. Info.Classes];
        int[] outputs = [.. targets.ClassNames.Select(known.IndexOf)];
        int unknown = Array.IndexOf(outputs, -1);
        return unknown < 0
            ? outputs
            : throw new TrainedModelException(TrainedModelErrors.OtherClasses, $"The data has the class '{targets.ClassNames[unknown]}', and {Info.Model} knows {string.Join(", ", known)}; give data with those classes.");
    }

    private static string Described(Targets targets) => targets is ValueTargets values ? Values(values.Width) : "classes";

    private static string Values(int width) => Counted.Of(width, "value");

    private IEnumerable<ModelPrediction> Classified(ISampleReader samples, Func<long, int?> actualOf, bool allClasses)
    {
        int classes = Info.Classes.Count;
        foreach ((long start, int count, double[] probabilities) in Blocks(samples, classes))
        {
            for (int i = 0; i < count; i++)
                yield return ModelPrediction.Of(start + i, FileOf(samples, start + i), Info.Classes, probabilities.AsMemory(i * classes, classes), actualOf(start + i), allClasses);
        }
    }

    private IEnumerable<ValuePrediction> Valued(ISampleReader samples, ValueTargets? targets)
    {
        foreach ((long start, int count, double[] values) in Blocks(samples, Info.Outputs))
        {
            for (int i = 0; i < count * Info.Outputs; i++)
                yield return new ValuePrediction { Index = start + i / Info.Outputs, Path = FileOf(samples, start + i / Info.Outputs), Column = i % Info.Outputs, Predicted = values[i], Actual = targets?.Values[(int)start * Info.Outputs + i] };
        }
    }

    private IEnumerable<(long Start, int Count, double[] Answers)> Blocks(ISampleReader samples, int width)
    {
        int batch = SampleTensors.EvaluationBatch(samples, BatchSamples), block = batch * BlockBatches;
        for (long start = 0; start < samples.Count; start += block)
        {
            int count = (int)Math.Min(block, samples.Count - start);
            double[] answers = TorchOperationException.Guard("prediction", count, () => Answers(samples, start, count, width, batch));
            if (Array.FindIndex(answers, static answer => !double.IsFinite(answer)) is >= 0 and var at)
                throw new TrainedModelException(TrainedModelErrors.NotFinite, $"{Info.Model} answers sample {start + at / width} with {answers[at].ToString(CultureInfo.InvariantCulture)}: look at that sample, or train the model again.");
            yield return (start, count, answers);
        }
    }

    private static string? FileOf(ISampleReader samples, long index) => (samples as SampleReader)?.FileOf(index);

    private double[] Answers(ISampleReader samples, long start, int count, int width, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using OperationThreads.Section threads = OperationThreads.Enter(_threads);
        using var buffers = new ModuleBuffers(_module);
        Tensor sum = zeros([count, width], float64, _device);
        foreach (IReadOnlyList<StateTensor> member in _members)
        {
            if (_members.Count > 1)
                ModelWeights.Load(_module, member, convert: true);
            _module.eval();
            for (int from = 0; from < count; from += batch)
                AddBatch(samples, start + from, sum.narrow(0, from, Math.Min(batch, count - from)));
        }
        using Scalar members = _members.Count;
        return sum.div_(members).cpu().data<double>().ToArray();
    }

    private void AddBatch(ISampleReader samples, long start, Tensor sum)
    {
        using var scope = NewDisposeScope();
        int count = (int)sum.shape[0];
        Tensor features = SampleTensors.Read(samples, start, count).to(_device);
        using OneDnn.Section section = OneDnn.Enter(_oneDnn);
        sum.add_(Answers(_module.forward(_channelsLast.Lay(features) ?? features)), Scalars.One);
    }

    private Tensor Answers(Tensor output)
    {
        Tensor likely = _loss.Predictions(output);
        return Info is { Loss: LossKind.BinaryCrossEntropy, HasClasses: true } ? cat([1 - likely, likely], 1) : likely;
    }

    // Rows of a table may be of one place alone: what is an error of images is said.
    private IEnumerable<string> OfUnit(ISampleReader samples)
    {
        if (samples.Shape.Count == 1 && !Info.TakesWholeNumbers && (Info.Scaling.IsIdentity
            ? Info.LargestValue is { } largest && SampleUnits.Differ(SampleUnits.LargestOf(samples), largest)
            : SampleUnits.MostDiffer(samples, Info.Scaling)))
            yield return string.Create(CultureInfo.InvariantCulture, $"The samples hold values up to {SampleUnits.LargestOf(samples):G6}, and {Info.Model} was trained on values up to about {Info.LargestValue ?? SampleUnits.LargestOf(Info.Scaling):G3}, as if in another unit: give data in the unit of the training, such as both divided by 255.");
    }

    // Gives samples the scaling that the model knows in place of the one that they have.
    private ISampleReader Rescaled(ISampleReader samples, FeatureScaling has)
    {
        if (Info.TakesWholeNumbers)
            return ScaledSamples.Unscaled(samples) is SampleReader { IsInteger: true } whole
                ? whole
                : throw new TrainedModelException(TrainedModelErrors.OtherShape, $"The samples are no whole numbers, and {Info.Model} was trained on whole numbers as they are; give an array of whole numbers.");
        if (samples.Shape.Count > 1 && Info.ChannelsLast != has.ChannelsLast && !has.IsIdentity && ScaledSamples.Unscaled(samples) == samples)
            throw new TrainedModelException(TrainedModelErrors.OtherShape, $"The samples are scaled by another dimension than those that {Info.Model} was trained on; give data with the -Layout of the training.");
        // Bytes are read as shares of 255, and other numbers as they are.
        if (samples.Shape.Count == 3 && (Info.Scaling.IsIdentity ? Info.LargestValue : SampleUnits.LargestOf(Info.Scaling)) is { } known && SampleUnits.LargestOf(ScaledSamples.Unscaled(samples)) is var largest && SampleUnits.Differ(largest, known))
            throw new TrainedModelException(TrainedModelErrors.OtherShape, string.Create(
                CultureInfo.InvariantCulture, $"The samples hold values up to {largest:G6}, and {Info.Model} was trained on values up to about {known:G3}; give data in the unit of the training, such as divided by 255, or as bytes where it learnt from bytes."));
        return ScaledSamples.Rescale(samples, has, Info.Scaling);
    }
}
