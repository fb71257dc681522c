using ClrEngine.Tests.Json;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Formats;

namespace ClrEngine.Tests.Torch.Trained;

/// <summary>What a model's file says of itself: other versions, damage, and words that its arrays do not bear out.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class TrainedModelFileTests : TrainedModelFolder
{
    [Fact]
    public void Given_weights_of_unknown_origin_when_opened_then_it_is_refused()
    {
        string path = Written([new StateTensor("w", TensorType.Float32, [1], new byte[4])]);
        Assert.Equal(TrainedModelErrors.NoInfo, Assert.Throws<TrainedModelException>(() => TrainedModel.Open([path])).Cause);
    }

    [Fact]
    public void Given_figures_of_a_version_that_had_single_precision_when_read_then_they_are_those_numbers()
    {
        Train(seed: 1, "a");
        (TrainedModelInfo info, IReadOnlyList<StateTensor> tensors) = TrainedModelFile.Read(Final);
        string path = Folder.At("old.safetensors");
        TrainedModelFile.Write(path, tensors, info with { FormatVersion = 3, Means = [0.3059004, 0, 0, 0], StandardDeviations = [0.37615678, 1, 1, 1] });

        TrainedModelInfo read = TrainedModelFile.Read(path).Info;

        Assert.Equal((0.3059004f, 0.37615678f), (read.Means[0], read.StandardDeviations[0]));
        Assert.False(read.ChannelsLast || read.TakesWholeNumbers);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"FormatVersion\":4,\"Run\":{\"Model\":\"mlp:8\"},\"InputShape\":[4],\"Outputs\":1,\"Loss\":\"MeanSquaredError\",\"Classes\":[],\"Means\":[0,0,0,1e400],\"StandardDeviations\":[1,1,1,1],\"Step\":1,\"Kind\":\"Final\"}")]
    [InlineData("{\"FormatVersion\":3,\"Run\":{\"Model\":\"mlp:8\"},\"InputShape\":[4],\"Outputs\":1,\"Loss\":\"MeanSquaredError\",\"Classes\":[],\"Means\":[0,0,0,0],\"StandardDeviations\":[1,1,1,1e-300],\"Step\":1,\"Kind\":\"Final\"}")]
    [InlineData("{\"FormatVersion\":4,\"Run\":{\"Model\":\"mlp:8\"},\"InputShape\":[4,3],\"Outputs\":1,\"Loss\":\"MeanSquaredError\",\"Classes\":[],\"Means\":[0,0,0,0],\"StandardDeviations\":[1,1,1,1],\"ChannelsLast\":true,\"Step\":1,\"Kind\":\"Final\"}")]
    [InlineData("null")]
    [InlineData("no")]
    [InlineData("{\"FormatVersion\":2,\"Run\":{\"Model\":\"mlp:8\"},\"InputShape\":[4],\"Outputs\":3,\"Classes\":[\"a\"],\"Means\":[0],\"StandardDeviations\":[1],\"Step\":1,\"Kind\":\"Final\"}")]
    [InlineData("{\"FormatVersion\":2,\"Run\":null,\"InputShape\":[4],\"Outputs\":3,\"Classes\":[\"a\"],\"Means\":[0],\"StandardDeviations\":[1],\"Step\":1,\"Kind\":\"Final\"}")]
    public void Given_words_that_do_not_describe_a_model_when_opened_then_it_is_refused(string info)
    {
        string path = Written([], new() { ["clr.trained_model"] = info });
        Assert.Equal(TrainedModelErrors.Info, Assert.Throws<TrainedModelException>(() => TrainedModel.Open([path])).Cause);
    }

    [Theory]
    [InlineData("$.InputShape", "[4, 4294967296, 4294967296]")]
    [InlineData("$.InputShape", "[4, 9223372036854775807]")]
    [InlineData("$.InputShape", "[9223372036854775807]")]
    [InlineData("$.Outputs", "2147483647")]
    [InlineData("$.Outputs", "2")]
    [InlineData("$.Classes", "[\"a\", \"b\"]")]
    [InlineData("$.Run.Model", "\"mlp:2147483647,2147483647\"")]
    [InlineData("$.Run.Model", "\"mlp:9223372036854775807\"")]
    [InlineData("$.Run.Model", "\"mlp:99999999999999999999\"")]
    [InlineData("$.Run.Model", "\"mlp:-8\"")]
    [InlineData("$.Run.Model", "\"mlp:8,8\"")]
    [InlineData("$.Run.Model", "\"cnn:1000000,1000000\"")]
    [InlineData("$.Run.Model", "\"/etc/passwd\"")]
    [InlineData("$.Run.Model", "\"net.pt\"")]
    [InlineData("$.Run.Model", "\"\"")]
    public void Given_a_description_that_the_arrays_do_not_bear_out_when_opened_then_it_is_refused_cheaply(string place, string value)
    {
        Train(seed: 1, "a");
        SafetensorsContent content = SafetensorsReader.Read(Final);
        var metadata = content.Metadata.ToDictionary();
        Assert.True(metadata.Remove("clr.sha256"));
        metadata["clr.trained_model"] = JsonEdit.Replace(metadata["clr.trained_model"], place, value);
        string path = Written(content.Tensors, metadata);
        long before = Environment.WorkingSet;

        Exception? error = Record.Exception(() => TrainedModel.Open([path], device: "cpu"));

        Assert.True(error is IClrError, error?.ToString() ?? "It is opened.");
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 200L << 20);
    }

    [Fact]
    public void Given_a_model_with_one_bit_turned_when_read_then_it_is_refused_or_what_was_written()
    {
        Train(seed: 1, "a");
        byte[] good = File.ReadAllBytes(Final);
        (TrainedModelInfo info, IReadOnlyList<StateTensor> tensors) = TrainedModelFile.Read(Final);
        string path = Folder.At("x.safetensors");
        int refused = 0, tried = 0;
        for (int bit = 3; bit < good.Length * 8; bit += 29, tried++)
        {
            byte[] turned = [.. good];
            turned[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(path, turned);
            try
            {
                (TrainedModelInfo readInfo, IReadOnlyList<StateTensor> read) = TrainedModelFile.Read(path);
                Assert.Equal((info.Run.Seed, info.Step, info.Kind), (readInfo.Run.Seed, readInfo.Step, readInfo.Kind));
                Assert.Equal(tensors.Select(t => (t.Name, Convert.ToHexString(t.Bytes.Span))), read.Select(t => (t.Name, Convert.ToHexString(t.Bytes.Span))));
            }
            catch (Exception error) when (error is IClrError)
            {
                refused++;
            }
        }

        // What stands of the header beside the checksum, such as how PyTorch marks its files.
        Assert.InRange(refused, tried * 9 / 10, tried);
        Assert.Equal(TrainedModelErrors.Checksum, Assert.Throws<TrainedModelException>(() => Read(good, good.Length - 1)).Cause);

        TrainedModelInfo Read(byte[] bytes, int at)
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(path, bytes);
            return TrainedModelFile.Read(path).Info;
        }
    }

    [Theory]
    [InlineData("{\"Model\":\"mlp:8\",\"InputShape\":[4],\"Outputs\":1,\"Classes\":[\"a\"],\"Means\":[0],\"StandardDeviations\":[1],\"Data\":\"d\",\"DataIdentity\":\"i\",\"Step\":1,\"Kind\":\"Final\",\"Engine\":\"1\"}")]
    [InlineData("{\"FormatVersion\":7}")]
    public void Given_a_model_of_another_version_when_opened_then_the_error_says_so(string info)
    {
        string path = Written([], new() { ["clr.trained_model"] = info });
        Assert.Contains("another version", Assert.Throws<TrainedModelException>(() => TrainedModel.Open([path])).Message, StringComparison.Ordinal);
    }

    private string Written(IReadOnlyList<StateTensor> tensors, Dictionary<string, string>? metadata = null)
    {
        string path = Folder.At("x.safetensors");
        using FileStream file = File.Create(path);
        SafetensorsWriter.Write(file, tensors, metadata);
        return path;
    }
}
