using System.IO.Compression;
using System.Text.Json;
using ClrEngine.Data;
using ClrEngine.Tests.Data.Tables;
using ClrEngine.Tests.Reference;

namespace ClrEngine.Tests.Data.Arrays;

/// <summary>Data sets that Python wrote (Reference/make_arrays.py), against the sums and classes that it counted.</summary>
public sealed class PythonWritesTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };

    [Fact]
    public void Each_data_set_reads_as_Python_counted_it()
    {
        using var folder = new TempFolder();
        ZipFile.ExtractToDirectory(ReferenceFile.CopyTo(folder.Path, "numpy-arrays.zip"), folder.Path);
        var expected = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(folder.At("expected.json")))!;
        Assert.Equal(29, expected.Count);
        foreach ((string set, JsonElement counted) in expected)
        {
            TrainingData data = DataCatalog.Default.Load(folder.At(set), Raw);
            double sum = counted.GetProperty("sum").GetDouble();
            Assert.Equal(string.Join(" ", counted.GetProperty("classes").EnumerateArray().Prepend(JsonSerializer.SerializeToElement(set))), string.Join(" ", data.Classes().Prepend(set)));
            Assert.InRange(data.RowsInOrder().Sum(static row => row.Sum(static value => (double)value)) - sum, -1e-5 * Math.Abs(sum), 1e-5 * Math.Abs(sum));
        }
    }
}
