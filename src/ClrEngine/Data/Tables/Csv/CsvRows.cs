using System.Buffers;
using System.Text;

namespace ClrEngine.Data.Tables.Csv;

/// <summary>The rows of a delimited text, one at a time: fields trimmed, quotes resolved, rows without any value left out.</summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>The delimiter that stands for any run of blanks and tabs.</summary>
    public const char Blanks = ' ';

    private const int FirstBuffer = 1 << 16, CharactersPerField = 32;

    private readonly string _path;
    private readonly TextReader _text;
    private readonly char _delimiter;
    private readonly int _mostFields;
    private readonly SearchValues<char> _stops, _empty;
    private char[] _buffer = new char[FirstBuffer];
    private int _start, _end;
    private bool _ended;
    private long _rows;

    // Where each field of the current row begins and ends; an end is the complement of its place where quotes are doubled within.
    private (int Begin, int End)[] _fields = new (int, int)[16];

    /// <summary>Reads from a file, behind the lines that its dialect leaves out.</summary>
    public CsvRows(DataStream source, CsvDialect dialect)
        : this(source.Path, Guarded(source.Path, 0, () => OpenText(source, dialect.Encoding)), dialect.Delimiter, dialect.MostFields)
    {
        Guarded(() =>
        {
            // A second byte order mark, as joined files have, and blanks of no width.
            while (_text.Peek() is 0xFEFF or 0x200B or 0x2060) _text.Read();
            for (int i = 0; i < dialect.LinesLeftOut; i++) _text.ReadLine();
            return dialect.IsFirstRowMarked ? _text.Read() : 0;
        });
    }

    /// <summary>Reads from a text, which is closed with it; the path is for errors.</summary>
    public CsvRows(string path, TextReader text, char delimiter, int mostFields = DataOptions.UsualColumns)
    {
        (_path, _text, _delimiter, _mostFields) = (path, text, delimiter, mostFields);
        _stops = SearchValues.Create(delimiter == Blanks ? " \t\r\n" : [delimiter, '\r', '\n']);
        _empty = SearchValues.Create([delimiter, ' ', '\t', '\r', '\n']);
    }

    public int FieldCount { get; private set; }

    /// <summary>How many rows of delimiters alone were left out so far.</summary>
    public long EmptyRows { get; private set; }

    /// <summary>The most characters of a row that may have so many fields.</summary>
    public static int LongestRow(int mostFields) => Math.Max(DataOptions.UsualColumns, mostFields) * CharactersPerField;

    /// <summary>Opens a text in the encoding that its mark names, else in the one that is given, else in UTF-8; each refuses what is not in it.</summary>
    public static StreamReader OpenText(DataStream source, Encoding? encoding)
    {
        Span<byte> start = stackalloc byte[64];
        using (Stream opened = source.Open()) start = start[..opened.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        Encoding read = start switch
        {
            [0xEF, 0xBB, 0xBF, ..] => new UTF8Encoding(true, throwOnInvalidBytes: true),
            [0xFF, 0xFE, 0, 0, ..] => new UTF32Encoding(false, true, throwOnInvalidCharacters: true),
            [0xFF, 0xFE, ..] => new UnicodeEncoding(false, true, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(true, true, throwOnInvalidBytes: true),
            // Two bytes a character, and no mark: whoever reads on finds null characters.
            _ when encoding is null && start.Contains((byte)0) => Encoding.Latin1,
            _ => encoding ?? new UTF8Encoding(false, throwOnInvalidBytes: true),
        };
        return new StreamReader(source.Open(), read, detectEncodingFromByteOrderMarks: false, FirstBuffer);
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Next()
    {
        while (ReadRow())
        {
            _rows++;
            if (HasValue()) return true;
            if (FieldCount > 1) EmptyRows++;
        }

        FieldCount = 0;
        return false;
    }

    public ReadOnlySpan<char> this[int field]
    {
        get
        {
            (int begin, int end) = _fields[field];
            return end >= 0 ? _buffer.AsSpan(begin, end - begin).Trim() : new string(_buffer, begin, ~end - begin).Replace("\"\"", "\"", StringComparison.Ordinal).AsSpan().Trim();
        }
    }

    public bool IsQuoted(int field) => _fields[field].Begin > 0 && _buffer[_fields[field].Begin - 1] == '"';

    /// <summary>Whether blanks stand around a field of the current row, within its quotes.</summary>
    public bool IsPadded(int field)
    {
        if (!IsQuoted(field)) return false;
        (int begin, int end) = _fields[field];
        if (end < 0) end = ~end;
        return end > begin && (char.IsWhiteSpace(_buffer[begin]) || char.IsWhiteSpace(_buffer[end - 1]));
    }

    public bool IsBehindBlank(int field) => field < FieldCount && _fields[field].Begin is var begin and > 0 && _buffer[begin - 1] == ' ';

    public string[] ToArray() => [.. Enumerable.Range(0, FieldCount).Select(i => this[i].ToString())];

    /// <summary>Refuses a row, counted from 1 without the header, of too few or too many fields.</summary>
    public void CheckCount(int expected, long row)
    {
        if (FieldCount != expected)
            throw new DataFormatException(
                DataErrors.RowLength, _path, $"has {Counted.Of(FieldCount, "field")} in data row {row}, {expected} {Counted.Form(expected, "was", "were")} expected: mend the row, and quote fields that hold the delimiter.");
    }

    public void Dispose() => _text.Dispose();

    /// <summary>Turns what goes wrong while a text is read into errors that name the file.</summary>
    public static T Guarded<T>(string path, long rows, Func<T> read) => FileDamage.Guard(read, error => error is DecoderFallbackException
        ? new(DataErrors.Text, path, $"is not UTF-8 text, or not of the encoding given, at or behind its row {rows + 1}: name the right one with -Encoding, such as windows-1252 for texts of Excel in western Europe, or save it as UTF-8.", error)
        : null);

    private T Guarded<T>(Func<T> read) => Guarded(_path, _rows, read);

    private bool HasValue()
    {
        for (int i = 0; i < FieldCount; i++)
        {
            if (!this[i].IsEmpty) return true;
        }

        return false;
    }

    private bool ReadRow()
    {
        while (true)
        {
            SkipEmptyLines();
            if (_start == _end && _ended) return false;
            if (_start < _end && TryReadRow()) return true;
            if (!_ended) Fill();
        }
    }

    // With blanks and delimiters, or without: a small packed file may hold a thousand million of them.
    private void SkipEmptyLines()
    {
        ReadOnlySpan<char> left = _buffer.AsSpan(_start, _end - _start);
        int length = left.IndexOfAnyExcept(_empty);
        // A line feed may follow when there is more.
        if (length < 0) length = left.Length > 0 && left[^1] == '\r' && !_ended ? left.Length - 1 : left.Length;
        left = left[..(left[..length].LastIndexOfAny('\r', '\n') + 1)];
        if (left.IsEmpty) return;
        _rows += Math.Max(left.Count('\n'), left.Count('\r'));
        _start += left.Length;
        if (_delimiter == Blanks || !left.Contains(_delimiter)) return;
        foreach (ReadOnlySpan<char> line in left.EnumerateLines())
        {
            if (line.Contains(_delimiter)) EmptyRows++;
        }
    }

    // False where the row goes on behind what is in the buffer: it is read again when there is more.
    private bool TryReadRow()
    {
        FieldCount = 0;
        for (int place = _start; ;)
        {
            int begin = SkipBlanks(place), after;
            if (begin == _end && !_ended) return false;
            if (begin < _end && _buffer[begin] == '"')
            {
                int close = begin + 1, doubled = 0;
                for (; ; doubled++, close += 2)
                {
                    int found = _buffer.AsSpan(close, _end - close).IndexOf('"');
                    if (found < 0 || (close + found + 1 == _end && !_ended)) return found < 0 && _ended ? throw Malformed("a quote that is never closed") : false;
                    close += found;
                    if (close + 1 == _end || _buffer[close + 1] != '"') break;
                }

                Add(begin + 1, doubled > 0 ? ~close : close);
                after = SkipBlanks(close + 1);
                if (after < _end && !_stops.Contains(_buffer[after]) && _delimiter != Blanks) throw Malformed("text behind a closing quote (a quote within quotes is written twice)");
            }
            else
            {
                int found = _buffer.AsSpan(begin, _end - begin).IndexOfAny(_stops);
                if (found < 0 && !_ended) return false;
                after = found < 0 ? _end : begin + found;
                Add(begin, after);
                if (_delimiter == Blanks) after = SkipBlanks(after);
            }

            if (after == _end)
            {
                if (!_ended) return false;
                _start = _end;
                return true;
            }

            if (_buffer[after] is '\r' or '\n')
            {
                bool isReturn = _buffer[after++] == '\r';
                if (isReturn && after == _end && !_ended) return false;
                _start = isReturn && after < _end && _buffer[after] == '\n' ? after + 1 : after;
                return true;
            }

            place = _delimiter == Blanks ? after : after + 1;
        }
    }

    private int SkipBlanks(int place)
    {
        while (place < _end && (_buffer[place] == ' ' || (_buffer[place] == '\t' && _delimiter != '\t'))) place++;
        return place;
    }

    private void Add(int begin, int end)
    {
        if (FieldCount == _mostFields)
            throw new DataFormatException(
                DataErrors.TooLarge, _path, $"has more than {_mostFields} columns: check its delimiter and line ends, or raise -MaxColumns if it shall have as many.");
        if (FieldCount == _fields.Length) Array.Resize(ref _fields, 2 * _fields.Length);
        _fields[FieldCount++] = (begin, end);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int longest = LongestRow(_mostFields);
        if (_end == longest)
            throw new DataFormatException(DataErrors.TooLarge, _path, $"has a row of more than {longest} characters: check its line ends and quotes, or raise -MaxColumns, which allows {CharactersPerField} for each.");
        if (_end > _buffer.Length / 2) Array.Resize(ref _buffer, Math.Min(longest, 2 * _buffer.Length));
        int read = Guarded(() => _text.ReadBlock(_buffer, _end, _buffer.Length - _end));
        _end += read;
        _ended = read == 0;
    }

    private DataFormatException Malformed(string what) => new(
        DataErrors.Text, _path, $"is not well-formed: its row {_rows + 1} has {what}. Mend the quotes of the row.");
}
