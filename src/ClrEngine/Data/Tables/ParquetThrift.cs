namespace ClrEngine.Data.Tables;

/// <summary>Checks a structure of Parquet's own before the library reads it, which trusts every length and goes on for ever behind the end.</summary>
/// <remarks>
/// Formats: Apache Thrift, "Thrift compact protocol encoding"; Apache Parquet, parquet.thrift. The library takes a field for what its number says,
/// not for what it is stored as: whatever passes here is the same to both, and lies within its bytes.
/// </remarks>
internal ref struct ParquetThrift(ReadOnlySpan<byte> bytes, ParquetThrift.Found found)
{
    /// <summary>Takes a whole number or a truth value that was found; 0 as the field's number says that a structure begins.</summary>
    public delegate void Found(string structure, int field, long value);

    // What the library reads in each structure, by the fields' numbers: i whole number, b byte, d double, s bytes, f truth value, else a structure;
    // a star is a list, a minus a field that is never read.
    private static readonly Dictionary<string, string[]> Structures = new (string Name, string Fields)[]
    {
        ("FileMetaData", "i *SchemaElement i *RowGroup *KeyValue s *ColumnOrder - s"),
        ("SchemaElement", "i i i s i i i i i LogicalType"),
        ("LogicalType", "Empty Empty Empty Empty DecimalType Empty TimeType TimeType - IntType Empty Empty Empty Empty Empty VariantType GeometryType GeographyType"),
        ("DecimalType", "i i"), ("TimeType", "f TimeUnit"), ("TimeUnit", "Empty Empty Empty"), ("IntType", "b f"),
        ("VariantType", "b"), ("GeometryType", "s"), ("GeographyType", "s i"), ("Empty", ""),
        ("RowGroup", "*ColumnChunk i i *SortingColumn i i i"), ("SortingColumn", "i f f"),
        ("ColumnChunk", "s i ColumnMetaData i i i i - s"),
        ("ColumnMetaData", "i *i *s i i i i *KeyValue i i i Statistics *PageEncodingStats i i SizeStatistics GeospatialStatistics"),
        ("KeyValue", "s s"), ("Statistics", "s s i i s s f f"), ("PageEncodingStats", "i i i"), ("SizeStatistics", "i *i *i"),
        ("GeospatialStatistics", "BoundingBox *i"), ("BoundingBox", "d d d d d d d d"), ("ColumnOrder", "Empty"),
        ("PageHeader", "i i i i DataPageHeader Empty DictionaryPageHeader DataPageHeaderV2"),
        ("DataPageHeader", "i i i i Statistics"), ("DictionaryPageHeader", "i i f"), ("DataPageHeaderV2", "i i i i i i f Statistics"),
    }.ToDictionary(static pair => pair.Name, static pair => pair.Fields.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private const int True = 1, False = 2, Byte = 3, Short = 4, Long = 6, Double = 7, Binary = 8, List = 9, Structure = 12;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _place;

    /// <summary>Checks the structure of some name that starts the bytes, and tells how many it takes.</summary>
    public static int Check(ReadOnlySpan<byte> bytes, string structure, Found found)
    {
        var thrift = new ParquetThrift(bytes, found);
        thrift.ReadStructure(structure);
        return thrift._place;
    }

    // The depth is that of the table, which has no cycle.
    private void ReadStructure(string name)
    {
        found(name, 0, 0);
        string[] fields = Structures[name];
        int field = 0;
        while (Next() is var head and not 0)
        {
            field = (short)(head >> 4 == 0 ? ReadNumber() : field + (head >> 4));
            ReadValue(name, field, head & 15, field > 0 && field <= fields.Length ? fields[field - 1] : null);
        }
    }

    private void ReadValue(string name, int field, int type, string? expected)
    {
        switch (expected, type)
        {
            // What the library does not know it skips, but not lists and structures.
            case (null or "f", True or False):
                found(name, field, type == True ? 1 : 0);
                break;
            case (null or "i", >= Short and <= Long):
                found(name, field, ReadNumber());
                break;
            case (null or "b", Byte):
                Skip(sizeof(byte));
                break;
            case (null or "d", Double):
                Skip(sizeof(double));
                break;
            case (null or "s", Binary):
                Skip(ReadVarInt());
                break;
            case (['*', .. var element], List):
                ReadList(name, field, element);
                break;
            case ([not '*', _, ..], Structure):
                ReadStructure(expected);
                break;
            default:
                throw new InvalidDataException($"field {field} of its {name} has the type {type}, which is not read");
        }
    }

    private void ReadList(string name, int field, string element)
    {
        int head = Next(), type = head & 15;
        ulong count = head >> 4 == 15 ? ReadVarInt() : (ulong)(head >> 4);
        // Each element takes a byte at least.
        if (count > (ulong)(_bytes.Length - _place)) throw new InvalidDataException($"a list claims {count} elements");
        for (ulong i = 0; i < count; i++) ReadValue(name, field, type, element);
    }

    private long ReadNumber()
    {
        ulong value = ReadVarInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarInt()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Next();
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }

        throw new InvalidDataException("a number has too many bytes");
    }

    private void Skip(ulong count) => _place = count <= (ulong)(_bytes.Length - _place)
        ? _place + (int)count
        : throw new InvalidDataException("it ends within a value");

    private byte Next() => _place < _bytes.Length ? _bytes[_place++] : throw new InvalidDataException("it ends within a structure");
}
