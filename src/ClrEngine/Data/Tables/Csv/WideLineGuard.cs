namespace ClrEngine.Data;

/// <summary>Passes text on, and refuses a line of too many fields before a parser makes room for them.</summary>
internal sealed class WideLineGuard(string path, TextReader text) : TextReader
{
    private static readonly System.Buffers.SearchValues<char> Delimiters = System.Buffers.SearchValues.Create(",;\t|\n");
    private int _fields = 1;

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count)
    {
        int read = text.Read(buffer, index, count);
        ReadOnlySpan<char> rest = buffer.AsSpan(index, read);
        while (rest.IndexOfAny(Delimiters) is var place and >= 0)
        {
            _fields = rest[place] == '\n' ? 1 : _fields + 1;
            if (_fields > TableLimits.Columns)
                throw new DataFormatException(
                    DataFault.TooLarge, path, $"has more than {TableLimits.Columns} columns, the most that can be read: check its delimiter and line ends, or split it.");
            rest = rest[(place + 1)..];
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }
}
