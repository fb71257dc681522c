using System.IO.Compression;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>TorchScript files whose checksums are right and whose pickles say what is not so: libtorch would read past the end of what it has.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ScriptPickleTests : TestsOfModelFiles
{
    private const long Most = long.MaxValue;
    private const string TwoTypes = "Any\n  at : Any";

    // The part of the only tensor has 12 floats, 48 bytes.
    public static TheoryData<string, string> Lies => new()
    {
        { Weight(count: 13), "asks for 13 numbers (Float) of 'net/data/0', which has 48 bytes" },
        { Weight(type: "Double"), "asks for 12 numbers (Double) of 'net/data/0', which has 48 bytes" },
        { Weight(type: "ComplexDouble", count: 4, sizes: [4], strides: [1]), "asks for 4 numbers (ComplexDouble)" },
        { Weight(type: "Long", count: 7, sizes: [7], strides: [1]), "asks for 7 numbers (Long)" },
        { Weight(type: "Half", count: 25), "asks for 25 numbers (Half)" },
        { Weight(count: -1), "asks for -1 numbers" },
        { Weight(count: Most), $"asks for {Most} numbers" },
        { Weight(count: 1L << 62), "asks for 4611686018427387904 numbers" },
        { Weight(key: "1"), "asks for 'net/data/1', which is not there" },
        { Weight(key: "../constants/0"), "asks for 12 numbers of 'net/data/../constants/0'" },
        { Weight(key: "0\0"), "asks for 12 numbers of 'net/data/0'" },
        { Weight(key: ""), "asks for 'net/data/', which is not there" },
        { Weight(offset: 1), "has a tensor of the shape [3, 4] from number 1 with the strides [4, 1], beyond the 12 numbers in 'net/data/0'" },
        { Weight(offset: -1), "from number -1" },
        { Weight(offset: Most), $"from number {Most}" },
        { Weight(sizes: [-3, 4]), "the shape [-3, 4]" },
        { Weight(sizes: [-3, -4]), "the shape [-3, -4]" },
        { Weight(strides: [-4, 1]), "the strides [-4, 1]" },
        { Weight(strides: [5, 1]), "the strides [5, 1], beyond the 12 numbers" },
        { Weight(strides: [Most, 1]), "beyond the 12 numbers" },
        { Weight(sizes: [Most, Most], strides: [Most, Most]), "the shape [9223372036854775807, 9223372036854775807]" },
        { Weight(sizes: [1L << 32, 1L << 32], strides: [0, 0]), "the shape [4294967296, 4294967296]" },
        { Weight(sizes: [1L << 40], strides: [0]), "far more than the file holds" },
        { Weight(sizes: [12], strides: [1, 1]), "is damaged or cut off" },
        { Weight(sizes: [], strides: [1]), "is damaged or cut off" },
        { Weight(count: 0), "beyond the 0 numbers" },
        { Weight().Replace(Global("torch", "FloatStorage"), "K\u0006", StringComparison.Ordinal), "is damaged or cut off" },
        { Weight().Replace(Number(12), Global("torch", "FloatStorage"), StringComparison.Ordinal), "is damaged or cut off" },
        { Weight().Replace(Global("torch._utils", "_rebuild_tensor_v2"), "K\u0000", StringComparison.Ordinal), "is damaged or cut off" },
        { Weight(type: "QUInt4x2"), "'torch.QUInt4x2Storage', which is not read" },
        { Weight(call: "_rebuild_sparse_tensor"), "'torch._utils._rebuild_sparse_tensor', which is not read" },
        { Weight(call: "_rebuild_qtensor", more: Tuple(Global("torch", "per_channel_affine"), Plain(2), Plain(3), "K\0")), "is damaged or cut off" },
        { Weight(call: "_rebuild_qtensor", more: Tuple(Global("torch", "per_channel_affine"), Plain(3), Plain(3), "K\u0002")), "is damaged or cut off" },
        { Global("torch._tensor", "_rebuild_from_type_v2") + Tuple(Weight()) + "R", "'torch._tensor._rebuild_from_type_v2', which is not read" },
        { Global("torch.distributed.rpc", "rref") + ")R", "'torch.distributed.rpc.rref', which is not read" },
        { Global("os", "system") + Tuple(Text("exit")) + "R", "'os.system', which is not read" },
        { Global("torch._utils", "_rebuild_tensor_v2") + Tuple(Weight(), Number(0), Tuple(Number(3)), Tuple(Number(1)), "\u0089", "N") + "R", "is damaged or cut off" },
        { "]q\u0009(h\u0009e", "is damaged or cut off" },
        { "]q\u0009\u0085h\u0009(K\u0001e0", "is damaged or cut off" },
        { $"){new string('\u0085', 5_000)}", "values within values" },
        { "K\u0001r\u00ff\u00ff\u00ff\u007f", "is damaged or cut off" },
        { "(q\u0009t" + Weight(), "is damaged or cut off" },
        { "(K\u0001l", "something in it that is not read" },
        { "(K\u0001d", "something in it that is not read" },
        { "X\u00ff\u00ff\u00ff\u007f", "is damaged or cut off" },
        { "h\u0077", "is damaged or cut off" },
        { "tttt", "is damaged or cut off" },
    };

    public static TheoryData<string> Truths =>
    [
        Weight(),
        Weight(type: "BFloat16", count: 24),
        Weight(type: "Int"),
        Weight(type: "Bool", count: 48),
        Weight(sizes: [4, 3], strides: [1, 4]),
        Weight(sizes: [1_000, 12], strides: [0, 1]),
        Weight(sizes: [2], strides: [11]),
        Weight(offset: 11, sizes: [], strides: []),
        Weight(offset: 12, sizes: [0], strides: [1]),
        Weight(key: "nowhere", count: 0, sizes: [0, 4], strides: [4, 1]),
        Weight(call: "_rebuild_qtensor", type: "QInt8", more: Tuple(Global("torch", "per_tensor_affine"), "G\u003f\u00f0\0\0\0\0\0\0", "K\0")),
        Tuple(Weight(), Weight(type: "Int"), Weight(type: "Half", count: 24, sizes: [24], strides: [1])),
        Global("torch", "device") + Tuple(Text("cpu")) + "R",
        Global("builtins", "complex") + Tuple("G\u003f\u00f0\0\0\0\0\0\0", "G\u003f\u00f0\0\0\0\0\0\0") + "R",
        Global("torch.jit._pickle", "build_intlist") + Tuple("](K\u0001K\u0002e") + "R",
        Global("torch.jit._pickle", "restore_type_tag") + Tuple("}(" + Text("a") + "K\u0001u", Text("Dict[str, int]")) + "R",
    ];

    [Theory]
    [MemberData(nameof(Lies))]
    public void What_a_pickle_says_of_a_tensor_is_held_against_the_file(string value, string says) => Refuses(Written(value), "net/data.pkl", says);

    [Theory]
    [MemberData(nameof(Lies))]
    public void So_are_the_constants_of_the_code(string value, string says) =>
        Refuses(Written(Weight(), constants: Tuple(value)), "net/constants.pkl", says.Replace("net/data/", "net/constants/", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Truths))]
    public void What_is_so_is_read(string value)
    {
        using ScriptModel model = ScriptModel.Load(Written(value));
        using ScriptModel constant = ScriptModel.Load(Written(Weight(), constants: Tuple(value)));
        using Tensor answer = model.call(zeros(2)), other = constant.call(zeros(2));
        Assert.Equal(answer.shape, other.shape);
    }

    [Theory]
    [InlineData("net/data.pkl", "net/DATA.pkl", "it holds 'net/data.pkl' twice")]
    [InlineData("net/data/0", "net/Data/0", "it holds 'net/data/0' twice")]
    [InlineData("net/version", "net/model.json", "is of the format of PyTorch 1.0 to 1.3")]
    [InlineData("net/constants.pkl", "NET/Constants.PKL", "it holds 'net/constants.pkl' twice")]
    [InlineData("net/code/__torch__.py", "net/CODE/__torch__.PY", "it holds 'net/code/__torch__.py' twice")]
    public void Another_part_that_libtorch_would_read_instead_is_refused(string part, string also, string says)
    {
        string file = Written(Weight());
        using (ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Update))
        {
            using Stream from = zip.GetEntry(part)!.Open(), to = zip.CreateEntry(also).Open();
            from.CopyTo(to);
        }
        Assert.Contains(says, Assert.Throws<ModelFileException>(() => ScriptModel.Load(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Net/Constants.PKL")]
    [InlineData("net/CONSTANTS.pkl")]
    public void A_part_with_other_capitals_is_looked_at_like_any_other(string name) =>
        Refuses(Written(Weight(), constants: Tuple(Weight(count: 13)), constantsName: name), "net/constants.pkl", "asks for 13 numbers (Float)");

    [Theory]
    [InlineData("N")]
    [InlineData("]")]
    [InlineData("K\u0001")]
    public void Constants_that_are_no_tuple_are_refused(string constants) => Refuses(Written(Weight(), constants), "net/constants.pkl", "it holds something else");

    // libtorch would look for the third value of an object that has none.
    [Theory]
    [InlineData("__torch__.Part", "Other", false)]
    [InlineData("Optional[__torch__.Part]", "Other", false)]
    [InlineData("List[__torch__.Part]", "](Other)e", false)]
    [InlineData("Dict[str, List[__torch__.Part]]", "}(text](Other)eu", false)]
    [InlineData("Tuple[int, __torch__.Part]", "(K\u0001Othert", false)]
    [InlineData("Tuple[int, int]", "(K\u0001t", false)]
    [InlineData("Device", "Part", false)]
    [InlineData("int", "text", false)]
    [InlineData("Any\n  more : int", "N", true)]
    [InlineData(TwoTypes, "N", false)]
    [InlineData("int # Any", "K\u0001", false)]
    [InlineData("__torch__.Part", "Part", true)]
    [InlineData("Optional[__torch__.Part]", "N", true)]
    [InlineData("Tuple[List[__torch__.Part], Dict[str, int], Optional[float]]", "(](Parte}(textK\u0001uNt", true)]
    [InlineData("Tuple[()]", ")", true)]
    [InlineData("Union[int, str]", "text", true)]
    public void What_a_pickle_gives_an_object_is_what_its_class_says(string type, string value, bool isRight)
    {
        value = value.Replace("text", Text("a"), StringComparison.Ordinal);
        foreach (string part in (string[])["Other", "Part"])
            value = value.Replace(part, $"{Global("__torch__", part)})\u0081}}({(part == "Part" ? Text("c") + Weight() : "")}{Text("training")}\u0088ub", StringComparison.Ordinal);
        value += type.Contains("more", StringComparison.Ordinal) ? Text("more") + "K\u0001" : "";
        string file = Written(Weight(), field: (type, value));
        if (isRight)
            ScriptModel.Load(file).Dispose();
        else
            Refuses(file, type == TwoTypes ? "net/code/" : "net/data.pkl", "");
    }

    private static void Refuses(string file, string part, string says)
    {
        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(file));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.Contains($"'{file}' is damaged in '{part}': it ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private string Written(string weight, string constants = ")", string constantsName = "net/constants.pkl", (string Type, string Value)? field = null)
    {
        string code = "class Other(Module):\n  __parameters__ = []\n  training : bool\nclass Part(Module):\n  __parameters__ = []\n  c : Tensor\n  training : bool\n"
            + "class Net(Module):\n  __parameters__ = []\n  __buffers__ = []\n  weight : Any\n  fine : Tensor\n" + (field is { Type: var type } ? $"  at : {type}\n" : "") + "  training : bool\n  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return x\n";
        string file = Path.Combine(Folder.Path, $"{Guid.NewGuid():N}.pt");
        using ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach ((string name, string content) in (ReadOnlySpan<(string, string)>)
        [
            ("net/data.pkl", $"\u0080\u0002{Global("__torch__", "Net")})\u0081}}({Text("weight")}{weight}{Text("fine")}{Weight(key: "2")}{(field is { Value: var value } ? Text("at") + value : "")}{Text("training")}\u0088ub."),
            ("net/data/0", new string('\0', 48)), ("net/data/2", new string('\0', 48)), ("net/constants/0", new string('\0', 48)),
            (constantsName, $"\u0080\u0002{constants}."), ("net/code/__torch__.py", code), ("net/version", "3\n"),
        ])
        {
            using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(Encoding.Latin1.GetBytes(content));
        }
        return file;
    }

    private static string Weight(string type = "Float", string key = "0", long count = 12, long offset = 0, long[]? sizes = null, long[]? strides = null, string call = "_rebuild_tensor_v2", string more = "") =>
        Global("torch._utils", call) + Tuple(
            Tuple(Text("storage"), Global("torch", type + "Storage"), Text(key), Text("cpu"), Number(count)) + "Q", Number(offset),
            Tuple([.. (sizes ?? [3, 4]).Select(Number)]), Tuple([.. (strides ?? [4, 1]).Select(Number)]), more, "\u0089", Global("collections", "OrderedDict") + ")R") + "R";

    internal static string Plain(long count) => Weight(sizes: [count], strides: [1]);

    private static string Global(string module, string name) => $"c{module}\n{name}\n";

    internal static string Text(string text) => $"X{Encoding.Latin1.GetString(BitConverter.GetBytes(text.Length))}{text}";

    internal static string Number(long number) => $"\u008a\u0008{Encoding.Latin1.GetString(BitConverter.GetBytes(number))}";

    private static string Tuple(params string[] values) => $"({string.Concat(values)}t";
}
