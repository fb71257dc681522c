namespace ClrEngine.Data.Tables.Csv;

/// <summary>A first row whose numbers may be names: the years, wavelengths, frequencies or bins that columns stand for, in their order.</summary>
internal sealed class NumberedHeader
{
    // Two numbers are always in some order.
    private const int FewestNumbers = 3;

    // So many in equal steps are no chance; of fewer one must lie outside of its column.
    private const int FewestSteps = 5;

    // Of fewer rows, none may be in equal steps by chance.
    private const int FewestRows = 10;

    private const double Exactly = 1e-9, Rounded = 0.05;

    private readonly int[] _places;
    private readonly double[] _top, _low, _high;
    private readonly bool _isOrdered, _isStepped;
    private int _rows, _ordered, _stepped;

    public NumberedHeader(string[] top)
    {
        _places = [.. Enumerable.Range(0, top.Length).Where(place => IsNumber(top[place], out _))];
        _top = [.. _places.Select(place => IsNumber(top[place], out double value) ? value : double.NaN)];
        (_low, _high) = ([.. _top.Select(static _ => double.PositiveInfinity)], [.. _top.Select(static _ => double.NegativeInfinity)]);
        (_isOrdered, _isStepped) = Order(_top);
    }

    public void Add(CsvRows row)
    {
        if (!_isOrdered) return;
        _rows++;
        Span<double> values = _places.Length <= 256 ? stackalloc double[_places.Length] : new double[_places.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!IsNumber(row[_places[i]], out values[i])) continue;
            _low[i] = Math.Min(_low[i], values[i]);
            _high[i] = Math.Max(_high[i], values[i]);
        }

        (bool isOrdered, bool isStepped) = Order(values);
        if (isOrdered) _ordered++;
        if (isStepped) _stepped++;
    }

    /// <summary>Whether the numbers are names: in equal steps, or each the same times the one before, which hardly a row below has, and hardly one of them stands in its column; or in some order, and all of them far from their columns.</summary>
    public bool IsHeader(ColumnSurvey[] columns)
    {
        if (!_isOrdered || _rows == 0) return false;
        int recurring = _places.Count(place => columns[place].TopCount > 0);
        return _isStepped
            ? recurring * 10 <= _places.Length && _stepped * 20 <= _rows && (_top.Length >= FewestSteps || AreYears || Outside(0).Any())
            : _ordered * 2 < _rows && Outside(1).Count() == _top.Length;
    }

    /// <summary>Whether the numbers are in equal steps as no row below is, and so may be names though they stand in their columns too.</summary>
    public bool MayBeHeader => _isStepped && _stepped == 0 && _rows >= FewestRows && (_top.Length >= FewestSteps || AreYears);

    private bool AreYears => Array.TrueForAll(_top, static year => year is >= 1900 and <= 2100);

    // Those that lie farther from all others of their column than a multiple of the width of these.
    private IEnumerable<int> Outside(double widths) =>
        Enumerable.Range(0, _top.Length).Where(i => Math.Max(_low[i] - _top[i], _top[i] - _high[i]) > widths * Math.Max(0, _high[i] - _low[i]));

    private static (bool IsOrdered, bool IsStepped) Order(ReadOnlySpan<double> values)
    {
        if (values.Length < FewestNumbers) return (false, false);
        double step = values[1] - values[0], times = values[1] / values[0];
        bool isOrdered = step != 0, isStepped = isOrdered, isMultiplied = isOrdered && values[0] > 0;
        for (int i = 2; i < values.Length && isOrdered; i++)
        {
            double next = values[i] - values[i - 1];
            isOrdered = next * step > 0;
            isStepped &= Math.Abs(next - step) <= Math.Abs(step) * (values.Length >= FewestSteps ? Rounded : Exactly);
            isMultiplied &= Math.Abs((values[i] / values[i - 1]) - times) <= times * Exactly;
        }

        return (isOrdered, isOrdered && (isStepped || isMultiplied));
    }

    private static bool IsNumber(ReadOnlySpan<char> text, out double value)
    {
        value = double.NaN;
        return text.Length > 0 && FieldText.TryParse(text, decimalComma: text.Contains(','), out value);
    }
}
