using System.Text;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>The few instructions of Python's pickle (protocol 2) of which a TorchScript file is made.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter Protocol() => Put(0x80, 2);

    public PickleWriter Global(string module, string name) => Put(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    public PickleWriter EmptyTuple() => Put((byte)')');

    public PickleWriter EmptyDictionary() => Put((byte)'}');

    public PickleWriter NewObject() => Put(0x81);

    public PickleWriter Mark() => Put((byte)'(');

    public PickleWriter Tuple() => Put((byte)'t');

    public PickleWriter Reduce() => Put((byte)'R');

    public PickleWriter SetItems() => Put((byte)'u');

    public PickleWriter Build() => Put((byte)'b');

    public PickleWriter True() => Put(0x88);

    public PickleWriter False() => Put(0x89);

    public PickleWriter Text(string text) => Put([(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)]);

    public PickleWriter Number(int number) => Put([(byte)'J', .. BitConverter.GetBytes(number)]);

    /// <summary>A float tensor, row after row, whose values lie in a file of their own.</summary>
    public PickleWriter Tensor(string key, int count, int[] shape, bool trained)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Mark();
        Mark().Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Number(count).Tuple().Put((byte)'Q');
        Number(0).Numbers(shape).Numbers(shape.Select((_, i) => shape[(i + 1)..].Aggregate(1, (product, size) => product * size)));
        return (trained ? True() : False()).Global("collections", "OrderedDict").EmptyTuple().Reduce().Tuple().Reduce();
    }

    public byte[] Stop() => [.. Put((byte)'.')._bytes];

    private PickleWriter Numbers(IEnumerable<int> numbers)
    {
        Mark();
        foreach (int number in numbers)
            Number(number);
        return Tuple();
    }

    private PickleWriter Put(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
