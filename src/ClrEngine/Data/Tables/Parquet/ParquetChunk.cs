namespace ClrEngine.Data;

/// <summary>Where the values of one column in one group of rows lie.</summary>
/// <param name="Offset">Where the first page starts.</param>
/// <param name="Codec">How pages are packed, by the format's own number.</param>
/// <param name="Values">How many values there are, missing ones included: as many as rows.</param>
internal sealed record ParquetChunk(long Offset, int Codec, int Values);
