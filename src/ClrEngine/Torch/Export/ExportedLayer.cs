using ClrEngine.Torch.Models;
using ClrEngine.Torch.Trained;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Export;

/// <summary>
/// A layer as programs without this library know it: the expression that makes it in Python, and what adds it to a graph of ONNX behind an input
/// and gives its output, as it computes where it is evaluated.
/// </summary>
internal sealed record ExportedLayer(string Python, Func<OnnxGraph, string, string> AddTo)
{
    /// <summary>The layers that are known, for messages.</summary>
    public const string Known = "Sequential, Linear, Conv1d to Conv3d, BatchNorm1d to BatchNorm3d, LayerNorm, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d(1), Flatten(), ReLU, LeakyReLU, ELU, GELU, SiLU, Tanh, Sigmoid, Softmax, LogSoftmax, Dropout and Identity";

    /// <summary>A layer with the layers in it. Its path is where it stands in the model, as the names of its weights begin; empty for the model itself.</summary>
    /// <exception cref="TrainedModelException">There are no words for it.</exception>
    public static ExportedLayer From(nn.Module layer, string path) => layer switch
    {
        // A class that derives from it may compute anything.
        Sequential when layer.GetType() == typeof(Sequential) => FromChain(ChildrenOf(layer, path)),
        ResidualBlock => FromBlock(ChildrenOf(layer, path).ToDictionary(), path),
        PaddedShortcut shortcut => FromShortcut(shortcut, path),
        Linear linear => FromLinear(linear, path),
        Convolution { transposed: false, padding_mode: PaddingModes.Zeros } convolution => FromConvolution(convolution, path),
        BatchNorm { track_running_stats: true } norm => new(
            Made(norm, [$"{norm.num_features}"], ("eps", Text(norm.eps), "1E-05"), ("momentum", norm.momentum is { } momentum ? Text(momentum) : "None", "0.1"), ("affine", Text(norm.affine), "True")),
            (graph, input) => graph.Add("BatchNormalization", Node(path, "BatchNormalization"), [
                input,
                norm.affine ? graph.AddArray(Weight(path, "weight"), norm.weight!) : graph.AddArray(Node(path, "ones"), [.. Enumerable.Repeat(1.0, (int)norm.num_features)], [norm.num_features]),
                norm.affine ? graph.AddArray(Weight(path, "bias"), norm.bias!) : graph.AddArray(Node(path, "zeros"), new double[norm.num_features], [norm.num_features]),
                graph.AddArray(Weight(path, "running_mean"), norm.running_mean!),
                graph.AddArray(Weight(path, "running_var"), norm.running_var!)], ("epsilon", (float)norm.eps))),
        LayerNorm { elementwise_affine: true, bias: not null } norm => new(
            Made(norm, [Tuple(norm.normalized_shape)], ("eps", Text(norm.eps), "1E-05")),
            (graph, input) => graph.Add("LayerNormalization", Node(path, "LayerNormalization"), [input, graph.AddArray(Weight(path, "weight"), norm.weight), graph.AddArray(Weight(path, "bias"), norm.bias)],
                ("axis", -(long)norm.normalized_shape.Length), ("epsilon", (float)norm.eps))),
        MaxPool2d { ceil_mode: false } pool => new(
            Made(pool, [Tuple(pool.kernel_size)], ("stride", Tuple(pool.stride ?? pool.kernel_size), Tuple(pool.kernel_size)), ("padding", Tuple(pool.padding ?? [0, 0]), Tuple([0, 0])), ("dilation", Tuple(pool.dilation ?? [1, 1]), Tuple([1, 1]))),
            (graph, input) => graph.Add("MaxPool", Node(path, "MaxPool"), [input], ("kernel_shape", Pair(pool.kernel_size)), ("strides", Pair(pool.stride ?? pool.kernel_size)), ("pads", Twice(pool.padding ?? [0, 0])), ("dilations", Pair(pool.dilation ?? [1, 1])))),
        AvgPool2d { ceil_mode: false, divisor_override: null } pool => new(
            Made(pool, [Tuple(pool.kernel_size)], ("stride", Tuple(pool.stride ?? pool.kernel_size), Tuple(pool.kernel_size)), ("padding", Tuple(pool.padding ?? [0, 0]), Tuple([0, 0])), ("count_include_pad", Text(pool.count_include_pad), "True")),
            (graph, input) => graph.Add("AveragePool", Node(path, "AveragePool"), [input], ("kernel_shape", Pair(pool.kernel_size)), ("strides", Pair(pool.stride ?? pool.kernel_size)), ("pads", Twice(pool.padding ?? [0, 0])), ("count_include_pad", pool.count_include_pad ? 1L : 0))),
        AdaptiveAvgPool2d pool when pool.output_size.All(static side => side == 1) => Simple("AdaptiveAvgPool2d(1)", path, "GlobalAveragePool"),
        Flatten { start_dim: 1, end_dim: -1 } => Simple("Flatten()", path, "Flatten"),
        ReLU => Simple("ReLU()", path, "Relu"),
        Tanh => Simple("Tanh()", path, "Tanh"),
        Sigmoid => Simple("Sigmoid()", path, "Sigmoid"),
        LeakyReLU leaky => Simple($"LeakyReLU({Text(leaky.negative_slope)})", path, "LeakyRelu", ("alpha", (float)leaky.negative_slope)),
        ELU elu => Simple($"ELU({Text(elu.alpha)})", path, "Elu", ("alpha", (float)elu.alpha)),
        Softmax softmax => Simple($"Softmax({Text(softmax.dim)})", path, "Softmax", ("axis", softmax.dim)),
        LogSoftmax softmax => Simple($"LogSoftmax({Text(softmax.dim)})", path, "LogSoftmax", ("axis", softmax.dim)),
        SiLU => new("nn.SiLU()", (graph, input) => graph.Add("Mul", Node(path, "Mul"), [input, graph.Add("Sigmoid", Node(path, "Sigmoid"), [input])])),
        GELU { approximate: GELU.Approximate.none } => new("nn.GELU()", (graph, input) => AddGelu(graph, input, path)),
        Identity => Nothing("Identity()"),
        Dropout dropout => Nothing($"Dropout({Text(dropout.p)})"),
        Dropout1d dropout => Nothing($"Dropout1d({Text(dropout.p)})"),
        Dropout2d dropout => Nothing($"Dropout2d({Text(dropout.p)})"),
        AlphaDropout dropout => Nothing($"AlphaDropout({Text(dropout.p)})"),
        _ => throw new TrainedModelException(TrainedModelErrors.ExportLayer, $"{(path.Length == 0 ? "The model" : $"The layer '{path}' of the model")} is a {layer.GetType().Name}{DetailOf(layer)}, for which the file has no words; build the model of {Known}, or read its file of weights in Python with the code of the model."),
    };

