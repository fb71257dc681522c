using System.Text.Json;
using ClrEngine.Data;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Trained;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Export;

/// <summary>A trained model as a file of ONNX: samples go in as the training data had them, and classes or values come out in their own words and units.</summary>
internal static class OnnxModel
{
    private const string Input = "input", Label = "label", Index = "index", Probabilities = "probabilities", Values = "values";

    // Beyond so many deviations single precision would blur the difference that is scaled.
    private const double FarMean = 100;

    public static ProtoMessage From(TrainedModelInfo info, nn.Module module, double divisor)
    {
        var graph = new OnnxGraph();
        string text = ModelExport.SampleText(info, divisor);
        graph.AddInput(Input, OnnxType.Float, info.InputShape, text);
        AddAnswers(graph, info, ExportedLayer.From(module, "").AddTo(graph, AddScaling(graph, info, divisor)));
        return graph.ToModel(
            TorchVersions.Engine,
            $"{info.Model}. {text}",
            [("model", info.Model), ("classes", JsonSerializer.Serialize(info.Classes)), ("features", JsonSerializer.Serialize(info.Features)), ("target", info.Label ?? "")]);
    }

    private static string AddScaling(OnnxGraph graph, TrainedModelInfo info, double divisor)
    {
        if (info.Scaling.IsIdentity && divisor == 1)
            return Input;
        double[] means = [.. info.Means.Select(mean => mean * divisor)], deviations = [.. info.StandardDeviations.Select(deviation => deviation * divisor)];
        long[] shape = [means.Length, .. Enumerable.Repeat(1L, info.ChannelsLast ? 0 : info.InputShape.Count - 1)];
        OnnxType type = means.Zip(deviations).Any(static figures => Math.Abs(figures.First) > FarMean * figures.Second) ? OnnxType.Double : OnnxType.Float;
        string samples = type == OnnxType.Double ? graph.Add("Cast", "scaling/Wide", [Input], ("to", (long)type)) : Input;
        string difference = graph.Add("Sub", "scaling/Sub", [samples, graph.AddArray("scaling/means", means, shape, type)]);
        string scaled = graph.Add("Div", "scaling/Div", [difference, graph.AddArray("scaling/deviations", deviations, shape, type)]);
        return type == OnnxType.Double ? graph.Add("Cast", "scaling/Cast", [scaled], ("to", (long)OnnxType.Float)) : scaled;
    }

    private static void AddAnswers(OnnxGraph graph, TrainedModelInfo info, string output)
    {
        // Of classes that are all but certain, probabilities in single precision may be equal where what they come from is not.
        string decides = output;
        switch (info)
        {
            case { Loss: var loss } when loss.IsOfSoftmax():
                graph.Add("Softmax", Probabilities, [output], ("axis", 1L));
                break;
            case { Loss: LossKind.BinaryCrossEntropy, HasClasses: true }:
                decides = graph.Add("Concat", "answers/Both", [graph.Add("Neg", "answers/Neg", [output]), output], ("axis", 1L));
                graph.Add("Sigmoid", Probabilities, [decides]);
                break;
            case { Loss: LossKind.BinaryCrossEntropy }:
                graph.Add("Sigmoid", Probabilities, [output]);
                break;
            default:
                graph.Add("Identity", Values, [AddTargetScaling(graph, info.TargetScaling, output)]);
                graph.AddOutput(Values, OnnxType.Float, [info.Outputs], "The values, in the unit of the training data.");
                return;
        }
        if (info.HasClasses)
        {
            graph.Add("ArgMax", Index, [decides], ("axis", 1L), ("keepdims", 0L));
            graph.Add("ai.onnx.ml.LabelEncoder", Label, [Index], ("keys_int64s", (long[])[.. Enumerable.Range(0, info.Classes.Count)]), ("values_strings", (string[])[.. info.Classes]));
            graph.AddOutput(Label, OnnxType.String, [], "The class that is most likely.");
        }
        graph.AddOutput(Probabilities, OnnxType.Float, [info.HasClasses ? info.Classes.Count : info.Outputs], info.HasClasses ? "How likely each class is, in the order of the metadata's classes." : "How likely each value is 1.");
        if (info.HasClasses)
            graph.AddOutput(Index, OnnxType.Int64, [], "The place of the class among the metadata's classes, from 0.");
    }

    private static string AddTargetScaling(OnnxGraph graph, FeatureScaling? scaling, string output) => scaling is null ? output : graph.Add("Add", "answers/Add", [
        graph.Add("Mul", "answers/Mul", [output, graph.AddArray("answers/deviations", scaling.StandardDeviations, [scaling.Channels])]),
        graph.AddArray("answers/means", scaling.Means, [scaling.Channels])]);
}
