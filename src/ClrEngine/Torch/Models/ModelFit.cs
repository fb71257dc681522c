using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Looks whether a module fits the data, before anything is trained.</summary>
internal static class ModelFit
{
    // Two samples show a model that loses the batch's dimension.
    private const int Samples = 2, FewestForSigmoid = 20;

    private const string Softmax = "softmax";

    /// <summary>
    /// Sends two samples through the module, in evaluation and in training; its mode, its buffers and the random state stay as they were.
    /// Gives what people should know of it, one sentence each. Logits are what the loss takes where it makes probabilities of them itself.
    /// </summary>
    public static IReadOnlyList<string> Require(nn.Module<Tensor, Tensor> module, string name, ISampleReader samples, int outputs, TorchRandom? stream = null, ISampleReader? validation = null, bool areLogits = false)
    {
        RequireParameters(module, name);
        int count = (int)Math.Min(Samples, samples.Count);
        using var scope = NewDisposeScope();
        using OneDnn.Section section = OneDnn.Enter(OneDnn.UseFor(module, module.FirstDevice()));
        using TorchRandom.Section drawing = TorchRandom.Borrow(stream);
        using var mode = new ModuleModes(module);
        using var buffers = new ModuleBuffers(module);
        using Tensor random = get_rng_state();
        RequireStatistics(module, name);
        Tensor features = Read(module, samples, 0, count);
        var warnings = new List<string>();
        try
        {
            RequireTokens(module, name, samples, "training part");
            if (validation is not null)
                RequireTokens(module, name, validation, "validation part");
            Tensor answers = Evaluated(module, features);
            RequireOutput(answers, name, count, outputs);
            if (features.isfinite().all().item<bool>())
                RequireFinite(answers, module, name);
            if (areLogits && !ModelCatalog.IsName(name) && EndOf(module, answers, samples) is { } end)
                warnings.Add($"The answers of model '{name}' lie from 0 to 1{(end == Softmax ? " and sum to 1" : "")}, as those of a {end} do, and the loss takes logits, of which it makes probabilities itself: learning is slow, and losses are too large. Leave out the {end} at the model's end.");
            warnings.AddRange(ScriptModes.OfEvaluation(module, name, buffers, random));
            // Batch normalisation has no variance to take over a single sample.
            if (count > 1)
            {
                buffers.PutBack();
                RequireLearning(module, name, features, answers, outputs, warnings);
                warnings.AddRange(ScriptModes.OfTraining(module, name, buffers));
            }
        }
        // A module is anybody's code and may throw anything.
        catch (Exception refused) when (refused is not ModelMismatchException && !TorchOperationException.IsOutOfMemory(refused))
        {
            string remedy = features.dtype == ScalarType.Int64
                ? "Samples are whole numbers that -AsIs left so, as an embedding takes them: give a model that begins with one whose table holds the largest of them, or leave -AsIs out."
                : refused.Message.Contains("scalar types: Long", StringComparison.Ordinal)
                ? "It begins with an embedding, which takes whole numbers: give the data as it is, with -AsIs of Import-TrainingData, from an array or tensor of whole numbers."
                : TorchOperationException.IsRaw(refused)
                ? "Give a model for this shape, such as -Model mlp."
                : "The module's own code threw this: mend it, or give another model.";
            throw new ModelMismatchException(ModelErrors.ModelInput, $"Model '{name}' cannot take samples of the shape [{string.Join(", ", samples.Shape)}]: {TorchOperationException.Reason(refused)}. {remedy}", refused);
        }
        finally
        {
            set_rng_state(random);
        }
        return warnings;
    }

    /// <summary>Sends the samples with the smallest and the largest whole number through the module, whose mode and buffers stay as they were: an embedding has no row for what lies beyond its table.</summary>
    /// <exception cref="ModelMismatchException">The model has no row for one of them.</exception>
    public static void RequireTokens(nn.Module<Tensor, Tensor> module, string name, ISampleReader samples, string part)
    {
        if (samples is not SampleReader { IsInteger: true } whole)
            return;
        (long Sample, double Token) least = (0, double.MaxValue), most = (0, double.MinValue);
        samples.ReadBlocks((first, block) =>
        {
            for (int i = 0; i < block.Length; i++)
            {
                long sample = first + i / samples.SampleLength;
                least = block[i] < least.Token ? (sample, block[i]) : least;
                most = block[i] > most.Token ? (sample, block[i]) : most;
            }
            return true;
        });
        using var mode = new ModuleModes(module);
        using var buffers = new ModuleBuffers(module);
        foreach ((long sample, double token) in new[] { most, least })
        {
            using var scope = NewDisposeScope();
            try
            {
                Evaluated(module, Read(module, samples, sample, 1));
            }
            catch (Exception refused) when (refused.Message.Contains("index out of range", StringComparison.OrdinalIgnoreCase))
            {
                throw new ModelMismatchException(ModelErrors.ModelInput, string.Create(CultureInfo.InvariantCulture, $"Model '{name}' has no row in its embedding for the token {token}, which sample {whole.NumberInSet(sample)} of the {(whole is SubsetSamples ? "data" : part)} has, counted from 0: ") + (token < 0
                    ? "number tokens from 0."
                    : string.Create(CultureInfo.InvariantCulture, $"give the embedding {token + 1} rows at least (num_embeddings), or put another token in the place of those that it does not know.")), refused);
            }
            catch (Exception other) when (TorchOperationException.IsRaw(other) && !TorchOperationException.IsOutOfMemory(other))
            {
                // Some models take no single sample; what else is wrong was found before, or shows in training.
            }
        }
    }