    private static ExportedLayer FromChain(IReadOnlyList<KeyValuePair<string, ExportedLayer>> children) =>
        new(Nested("nn.Sequential", children), (graph, input) => children.Aggregate(input, (value, child) => child.Value.AddTo(graph, value)));

    private static ExportedLayer FromBlock(Dictionary<string, ExportedLayer> parts, string path)
    {
        return new(Nested("ResidualBlock", parts), (graph, input) =>
        {
            string hidden = graph.Add("Relu", Node(path, "Relu"), [Part("bn1", Part("conv1", input))]);
            string residual = Part("bn2", Part("conv2", hidden));
            string shortcut = parts.ContainsKey("downsample") ? Part("downsample", input) : input;
            return graph.Add("Relu", Node(path, "Output"), [graph.Add("Add", Node(path, "Add"), [residual, shortcut])]);

            string Part(string name, string value) => parts[name].AddTo(graph, value);
        });
    }

    private static ExportedLayer FromShortcut(PaddedShortcut shortcut, string path) => new(
        $"PaddedShortcut({shortcut.Before}, {shortcut.After}, {shortcut.Stride})",
        (graph, input) =>
        {
            string strided = graph.Add("Slice", Node(path, "Slice"), [input, graph.AddArray(Node(path, "starts"), 0, 0), graph.AddArray(Node(path, "ends"), int.MaxValue, int.MaxValue), graph.AddArray(Node(path, "axes"), 2, 3), graph.AddArray(Node(path, "steps"), shortcut.Stride, shortcut.Stride)]);
            return graph.Add("Pad", Node(path, "Pad"), [strided, graph.AddArray(Node(path, "pads"), 0, shortcut.Before, 0, 0, 0, shortcut.After, 0, 0)]);
        });

    // Samples may have several dimensions, of which the last is taken; ONNX's Gemm knows no others.
    private static ExportedLayer FromLinear(Linear linear, string path) => new(
        Made(linear, [$"{linear.weight.shape[1]}", $"{linear.weight.shape[0]}"], ("bias", Text(linear.bias is not null), "True")),
        (graph, input) =>
        {
            using Tensor turned = linear.weight.t();
            string product = graph.Add("MatMul", Node(path, "MatMul"), [input, graph.AddArray(Weight(path, "weight"), turned)]);
            return linear.bias is null ? product : graph.Add("Add", Node(path, "Add"), [product, graph.AddArray(Weight(path, "bias"), linear.bias)]);
        });

