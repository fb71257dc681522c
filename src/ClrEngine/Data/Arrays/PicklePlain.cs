using System.Text;

namespace ClrEngine.Data.Arrays;

/// <summary>Reads the plain values of a Python pickle, and NumPy's arrays of bytes, which become <see cref="PickledArray"/>.</summary>
internal sealed class PicklePlain(string path, ByteSource bytes) : PickleReader(bytes)
{
    private const int MostSides = 4;

    private readonly long _length = bytes.Length;
    private long _decoded;

    /// <summary>Whether bytes start as a pickle: of a protocol that is read, or of the first ones, of which binary values are read.</summary>
    public static bool IsPickle(ByteSource bytes) => bytes.Length > 2 && bytes.Read(0, new byte[2]) is [0x80, >= 2 and <= 5] or [(byte)'(', (byte)'d'] or [(byte)'}', (byte)'q'];

    public static object? Read(string path, ByteSource bytes) => new PicklePlain(path, bytes).Run();

    // Python's own names, and what each stands for here; no other is ever looked up.
    protected override object Name(string module, string name) => (module, name) switch
    {
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => PickleName.NewArray,
        ("numpy.core.numeric" or "numpy._core.numeric", "_frombuffer") => PickleName.ArrayOfBytes,
        ("numpy", "ndarray") => PickleName.ArrayType,
        ("numpy", "dtype") => PickleName.NumberType,
        ("_codecs", "encode") => PickleName.Encode,
        _ => throw Unread($"a call for {Shown(module)}.{Shown(name)} (nothing in a pickle is ever run)"),
    };

    protected override object Make(object called, object? given) => (called, given) switch
    {
        (PickleName.NewArray, object?[] and [PickleName.ArrayType, ..]) => new PickledArray(),
        (PickleName.NumberType, object?[] and [(string or PickledBytes) and var type, ..]) => new PickledType(Key(type)),
        // How protocol 2 of Python 3 writes bytes: a text whose characters are they.
        (PickleName.Encode, object?[] and [string text, _]) => new PickledBytes(new MemoryBytes(Encoding.Latin1.GetBytes(text)), 0, Charged(text.Length)),
        (PickleName.Encode, object?[] and [PickledBytes text, _]) when Charged(text.Length) >= 0 => text.FromText(),
        (PickleName.ArrayOfBytes, object?[] and [PickledBytes data, PickledType type, object?[] shape, ..]) => new PickledArray { Data = data, Type = type.Name, Shape = Sides(shape) },
        _ => throw new InvalidCastException(),
    };

    protected override object Build(object? made, object? state)
    {
        switch (made, state)
        {
            case (PickledArray array, object?[] and [long, object?[] shape, PickledType type, bool isFortran, PickledBytes data]) when !isFortran || shape.Length < 2:
                (array.Data, array.Type, array.Shape) = (data, type.Name, Sides(shape));
                return array;
            case (PickledArray, object?[] and [long, object?[], PickledType, true, PickledBytes]): throw Unread("an array that lies column after column (Fortran order)");
            case (PickledType, object?[]): return made;
            default: throw new InvalidCastException();
        }
    }

    protected override object Stored(object? id) => throw Unread("parts in other files");

    protected override string Key(object? key) => key switch
    {
        string decoded => decoded,
        PickledBytes bytes when Charged(bytes.Length) <= LongestText => bytes.Text(),
        _ => throw new InvalidCastException(),
    };

    protected override DataFormatException Unread(string what) => new(
        DataErrors.Pickle, path, $"is a Python pickle with {what}: give the set as it was published, or its binary version.");

    protected override DataFormatException Damaged(string how, Exception? error = null) => new(
        DataErrors.Pickle, path, $"is a Python pickle that {how}: fetch it again.", error);

    private static long[] Sides(object?[] shape) => shape.Length <= MostSides && shape.All(static side => side is long)
        ? [.. shape.Cast<long>()]
        : throw new InvalidCastException();

    // What is remembered can be asked for again and again: all together, no more is decoded than the file has a few times over.
    private long Charged(long length) => (_decoded += length) <= LongestText + (4 * _length) ? length : throw new InvalidCastException();

    private enum PickleName
    {
        NewArray,
        ArrayOfBytes,
        ArrayType,
        NumberType,
        Encode,
    }

    private sealed record PickledType(string Name);
}

/// <summary>An array of NumPy in a pickle.</summary>
internal sealed class PickledArray
{
    /// <summary>The type of its numbers, as NumPy names it, such as <c>u1</c>.</summary>
    public string? Type { get; set; }

    public long[] Shape { get; set; } = [];

    public PickledBytes? Data { get; set; }
}
