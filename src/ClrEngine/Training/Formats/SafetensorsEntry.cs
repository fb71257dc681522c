namespace ClrEngine.Training.Formats;

/// <summary>What a header says of one tensor: nothing is believed until it has been checked against the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Begin, long End);
