using System.Globalization;

namespace ClrRegret;

/// <summary>Accuracies that were measured before, in a file of lines: an interrupted benchmark goes on where it stopped.</summary>
internal sealed class ResultStore
{
    private readonly string? _path;
    private readonly Dictionary<string, double> _known = [];

    public ResultStore(string? path)
    {
        _path = path;
        if (path is null || !File.Exists(path))
            return;
        foreach (string[] row in File.ReadLines(path).Select(line => line.Split('\t')))
            _known[row[0]] = double.Parse(row[1], CultureInfo.InvariantCulture);
    }

    public double Get(string key, Func<double> measure)
    {
        if (_known.TryGetValue(key, out double known))
            return known;
        double measured = measure();
        _known[key] = measured;
        if (_path is not null)
            File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{key}\t{measured:R}\n"));
        return measured;
    }
}