    private static ExportedLayer FromConvolution(Convolution convolution, string path)
    {
        long[] kernel = convolution.kernel_size, ones = [.. kernel.Select(static _ => 1L)], zeros = new long[kernel.Length];
        // What an uneven padding has more stands at the end.
        long[] whole = [.. convolution.padding_type == Padding.Same ? kernel.Zip(convolution.dilation, static (side, step) => step * (side - 1)) : (convolution.padding ?? zeros).Select(static side => 2 * side)];
        long[] pads = [.. whole.Select(static side => side / 2), .. whole.Select(static side => side - side / 2)];
        return new(
            Made(convolution, [$"{convolution.in_channels}", $"{convolution.out_channels}", Tuple(kernel)],
                ("stride", Tuple(convolution.stride), Tuple(ones)),
                ("padding", convolution.padding_type == Padding.Same ? "\"same\"" : Tuple(convolution.padding ?? zeros), Tuple(zeros)),
                ("dilation", Tuple(convolution.dilation), Tuple(ones)),
                ("groups", $"{convolution.groups}", "1"),
                ("bias", Text(convolution.bias is not null), "True")),
            (graph, input) =>
            {
                List<string> inputs = [input, graph.AddArray(Weight(path, "weight"), convolution.weight)];
                if (convolution.bias is not null)
                    inputs.Add(graph.AddArray(Weight(path, "bias"), convolution.bias));
                return graph.Add("Conv", Node(path, "Conv"), inputs, ("kernel_shape", kernel), ("strides", convolution.stride), ("pads", pads), ("dilations", convolution.dilation), ("group", convolution.groups));
            });
    }

    // x/2 (1 + erf(x/√2)), for which opset 17 has no operator of its own.
    private static string AddGelu(OnnxGraph graph, string input, string path)
    {
        string error = graph.Add("Erf", Node(path, "Erf"), [graph.Add("Div", Node(path, "Div"), [input, graph.AddArray(Node(path, "root"), [Math.Sqrt(2)], [])])]);
        string half = graph.Add("Mul", Node(path, "Half"), [input, graph.AddArray(Node(path, "half"), [0.5], [])]);
        return graph.Add("Mul", Node(path, "Mul"), [half, graph.Add("Add", Node(path, "Add"), [error, graph.AddArray(Node(path, "one"), [1.0], [])])]);
    }

    // Python's names of layers have no point, and are not there twice.
    private static List<KeyValuePair<string, ExportedLayer>> ChildrenOf(nn.Module layer, string path)
    {
        var names = new HashSet<string>();
        var children = new List<KeyValuePair<string, ExportedLayer>>();
        foreach ((string name, nn.Module child) in layer.named_children())
        {
            if (name.Length == 0 || name.Contains('.', StringComparison.Ordinal) || !names.Add(name))
                throw new TrainedModelException(TrainedModelErrors.ExportLayer, $"A layer{(path.Length == 0 ? "" : $" of '{path}'")} of the model is called '{name}', which is empty, has a point, or is the name of another too; give each a name of its own without a point.");
            children.Add(new(name, From(child, Weight(path, name))));
        }
        return children;
    }

    private static string DetailOf(nn.Module layer) => layer switch
    {
        Convolution { padding_mode: not PaddingModes.Zeros } convolution => $" with padding_mode {convolution.padding_mode}",
        MaxPool2d or AvgPool2d { ceil_mode: true } => " with ceil_mode",
        AvgPool2d => " with divisor_override",
        AdaptiveAvgPool2d pool => $" of the size {string.Join('×', pool.output_size)}",
        Flatten flatten => $" of dimensions {flatten.start_dim} to {flatten.end_dim}",
        GELU => " with an approximation",
        BatchNorm => " without running statistics",
        LayerNorm => " without weight or bias",
        ScriptModel => " of TorchScript, whose layers cannot be told apart",
        _ => "",
    };

    private static ExportedLayer Simple(string python, string path, string operation, params (string Name, object Value)[] attributes) =>
        new($"nn.{python}", (graph, input) => graph.Add(operation, Node(path, operation), [input], attributes));

    private static ExportedLayer Nothing(string python) => new($"nn.{python}", static (_, input) => input);

    private static string Nested(string type, IEnumerable<KeyValuePair<string, ExportedLayer>> children) =>
        $"{type}(OrderedDict([{string.Concat(children.Select(static child => $"\n    ({PythonNet.Text(child.Key)}, {child.Value.Python.Replace("\n", "\n    ", StringComparison.Ordinal)}),"))}\n]))";

    private static string Made(nn.Module layer, string[] arguments, params (string Name, string Value, string Usual)[] named) =>
        $"nn.{layer.GetType().Name}({string.Join(", ", [.. arguments, .. named.Where(static argument => argument.Value != argument.Usual).Select(static argument => $"{argument.Name}={argument.Value}")])})";

    private static string Weight(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Node(string path, string operation) => path.Length == 0 ? operation : $"{path}/{operation}";

    // Some languages have another minus.
    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "True" : "False";

    private static string Tuple(long[] sides) => sides.Length == 1 ? $"({sides[0]},)" : $"({string.Join(", ", sides)})";

    private static long[] Pair(long[] sides) => sides.Length == 1 ? [sides[0], sides[0]] : sides;

    private static long[] Twice(long[] sides) => [.. Pair(sides), .. Pair(sides)];
}
