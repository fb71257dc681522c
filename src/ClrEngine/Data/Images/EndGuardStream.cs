namespace ClrEngine.Data;

/// <summary>A stream that ends with an error where a decoder goes on reading behind its end: some would read nothing for ever.</summary>
internal sealed class EndGuardStream(Stream inner) : Stream
{
    // A look behind the end is usual; this many are not.
    private const int Patience = 64;
    private int _emptyReads;

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read == 0 && !buffer.IsEmpty) CountEmpty();
        return read;
    }

    public override int ReadByte()
    {
        int value = inner.ReadByte();
        if (value < 0) CountEmpty();
        return value;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() => inner.Flush();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void CountEmpty()
    {
        if (++_emptyReads > Patience) throw new EndOfStreamException("The image goes on behind the end of its file.");
    }
}
