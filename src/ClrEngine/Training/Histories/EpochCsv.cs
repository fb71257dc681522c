using System.Globalization;

namespace ClrEngine.Training.Histories;

/// <summary>Epochs as comma-separated text: a header, one row an epoch, numbers with a point and all their digits, an empty field for none.</summary>
internal static class EpochCsv
{
    public static void Write(string path, IReadOnlyList<EpochRecord> epochs)
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', EpochTable.Whole.Select(static c => c.Name).Concat(EpochTable.Numbers.Select(static c => c.Name))));
        foreach (EpochRecord epoch in epochs)
        {
            writer.WriteLine(string.Join(
                ',',
                EpochTable.Whole.Select(c => c.Value(epoch).ToString(CultureInfo.InvariantCulture))
                    .Concat(EpochTable.Numbers.Select(c => c.Value(epoch)?.ToString("R", CultureInfo.InvariantCulture) ?? ""))));
        }
    }
}
