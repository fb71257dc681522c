using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Export;

/// <summary>A trained model as a file of Python that needs PyTorch alone. The weights, and what is known about them, stay in the safetensors file beside it.</summary>
internal static class PythonNet
{
    // Named and written as Python's own, whose weights have the same names.
    private const string ResNet = """


        class ResidualBlock(nn.Sequential):
            def forward(self, x):
                y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
                return torch.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


        class PaddedShortcut(nn.Module):
            def __init__(self, before, after, stride):
                super().__init__()
                self.before, self.after, self.stride = before, after, stride

            def forward(self, x):
                return nn.functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.before, self.after))
        """;

    public static string From(TrainedModelInfo info, nn.Module module, double divisor)
    {
        if (module.named_modules().Where(static named => named.module.parameters(recurse: false).Any()).GroupBy(static named => named.module, ReferenceEqualityComparer.Instance).FirstOrDefault(static layer => layer.Count() > 1) is { } twice)
            throw new TrainedModelException(TrainedModelErrors.ExportLayer, $"The layers {string.Join(" and ", twice.Select(static named => $"'{named.name}'"))} are one, whose weights Python would look for under each name; make a layer for each place.");
        foreach ((string path, _) in module.named_modules())
            PythonNames.RequireLayer(path);
        string net = ExportedLayer.From(module, "").Python;
        string answers = info.Loss.IsOfErrors() ? "values" : "probabilities";
        return $$"""
            # {{Escaped(info.Model)}}, written by Clr. It needs PyTorch alone, and the file of the same name that ends in .safetensors beside it.
            #
            #     import {{answers}}, predict from it; each takes samples of the shape [n, {{string.Join(", ", info.InputShape)}}]:
            #     {{ModelExport.SampleText(info, divisor)}}
            import json
            import math
            import struct
            from collections import OrderedDict
            from pathlib import Path

            import torch
            from torch import nn


            def read_safetensors(path):
                # 8 bytes of length, a header in JSON, the arrays (https://github.com/huggingface/safetensors).
                data = bytearray(Path(path).read_bytes())
                begin = 8 + struct.unpack_from("<Q", data)[0]
                header = json.loads(data[8:begin])
                about = json.loads(header.pop("__metadata__")["{{TrainedModelFile.InfoName}}"])
                types = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}
                return about, {
                    name: torch.frombuffer(data, dtype=types[array["dtype"]], count=math.prod(array["shape"]), offset=begin + array["data_offsets"][0]).reshape(array["shape"])
                    for name, array in header.items()
                }
            {{(net.Contains("ResidualBlock(", StringComparison.Ordinal) ? ResNet : "")}}

            net = {{net}}
            about, weights = read_safetensors(Path(__file__).with_suffix(".safetensors"))
            net.load_state_dict(weights)
            net.eval()


            def scaled(samples):
                # A list of numbers would pass through single precision.
                x = (samples.double() if torch.is_tensor(samples) else torch.as_tensor(samples, dtype=torch.float64)){{(divisor == 1 ? "" : $" / {divisor.ToString("R", CultureInfo.InvariantCulture)}")}}
                if list(x.shape[1:]) != about["InputShape"]:
                    raise ValueError(f"samples have the shape {list(x.shape)}, and the model takes [n, {', '.join(map(str, about['InputShape']))}]")
                if not torch.isfinite(x).all():
                    raise ValueError("samples have NaN or infinity, of which no answer comes: leave those samples out, or put a number there")
                channels = [-1] if about["ChannelsLast"] else [-1] + [1] * (x.dim() - 2)
                means, deviations = (torch.tensor(about[name], dtype=torch.float64).reshape(channels) for name in ("Means", "StandardDeviations"))
                return ((x - means) / deviations).float()


            def {{answers}}(samples):
                with torch.no_grad():
                    y = net(scaled(samples)).double()
                if not torch.isfinite(y).all():
                    raise ValueError("the model has no finite answer for these samples: they lie too far from those that it was trained on")
                return {{Answers(info)}}


            def predict(samples):
                return {{(info.HasClasses ? "[about[\"Classes\"][i] for i in probabilities(samples).argmax(1).tolist()]" : $"{answers}(samples).tolist()")}}

            """;
    }

    /// <summary>A text as Python writes it.</summary>
    public static string Text(string text) => $"\"{Escaped(text)}\"";

    private static string Answers(TrainedModelInfo info) => info switch
    {
        { Loss: var loss } when loss.IsOfSoftmax() => "torch.softmax(y, 1)",
        { Loss: LossKind.BinaryCrossEntropy, HasClasses: true } => "torch.cat([1 - torch.sigmoid(y), torch.sigmoid(y)], 1)",
        { Loss: LossKind.BinaryCrossEntropy } => "torch.sigmoid(y)",
        { TargetMeans.Count: > 0 } => "y * torch.tensor(about[\"TargetDeviations\"], dtype=torch.float64) + torch.tensor(about[\"TargetMeans\"], dtype=torch.float64)",
        _ => "y",
    };

    private static string Escaped(string text) =>
        string.Concat(text.Select(static letter => letter is '"' or '\\' ? $"\\{letter}" : char.IsControl(letter) ? $"\\x{(int)letter:x2}" : $"{letter}"));
}
