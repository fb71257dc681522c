using System.Text;
using Sylvan.Data.Csv;

namespace ClrEngine.Data.Tables;

/// <summary>The rows of a delimited text, one at a time: fields trimmed, quotes resolved, blank lines left out.</summary>
internal sealed class CsvRows : IDisposable
{
    // A character that no text contains: lines that start with # are data.
    private const char NoComment = '\uFFFF';
    private const int LongestRow = 1 << 20;

    private readonly string _path;
    private readonly CsvDataReader _reader;

    /// <exception cref="DataFormatException">The first row is damaged.</exception>
    public CsvRows(DataStream source)
    {
        _path = source.Path;
        _reader = Guarded(() =>
        {
            var text = new WideLineGuard(
                _path, new StreamReader(source.Open(), new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true));
            try
            {
                return CsvDataReader.Create(text, new CsvDataReaderOptions
                {
                    HasHeaders = false,
                    Comment = NoComment,
                    Culture = CultureInfo.InvariantCulture,
                    BufferSize = 1 << 16,
                    MaxBufferSize = LongestRow,
                });
            }
            catch
            {
                text.Dispose();
                throw;
            }
        });
    }

    /// <summary>How many fields the current row has.</summary>
    public int FieldCount => _reader.RowFieldCount;

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="DataFormatException">The text is damaged.</exception>
    public bool Next() => Guarded(() =>
    {
        while (_reader.Read())
        {
            if (FieldCount > 1 || (FieldCount == 1 && !this[0].IsEmpty)) return true;
        }

        return false;
    });

    /// <summary>A field of the current row.</summary>
    public ReadOnlySpan<char> this[int field] => _reader.GetFieldSpan(field).Trim();

    /// <summary>Refuses a row, counted from 1 without the header, of too few or too many fields.</summary>
    public void CheckCount(int expected, int row)
    {
        if (FieldCount != expected)
            throw new DataFormatException(
                DataErrors.RowLength, _path, $"has {FieldCount} fields in data row {row}, {expected} were expected: mend the row, and quote fields that hold the delimiter.");
    }

    public void Dispose() => _reader.Dispose();

    private T Guarded<T>(Func<T> read) => FileDamage.Guard(read, error => error switch
    {
        CsvRecordTooLargeException => new(DataErrors.TooLarge, _path, $"has a row of more than {LongestRow} characters: check its line ends and quotes.", error),
        CsvFormatException or CsvInvalidCharacterException => new(DataErrors.Text, _path, $"is not well-formed: {error.Message}", error),
        DecoderFallbackException => new(DataErrors.Text, _path, "is not UTF-8 text: save it as UTF-8.", error),
        InvalidDataException => FileDamage.Gzip(_path, error),
        _ => null,
    });
}

/// <summary>Passes text on, and refuses a line of too many fields before a parser makes room for them.</summary>
internal sealed class WideLineGuard(string path, TextReader text) : TextReader
{
    private static readonly System.Buffers.SearchValues<char> Delimiters = System.Buffers.SearchValues.Create(",;\t|\n");
    private int _fields = 1;

    public override int Read(char[] buffer, int index, int count)
    {
        int read = text.Read(buffer, index, count);
        ReadOnlySpan<char> rest = buffer.AsSpan(index, read);
        while (rest.IndexOfAny(Delimiters) is var place and >= 0)
        {
            _fields = rest[place] == '\n' ? 1 : _fields + 1;
            if (_fields > TableLayout.MostColumns)
                throw new DataFormatException(
                    DataErrors.TooLarge, path, $"has more than {TableLayout.MostColumns} columns, the most that can be read: check its delimiter and line ends, or split it.");
            rest = rest[(place + 1)..];
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }
}
