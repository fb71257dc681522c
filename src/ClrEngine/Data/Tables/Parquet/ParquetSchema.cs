using System.Text;

namespace ClrEngine.Data;

/// <summary>Turns a Parquet schema, which is a tree written as a list, into columns.</summary>
internal static class ParquetSchema
{
    private const int Repeated = 2;

    // The numbers that the format gives its annotations.
    private const int Utf8 = 0, Enumeration = 4, DecimalKind = 5, Unsigned8 = 11, Unsigned64 = 14, Signed64 = 18, Json = 19;

    /// <summary>The columns at the top of the tree; nested ones are columns of the type <see cref="ParquetType.Other"/>.</summary>
    /// <exception cref="InvalidDataException">The list is no tree.</exception>
    public static ParquetColumn[] Columns(IReadOnlyList<ThriftStruct> elements)
    {
        var columns = new List<ParquetColumn>();
        int place = 1, leaf = 0;
        while (place < elements.Count)
        {
            ThriftStruct element = elements[place];
            int firstLeaf = leaf;
            bool nested = element.Number(5) is > 0;
            Skip(elements, ref place, ref leaf);
            columns.Add(Column(element, nested, firstLeaf));
        }

        return elements.Count > 0 && elements[0].Number(5) == columns.Count ? [.. columns] : throw new InvalidDataException("its schema is no tree");
    }

    private static void Skip(IReadOnlyList<ThriftStruct> elements, ref int place, ref int leaf)
    {
        // Counted, not walked: a tree may be as deep as its list is long.
        for (long open = 1; open > 0; open--, place++)
        {
            if (place >= elements.Count) throw new InvalidDataException("its schema is no tree");
            long children = elements[place].Number(5) ?? 0;
            if (children < 0 || children > elements.Count) throw new InvalidDataException("its schema is no tree");
            if (children == 0) leaf++;
            open += children;
        }
    }

    private static ParquetColumn Column(ThriftStruct element, bool nested, int leaf)
    {
        string name = Encoding.UTF8.GetString(element.Bytes(4) ?? []);
        ThriftStruct? logical = element.Struct(10);
        long converted = element.Number(6) ?? -1;
        bool isDecimal = converted == DecimalKind || logical?.Has(5) == true;
        long scale = isDecimal ? element.Number(7) ?? logical?.Struct(5)?.Number(1) ?? 0 : 0;
        bool isWhole = isDecimal || converted is >= Unsigned8 and <= Signed64 || logical?.Has(10) == true || (converted < 0 && logical is null);
        bool isText = converted is Utf8 or Enumeration or Json || logical?.Has(1) == true || logical?.Has(4) == true || logical?.Has(12) == true || (converted < 0 && logical is null);
        bool isPlain = converted < 0 && logical is null;
        ParquetType type = (nested || element.Number(3) == Repeated || scale is < 0 or > 18 ? -1 : element.Number(1)) switch
        {
            0 when isPlain => ParquetType.Boolean,
            1 when isWhole => ParquetType.Int32,
            2 when isWhole => ParquetType.Int64,
            4 when isPlain => ParquetType.Float,
            5 when isPlain => ParquetType.Double,
            6 when isText => ParquetType.Text,
            _ => ParquetType.Other,
        };
        bool isUnsigned = converted is >= Unsigned8 and <= Unsigned64 || logical?.Struct(10)?.Flag(2) == false;
        return new ParquetColumn(name, type, element.Number(3) is null or not 0, (int)Math.Clamp(scale, 0, 18), isUnsigned, leaf);
    }
}