    /// <summary>What is said of a TorchScript model that is evaluated and not trained: that it was traced in training mode.</summary>
    public static IEnumerable<string> OfEvaluation(nn.Module<Tensor, Tensor> module, string name, ISampleReader samples)
    {
        if (!ScriptModes.HasScript(module))
            return [];
        using var scope = NewDisposeScope();
        using OneDnn.Section section = OneDnn.Enter(OneDnn.UseFor(module, module.FirstDevice()));
        using TorchRandom stream = TorchRandom.Seeded(0);
        using TorchRandom.Section drawing = stream.Enter();
        using var mode = new ModuleModes(module);
        using var buffers = new ModuleBuffers(module);
        using Tensor random = get_rng_state();
        Evaluated(module, Read(module, samples, 0, (int)Math.Min(Samples, samples.Count)));
        return [.. ScriptModes.OfEvaluation(module, name, buffers, random)];
    }

    private static void RequireParameters(nn.Module module, string name)
    {
        Parameter[] parameters = [.. module.parameters()];
        if (parameters.Length == 0)
            throw NothingToTrain("has no parameter to train. If its layers are fields of a class, call RegisterComponents() at the end of its constructor; if it is a TorchScript file, export it without torch.jit.freeze.");
        if (!parameters.Any(static parameter => parameter.requires_grad))
            throw NothingToTrain($"has no parameter to train: all {parameters.Length} are frozen. Set requires_grad to true on those that shall learn.");
        if (parameters.Any(static parameter => parameter.device_type == DeviceType.META))
            throw NothingToTrain("has no weights: it was made on the device meta, which holds shapes alone. Make it on the CPU.");
        // Before it is called: some of TorchSharp's operations end the process where types differ.
        if (UnusualWeight(module) is { } unusual)
            throw new ModelMismatchException(ModelErrors.ModelInput, $"Model '{name}' cannot take samples: {unusual}");

        ModelMismatchException NothingToTrain(string reason) => new(ModelErrors.NothingToTrain, $"Model '{name}' {reason}");
    }

    private static Tensor Read(nn.Module module, ISampleReader samples, long start, int count) => SampleTensors.Read(samples, start, count).to(module.FirstDevice());

    private static Tensor Evaluated(nn.Module<Tensor, Tensor> module, Tensor features)
    {
        using var noGrad = no_grad();
        module.eval();
        return module.call(features.clone());
    }

    private static void RequireOutput(Tensor output, string name, int count, int outputs)
    {
        if (!output.is_floating_point())
            throw new ModelMismatchException(ModelErrors.ModelOutput, $"Model '{name}' answers with numbers of the type {output.dtype}, from which nothing can be learnt: let it answer with the numbers themselves (logits) as float32, and not with what argmax, round or a comparison makes of them.");
        if (!output.shape.SequenceEqual([count, outputs]))
            throw new ModelMismatchException(ModelErrors.ModelOutput, $"Model '{name}' answers {count} samples with the shape [{string.Join(", ", output.shape)}], but this data needs [{count}, {outputs}]: end the model in a linear layer with {Counted.Of(outputs, "output")}.");
    }

    private static void RequireFinite(Tensor answers, nn.Module module, string name)
    {
        if (answers.isfinite().all().item<bool>())
            return;
        string? broken = ModelWeights.Live(module).FirstOrDefault(static live => !live.Tensor.isfinite().all().item<bool>()).Name?[Training.StateTensor.ModelPrefix.Length..];
        throw new ModelMismatchException(ModelErrors.ModelNotFinite, $"Model '{name}' answers with NaN or infinity before it is trained: {(broken is null ? "its weights are finite, and its own code makes such numbers of these samples" : $"its '{broken}' is not finite")}. Give a model whose answers are finite.");
    }

    // Of an infinite variance answers are all alike, and of one below 0 no root comes.
    private static void RequireStatistics(nn.Module module, string name)
    {
        foreach ((string statistic, Tensor tensor) in module.named_buffers().Where(static buffer => buffer.name.Split('.')[^1] is "running_mean" or "running_var"))
        {
            bool isFinite = tensor.isfinite().all().item<bool>();
            if (!isFinite || (statistic.EndsWith("running_var", StringComparison.Ordinal) && tensor.lt(0).any().item<bool>()))
                throw new ModelMismatchException(ModelErrors.ModelNotFinite, $"The '{statistic}' of model '{name}' {(isFinite ? "has a variance below 0" : "is not finite")}. Give weights, or a model, whose statistics are right.");
        }
    }

