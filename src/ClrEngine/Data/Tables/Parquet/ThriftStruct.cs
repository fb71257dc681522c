namespace ClrEngine.Data;

/// <summary>A structure of Thrift's compact protocol: values by their field numbers.</summary>
/// <remarks>A value is a <see cref="bool"/>, a <see cref="long"/>, a <see cref="double"/>, a byte array, a list or a structure.</remarks>
internal sealed class ThriftStruct
{
    private readonly Dictionary<int, object> _fields = [];

    /// <summary>Sets a field.</summary>
    public ThriftStruct Set(int field, object value)
    {
        _fields[field] = value;
        return this;
    }

    /// <summary>The fields in the order of their numbers.</summary>
    public IEnumerable<KeyValuePair<int, object>> Fields => _fields.OrderBy(static pair => pair.Key);

    /// <summary>A whole number; null where the field is missing or something else.</summary>
    public long? Number(int field) => _fields.GetValueOrDefault(field) as long?;

    /// <summary>A truth value; null where the field is missing or something else.</summary>
    public bool? Flag(int field) => _fields.GetValueOrDefault(field) as bool?;

    /// <summary>Bytes; null where the field is missing or something else.</summary>
    public byte[]? Bytes(int field) => _fields.GetValueOrDefault(field) as byte[];

    /// <summary>A structure; null where the field is missing or something else.</summary>
    public ThriftStruct? Struct(int field) => _fields.GetValueOrDefault(field) as ThriftStruct;

    /// <summary>A list of structures; null where the field is missing or something else.</summary>
    public IReadOnlyList<ThriftStruct>? Structs(int field) =>
        _fields.GetValueOrDefault(field) is IReadOnlyList<object> list && list.All(static item => item is ThriftStruct) ? [.. list.Cast<ThriftStruct>()] : null;

    /// <summary>Whether a field is there.</summary>
    public bool Has(int field) => _fields.ContainsKey(field);
}
