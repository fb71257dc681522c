using System.Globalization;
using System.Text;
using ClrEngine.Data;
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

    public void Dispose() => _reader.Dispose();

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvRecordTooLargeException error)
        {
            throw new DataFormatException(DataFault.TooLarge, path, $"has a row of more than {TableLimits.RowLength} characters: check its line ends and quotes.", error);
        }
        catch (Exception error) when (error is CsvFormatException or CsvInvalidCharacterException)
        {
            throw new DataFormatException(DataFault.Text, path, $"is not well-formed: {error.Message}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new DataFormatException(DataFault.Text, path, "is not UTF-8 text: save it as UTF-8.", error);
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(DataFault.Compression, path, "is a gzip file that is damaged or cut off: fetch it again.", error);
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

/// <summary>The checks of a delimited text's rows and fields; errors name the row, counted from 1 without the header, and the column.</summary>
internal static class CsvFields
{
    public static void CheckCount(string path, CsvRows rows, int expected, int row)
    {
        if (rows.FieldCount != expected)
            throw new DataFormatException(
                DataFault.RowLength, path, $"has {rows.FieldCount} fields in data row {row}, {expected} were expected: mend the row, and quote fields that hold the delimiter.");
    }

    /// <summary>Whether a field is a number that a model can read; refuses a missing value.</summary>
    public static bool IsNumber(string path, ReadOnlySpan<char> text, string column, int row)
    {
        if (TableValue.IsMissing(text)) throw Missing(path, text, column, row);
        return TableValue.IsNumber(text, out _);
    }

    /// <summary>A field of a column of numbers.</summary>
    public static double Number(string path, ReadOnlySpan<char> text, string column, int row)
    {
        if (TableValue.IsMissing(text)) throw Missing(path, text, column, row);
        if (!TableValue.IsNumber(text, out double value))
            throw new DataFormatException(
                DataFault.Value, path, $"has '{Shown(text)}' in data row {row} of its column '{column}', where the training part has numbers only: mend the value, or leave the column out with -IgnoreColumn.");
        return double.IsFinite(value)
            ? value
            : throw new DataFormatException(DataFault.Value, path, $"has '{Shown(text)}' in data row {row} of its column '{column}', beyond the largest number: mend the value.");
    }

    /// <summary>A field of a column of numbers to learn from.</summary>
    public static float Feature(string path, ReadOnlySpan<char> text, string column, int row)
    {
        float value = (float)Number(path, text, column, row);
        return float.IsFinite(value)
            ? value
            : throw new DataFormatException(DataFault.Value, path, $"has '{Shown(text)}' in data row {row} of its column '{column}', beyond the largest single-precision number: scale the column.");
    }

    /// <summary>A field of a column of texts.</summary>
    public static ReadOnlySpan<char> Text(string path, ReadOnlySpan<char> text, string column, int row)
    {
        if (TableValue.IsMissing(text)) throw Missing(path, text, column, row);
        return text.Length <= TableLimits.TextLength
            ? text
            : throw new DataFormatException(
                DataFault.Categories, path, $"has a text of {text.Length} characters in data row {row} of its column '{column}', at most {TableLimits.TextLength} make a category: leave the column out with -IgnoreColumn.");
    }

    private static DataFormatException Missing(string path, ReadOnlySpan<char> text, string column, int row) => new(
        DataFault.MissingValue, path, $"has no value ('{text}') in data row {row} of its column '{column}': fill it in, remove the row, or leave the column out with -IgnoreColumn.");

    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}

/// <summary>What a field of a text table says.</summary>
internal static class TableValue
{
    private static readonly string[] Unknown = ["NA", "N/A", "NaN", "null", "?"];

    /// <summary>Whether a field is empty, or says in one of the usual ways that its value is not known.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return true;
        if (text.Length > 4) return false;
        foreach (string unknown in Unknown)
        {
            if (text.Equals(unknown, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>Whether a field is a number, with a point for decimals; it may be too large to be finite.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        // Words such as Infinity are texts here, though a parser takes them for numbers.
        return !text.IsEmpty && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
