namespace ClrEngine.Data;

/// <summary>Reads what a header promises out of a stream whose length is not known, such as an unpacked one.</summary>
internal static class BoundedRead
{
    // Deflate never shrinks more than 1,032-fold; a promise beyond that cannot be kept.
    private const long MaxDeflateRatio = 1032;
    private const long UsualRatio = 4;
    private const long SmallestBuffer = 65536;

    /// <summary>Whether that many bytes can come out of so many compressed ones.</summary>
    public static bool CanHold(long compressed, long promised) => promised <= Math.Max(SmallestBuffer, compressed * MaxDeflateRatio);

    /// <summary>Reads exactly the promised bytes; fewer where the stream ends before.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="promised">How many bytes were promised.</param>
    /// <param name="compressed">How many compressed bytes they come from.</param>
    /// <remarks>The buffer grows as data really comes, so that a lying header costs no more memory than a true one.</remarks>
    public static ReadOnlyMemory<byte> Read(Stream stream, int promised, long compressed)
    {
        var values = new byte[Math.Min(promised, Math.Max(SmallestBuffer, UsualRatio * compressed))];
        int filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(values.AsSpan(filled), values.Length - filled, throwOnEndOfStream: false);
            if (filled < values.Length || filled == promised) return values.AsMemory(0, filled);
            Array.Resize(ref values, (int)Math.Min(promised, 2L * values.Length));
        }
    }
}
