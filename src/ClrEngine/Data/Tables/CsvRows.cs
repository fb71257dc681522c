using System.Globalization;
using System.Text;
using Sylvan.Data.Csv;

namespace ClrEngine.Data.Tables;

/// <summary>The rows of a delimited text, one at a time: fields trimmed, quotes resolved, blank lines left out.</summary>
internal sealed class CsvRows : IDisposable
{
    // A character that no text contains: lines that start with # are data.
    private const char NoComment = '\uFFFF';

    private readonly string _path;
    private readonly CsvDataReader _reader;

    private CsvRows(string path, CsvDataReader reader)
    {
        _path = path;
        _reader = reader;
    }

    /// <summary>How many fields the current row has.</summary>
    public int FieldCount => _reader.RowFieldCount;

    /// <summary>Opens a text at its first row.</summary>
    /// <exception cref="DataFormatException">The first row is damaged.</exception>
    public static CsvRows Open(DataStream source) => Guarded(source.Path, () =>
    {
        var text = new WideLineGuard(
            source.Path, new StreamReader(source.Open(), new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true));
        try
        {
            return new CsvRows(source.Path, CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Comment = NoComment,
                Culture = CultureInfo.InvariantCulture,
                BufferSize = 1 << 16,
                MaxBufferSize = TableLimits.RowLength,
            }));
        }
        catch
        {
            text.Dispose();
            throw;
        }
    });

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="DataFormatException">The text is damaged.</exception>
    public bool Next() => Guarded(_path, () =>
    {
        while (_reader.Read())
        {
            if (FieldCount > 1 || (FieldCount == 1 && !this[0].IsEmpty)) return true;
        }

        return false;
    });

    /// <summary>A field of the current row.</summary>
    public ReadOnlySpan<char> this[int field] => _reader.GetFieldSpan(field).Trim();

    /// <summary>Refuses a row of too few or too many fields.</summary>
    /// <param name="expected">How many there must be.</param>
    /// <param name="row">The row, counted from 1 without the header.</param>
    public void CheckCount(int expected, int row)
    {
        if (FieldCount != expected)
            throw new DataFormatException(
                DataErrors.RowLength, _path, $"has {FieldCount} fields in data row {row}, {expected} were expected: mend the row, and quote fields that hold the delimiter.");
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvRecordTooLargeException error)
        {
            throw new DataFormatException(DataErrors.TooLarge, path, $"has a row of more than {TableLimits.RowLength} characters: check its line ends and quotes.", error);
        }
        catch (Exception error) when (error is CsvFormatException or CsvInvalidCharacterException)
        {
            throw new DataFormatException(DataErrors.Text, path, $"is not well-formed: {error.Message}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new DataFormatException(DataErrors.Text, path, "is not UTF-8 text: save it as UTF-8.", error);
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataErrors.Compression, path, "is a gzip file that is damaged or cut off: fetch it again.", error);
        }
    }
}

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
                    DataErrors.TooLarge, path, $"has more than {TableLimits.Columns} columns, the most that can be read: check its delimiter and line ends, or split it.");
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
