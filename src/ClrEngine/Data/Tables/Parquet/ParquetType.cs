namespace ClrEngine.Data;

/// <summary>How the values of a Parquet column are stored, by the format's own numbers.</summary>
internal enum ParquetType
{
    /// <summary>Something that is not read, such as dates and nested columns.</summary>
    Other = -1,

    /// <summary>Truth values.</summary>
    Boolean = 0,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32 = 1,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64 = 2,

    /// <summary>Numbers in single precision.</summary>
    Float = 4,

    /// <summary>Numbers in double precision.</summary>
    Double = 5,

    /// <summary>UTF-8 texts.</summary>
    Text = 6,
}
