using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Export;

/// <summary>
/// A graph of ONNX as it grows: operators of opset 17, the arrays that they take, inputs and outputs. The numbers of fields are those of
/// https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto3.
/// </summary>
internal sealed class OnnxGraph
{
    private const long IrVersion = 8, Opset = 17, ClassicOpset = 3;
    private const string Classic = "ai.onnx.ml";

    private readonly ProtoMessage _graph = new ProtoMessage().Add(2, "net");

    /// <summary>Adds an operator with one output, and gives the output's name; one outside ONNX's own domain has its domain before its name.</summary>
    public string Add(string operation, string output, IReadOnlyList<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        int dot = operation.LastIndexOf('.');
        var node = new ProtoMessage();
        foreach (string input in inputs)
            node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, operation[(dot + 1)..]);
        foreach ((string name, object value) in attributes)
            node.Add(5, Attribute(name, value));
        if (dot > 0)
            node.Add(7, operation[..dot]);
        _graph.Add(1, node);
        return output;
    }

    /// <summary>Adds a weight, in single precision.</summary>
    public string AddArray(string name, Tensor weight)
    {
        using Tensor single = weight.to(ScalarType.Float32);
        StateTensor array = TensorBytes.Export(name, single);
        return AddArray(name, OnnxType.Float, array.Shape, array.Bytes);
    }

    /// <summary>Adds numbers in single or double precision.</summary>
    public string AddArray(string name, IReadOnlyList<double> values, IReadOnlyList<long> shape, OnnxType type = OnnxType.Float) => AddArray(
        name, type, shape, (type == OnnxType.Double ? MemoryMarshal.AsBytes<double>([.. values]) : MemoryMarshal.AsBytes<float>([.. values.Select(static value => (float)value)])).ToArray());

    public string AddArray(string name, params ReadOnlySpan<long> values) => AddArray(name, OnnxType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    public void AddInput(string name, OnnxType type, IReadOnlyList<long> sampleShape, string text) => _graph.Add(11, Value(name, type, sampleShape, text));

    public void AddOutput(string name, OnnxType type, IReadOnlyList<long> sampleShape, string text) => _graph.Add(12, Value(name, type, sampleShape, text));

    public ProtoMessage ToModel(string version, string text, IEnumerable<(string Key, string Value)> metadata)
    {
        ProtoMessage model = new ProtoMessage().Add(1, IrVersion).Add(2, "Clr").Add(3, version).Add(6, text).Add(7, _graph)
            .Add(8, new ProtoMessage().Add(1, "").Add(2, Opset)).Add(8, new ProtoMessage().Add(1, Classic).Add(2, ClassicOpset));
        foreach ((string key, string value) in metadata)
            model.Add(14, new ProtoMessage().Add(1, key).Add(2, value));
        return model;
    }

    private string AddArray(string name, OnnxType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        var array = new ProtoMessage();
        foreach (long dimension in shape)
            array.Add(1, dimension);
        _graph.Add(5, array.Add(2, (long)type).Add(8, name).Add(9, bytes));
        return name;
    }

    // How many samples come at once is free.
    private static ProtoMessage Value(string name, OnnxType type, IReadOnlyList<long> sampleShape, string text)
    {
        ProtoMessage shape = new ProtoMessage().Add(1, new ProtoMessage().Add(2, "batch"));
        foreach (long dimension in sampleShape)
            shape.Add(1, new ProtoMessage().Add(1, dimension));
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, new ProtoMessage().Add(1, (long)type).Add(2, shape))).Add(3, text);
    }

    private static ProtoMessage Attribute(string name, object value)
    {
        ProtoMessage attribute = new ProtoMessage().Add(1, name);
        switch (value)
        {
            case float number:
                return attribute.Add(2, number).Add(20, 1);
            case long number:
                return attribute.Add(3, number).Add(20, 2);
            case long[] numbers:
                foreach (long number in numbers)
                    attribute.Add(8, number);
                return attribute.Add(20, 7);
            case string[] texts:
                foreach (string text in texts)
                    attribute.Add(9, text);
                return attribute.Add(20, 8);
            default:
                throw new ArgumentException($"An attribute of ONNX is no {value.GetType().Name}.", nameof(value));
        }
    }
}

/// <summary>Types of numbers, by ONNX's own numbers for them.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The types are what they are called in the field.")]
internal enum OnnxType
{
    Float = 1,
    Int64 = 7,
    String = 8,
    Double = 11,
}

/// <summary>
/// A message in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding): numbered fields of whole numbers, numbers of
/// single precision, texts, bytes and messages, in the order in which they are added. Bytes are not copied: weights lie in memory once.
/// </summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0, LengthDelimited = 2, Fixed32 = 5;

    private readonly List<ReadOnlyMemory<byte>> _parts = [];

    public long Length { get; private set; }

    public ProtoMessage Add(int field, long value) => Append((byte[])[.. Number(field << 3 | Varint), .. Number(value)]);

    public ProtoMessage Add(int field, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Append((byte[])[.. Number(field << 3 | Fixed32), .. bytes]);
    }

    public ProtoMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text).AsMemory());

    public ProtoMessage Add(int field, ReadOnlyMemory<byte> bytes) => Begin(field, bytes.Length).Append(bytes);

    public ProtoMessage Add(int field, ProtoMessage message)
    {
        Begin(field, message.Length);
        _parts.AddRange(message._parts);
        Length += message.Length;
        return this;
    }

    public void WriteTo(Stream stream)
    {
        foreach (ReadOnlyMemory<byte> part in _parts)
            stream.Write(part.Span);
    }

    private ProtoMessage Begin(int field, long length) => Append((byte[])[.. Number(field << 3 | LengthDelimited), .. Number(length)]);

    private ProtoMessage Append(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        Length += part.Length;
        return this;
    }

    // Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.
    private static List<byte> Number(long value)
    {
        var bytes = new List<byte>();
        ulong rest = unchecked((ulong)value);
        for (; rest >= 0x80; rest >>= 7)
            bytes.Add((byte)(rest & 0x7F | 0x80));
        bytes.Add((byte)rest);
        return bytes;
    }
}
