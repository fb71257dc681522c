namespace ClrEngine.Data;

/// <summary>A stream that ends with an error where a decoder goes on reading behind its end, or goes back time and again: some would do so for ever.</summary>
internal sealed class EndGuardStream(Stream inner) : Stream
{
    // A look behind the end or a step back is usual; this many are not.
    private const int Patience = 64;
    private int _offences;

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read == 0 && !buffer.IsEmpty) CountOffence();
        return read;
    }

    public override int ReadByte()
    {
        int value = inner.ReadByte();
        if (value < 0) CountOffence();
        return value;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length });
        if (position < 0 || position > Length) throw new EndOfStreamException("The image refers to a place outside its file.");
        if (position < Position) CountOffence();
        return inner.Position = position;
    }

    public override void Flush() => inner.Flush();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void CountOffence()
    {
        if (++_offences > Patience) throw new EndOfStreamException("The image goes on behind the end of its file.");
    }
}
