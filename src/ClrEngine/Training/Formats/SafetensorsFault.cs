namespace ClrEngine.Training.Formats;

/// <summary>What is wrong with a safetensors file: one word a cause.</summary>
public enum SafetensorsFault
{
    /// <summary>The file ends before its header or its data does.</summary>
    Truncated,

    /// <summary>The header is longer than the format allows.</summary>
    HeaderLength,

    /// <summary>The header is not the JSON that the format asks for.</summary>
    Header,

    /// <summary>Two tensors have the same name.</summary>
    DuplicateName,

    /// <summary>A tensor's type is not known.</summary>
    TensorType,

    /// <summary>A shape is not a list of dimensions, or its size passes 64 bits.</summary>
    Shape,

    /// <summary>A tensor's place lies outside the file, overlaps another, leaves a hole, or has another size than type and shape ask for.</summary>
    Offsets,

    /// <summary>A tensor is larger than one array can hold.</summary>
    TooLarge,
}