    // What makes probabilities at the model's end; null where nothing does. The logits of two samples may all lie between 0 and 1 by chance, those of many do not.
    private static string? EndOf(nn.Module<Tensor, Tensor> module, Tensor answers, ISampleReader samples)
    {
        const double Rounding = 1e-4;
        using Tensor wide = answers.to_type(ScalarType.Float64);
        if (!wide.ge(0).logical_and(wide.le(1)).all().item<bool>()) return null;
        if (wide.sum(1).sub(1).abs().le(Rounding).all().item<bool>()) return Softmax;
        if (samples.Count < FewestForSigmoid) return null;
        using Tensor more = Evaluated(module, SampleTensors.Read(samples, 0, FewestForSigmoid).to(answers.device));
        return more.gt(0).logical_and(more.lt(1)).all().item<bool>() && more.ne(more.min()).any().item<bool>() ? "sigmoid" : null;
    }

    // What is learnt from is what training mode answers: another code path, which may answer otherwise.
    private static void RequireLearning(nn.Module<Tensor, Tensor> module, string name, Tensor features, Tensor answers, int outputs, List<string> warnings)
    {
        using var gradients = enable_grad();
        module.train();
        // Of whole numbers there is no gradient.
        bool isSmooth = features.is_floating_point();
        using Tensor leaf = isSmooth ? features.clone().requires_grad_() : features.clone();
        // A copy may be changed in place, as the first layer of some models does.
        Tensor output = module.call(leaf.clone());
        RequireOutput(output, name, (int)features.shape[0], outputs);
        Parameter[] trained = [.. module.parameters().Where(static parameter => parameter.requires_grad)];
        bool[] reached = output.requires_grad
            ? [.. autograd.grad([output.sum()], isSmooth ? [.. trained, leaf] : [.. trained], allow_unused: true).Select(static gradient => gradient is { IsInvalid: false })]
            : new bool[trained.Length + 1];
        if (!reached.Take(trained.Length).Any(static isReached => isReached))
            throw new ModelMismatchException(ModelErrors.NothingToTrain, $"The answers of model '{name}' depend on no parameter that can be trained: look for detach, no_grad or a rounding between its layers and its output.");
        if (isSmooth && !reached[^1] && answers[0].eq(answers[^1]).all().item<bool>() && features[0].ne(features[^1]).any().item<bool>())
            warnings.Add($"Model '{name}' answers all samples alike: what it answers does not depend on the sample.");
    }

    private static string? UnusualWeight(nn.Module module) =>
        module.named_parameters().FirstOrDefault(static weight => weight.parameter.requires_grad && weight.parameter.dtype != ScalarType.Float32) is { parameter: { } unusual, name: { } which }
            ? unusual.is_complex()
                ? $"its weight '{which}' is of complex numbers, and samples are real: give a model of real weights."
                : $"its weight '{which}' is {unusual.dtype.ToString().ToLowerInvariant()}, and samples are float32: convert the model with model.float() before it is exported or given."
            : null;
}

/// <summary>A model does not fit the data: it cannot take a sample's shape, or its output is not what the loss needs.</summary>
public sealed class ModelMismatchException(ErrorCause cause, string message, Exception? innerException = null) : ClrException(cause, message, innerException);

/// <summary>Why a model cannot be made or trained, where several places find it.</summary>
internal static class ModelErrors
{
    public static readonly ErrorCause InvalidModelArguments = new(nameof(InvalidModelArguments), ErrorKind.InvalidArgument,
        "What follows the model's name cannot be read.", "Write it as the message shows, such as `mlp:256,128`.");

    public static readonly ErrorCause ModelInput = new(nameof(ModelInput), ErrorKind.InvalidArgument,
        "The model cannot take samples of this shape.", "Use the model in the message, or one made for this shape.");

    public static readonly ErrorCause ModelOutput = new(nameof(ModelOutput), ErrorKind.InvalidArgument,
        "The model's output has not the shape that the data needs.", "End the model in a linear layer with as many outputs as the message says.");

    public static readonly ErrorCause ModelNotFinite = new(nameof(ModelNotFinite), ErrorKind.InvalidData,
        "The model answers with NaN or infinity before it is trained.", "Look at the weight that the message names, or export the model again.");

    public static readonly ErrorCause NothingToTrain = new(nameof(NothingToTrain), ErrorKind.InvalidArgument,
        "The model has no parameter that can be trained.", "Set `requires_grad` on those that shall learn.");
}

/// <summary>A model file is missing or is no TorchScript.</summary>
public sealed class ModelFileException(ErrorCause cause, string path, string message, Exception? innerException = null)
    : ClrException(cause, message, innerException)
{
    /// <summary>The file.</summary>
    public string Path => path;
}
