namespace ClrEngine.Data;

/// <summary>What is wrong with a data file: one word a cause.</summary>
public enum DataFault
{
    /// <summary>The file does not start as its format demands.</summary>
    Magic,

    /// <summary>A dimension in the header is negative.</summary>
    Dimension,

    /// <summary>The file holds less than its header promises.</summary>
    Truncated,

    /// <summary>The file holds more than its header promises.</summary>
    Trailing,

    /// <summary>The header promises more than one array can hold.</summary>
    TooLarge,

    /// <summary>The compressed stream is damaged.</summary>
    Compression,

    /// <summary>There is no sample, or a sample has no value.</summary>
    Empty,

    /// <summary>There are too few samples to hold some out for validation.</summary>
    TooFew,

    /// <summary>Samples and labels differ in number.</summary>
    CountMismatch,

    /// <summary>Training and validation samples differ in shape.</summary>
    ShapeMismatch,

    /// <summary>A label is not one of the classes.</summary>
    Label,

    /// <summary>A file that belongs to the set is not there.</summary>
    Missing,

    /// <summary>No known format reads this path.</summary>
    UnknownFormat,

    /// <summary>A table lacks a column that was named, or the name fits several.</summary>
    Column,

    /// <summary>Rows of a table have different numbers of fields.</summary>
    RowLength,

    /// <summary>A field of a table is empty, or says that its value is not known.</summary>
    MissingValue,

    /// <summary>A value is not a number where one must be, or is not finite.</summary>
    Value,

    /// <summary>A column of texts has too many different ones, or too long ones, to be categories.</summary>
    Categories,

    /// <summary>Text is not encoded or quoted as it must be.</summary>
    Text,

    /// <summary>The numbers are stored in a type or an order that is not read.</summary>
    Type,

    /// <summary>A link leads out of the folder that was named.</summary>
    Outside,
}
