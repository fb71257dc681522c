using System.Diagnostics.CodeAnalysis;

namespace ClrEngine.Training;

/// <summary>The type of an array's values.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The types are what they are called in the field.")]
public enum TensorType
{
    /// <summary>True or false, one byte each.</summary>
    Bool,

    /// <summary>Whole numbers from 0 to 255.</summary>
    UInt8,

    /// <summary>Whole numbers of 8 bits with a sign.</summary>
    Int8,

    /// <summary>Whole numbers of 16 bits without a sign.</summary>
    UInt16,

    /// <summary>Whole numbers of 16 bits with a sign.</summary>
    Int16,

    /// <summary>Whole numbers of 32 bits without a sign.</summary>
    UInt32,

    /// <summary>Whole numbers of 32 bits with a sign.</summary>
    Int32,

    /// <summary>Whole numbers of 64 bits without a sign.</summary>
    UInt64,

    /// <summary>Whole numbers of 64 bits with a sign.</summary>
    Int64,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>The upper half of a single: its exponent, 7 bits of fraction.</summary>
    BFloat16,

    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE double precision.</summary>
    Float64,
}
