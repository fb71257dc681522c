using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>An IDX file's contents: unsigned bytes and their dimensions.</summary>
/// <param name="Dimensions">The size of each dimension, the number of samples first; all at least 1.</param>
/// <param name="Bytes">Where the bytes are.</param>
/// <param name="Offset">Where they start there; as many as the dimensions' product.</param>
internal sealed record IdxArray(ImmutableArray<int> Dimensions, ByteSource Bytes, long Offset);
