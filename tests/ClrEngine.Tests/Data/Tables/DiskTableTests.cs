using ClrEngine.Data.Tables;
using ClrEngine.Files;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Tables whose numbers lie on the disk. Each other test of a table reads it so once more.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class DiskTableTests : IDisposable
{
    private static readonly DataOptions Kept = new(), Streamed = new() { Stream = true };

    private readonly TempFolder _folder = new();

    public DiskTableTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    // More rows than are written, copied and read at once.
    [Theory]
    [InlineData(20_000, 3, false)]
    [InlineData(70_000, 1, true)]
    [InlineData(300, 900, false)]
    public void They_are_the_same_data_to_the_bit(int rows, int numbers, bool hasTest)
    {
        Write("train.csv", rows, numbers, seed: 1);
        if (hasTest) Write("test.csv", 500, numbers, seed: 2);
        TrainingData kept = Load(Kept), streamed = Load(Streamed);

        Assert.Equal(kept.Identity, streamed.Identity);
        Assert.Equal(kept.FeatureNames, streamed.FeatureNames);
        Assert.Equal(kept.Scaling.Means, streamed.Scaling.Means);
        Assert.Equal(kept.Scaling.StandardDeviations, streamed.Scaling.StandardDeviations);
        foreach ((LabelledData one, LabelledData other) in new[] { (kept.Train, streamed.Train), (kept.Validation, streamed.Validation) })
        {
            AssertSame(one, other, [.. Enumerable.Range(0, (int)one.Count).Select(static i => (long)i)]);
            var random = new Random(3);
            AssertSame(one, other, [.. Enumerable.Range(0, 400).Select(_ => random.NextInt64(one.Count)), 0, 0, 1, 3, 2, one.Count - 1, 0]);
        }
    }

    [Fact]
    public void A_model_learns_the_same_from_them_and_they_are_not_kept()
    {
        Write("train.csv", 600, 5, seed: 1);
        TrainingData kept = Load(Kept), streamed = Load(Streamed);
        Assert.Equal(Losses(kept), Losses(streamed));
        Assert.Contains("resident", Learners.Residency(kept));
        Assert.Contains("read batch by batch", Learners.Residency(streamed));

        static IReadOnlyList<double> Losses(TrainingData data) =>
            Learners.Run(new LearnerOptions { Threads = 1 }, random => Learners.Model(random, data.Train.Samples.SampleLength), steps: 12, data: data);
    }

    [Fact]
    public void Another_unit_of_a_part_that_is_left_as_it_is_is_said_of_them_too()
    {
        string Part(double unit) => "n,y\n" + string.Concat(Enumerable.Range(1, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i / 16.0 * unit},{"uv"[i % 2]}\n")));
        Assert.Contains(Table.Load(Part(1), Part(256), Table.Raw).Warnings, static warning => warning.Contains("as if in another unit", StringComparison.Ordinal));
    }

    [Fact]
    public void A_temporary_file_has_no_name_and_holds_what_was_written()
    {
        ScratchFile file = ScratchFile.Create("set", "-Stream", 1 << 20, _folder.Path);
        file.Write<double>(80, [1.5, -2]);
        var read = new double[2];
        file.Read(80, read);
        Assert.Equal([1.5, -2], read);
        Assert.Throws<EndOfStreamException>(() => file.Read(88, read));
        if (!OperatingSystem.IsWindows()) Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_is_none_or_without_room_or_in_memory_is_named()
    {
        string fault = Fault(long.MaxValue, _folder.Path);
        Assert.Contains(_folder.Path, fault);
        Assert.Contains("MiB are needed", fault);
        Assert.Contains("is no folder", Fault(1, _folder.At("none")));
        if (OperatingSystem.IsLinux() && Directory.Exists("/dev/shm")) Assert.Contains("$env:TMPDIR", Fault(1, "/dev/shm"));

        static string Fault(long bytes, string folder)
        {
            var error = Assert.Throws<DataFormatException>(() => ScratchFile.Create("set", "-Stream", bytes, folder));
            Assert.Equal(DataErrors.TooLarge, error.Cause);
            Assert.StartsWith("'set' is to be kept on the disk (-Stream), and the folder for temporary files", error.Message);
            return error.Message;
        }
    }

    [Fact]
    public void Rows_are_set_in_their_order_and_read_when_all_are_there()
    {
        DiskColumn<double> column = DiskColumns.Create("table.csv", rows: 3, columns: 2).Next<double>();
        column.Set(0, 7);
        Assert.Throws<ArgumentOutOfRangeException>(() => column.Set(2, 9));
        Assert.Throws<InvalidOperationException>(() => column[0]);
        column.Set(1, 8);
        column.Set(2, 9);
        Assert.Equal([7, 8, 9], column);
        Assert.Equal(8, column[1]);
    }

    private static void AssertSame(LabelledData one, LabelledData other, long[] order)
    {
        float[] values = new float[order.Length * one.Samples.SampleLength], others = new float[values.Length];
        one.Samples.Read(order, values);
        other.Samples.Read(order, others);
        Assert.Equal(values, others);
    }

    private TrainingData Load(DataOptions options) => DataCatalog.Default.Load(_folder.Path, options);

    private void Write(string name, int rows, int numbers, int seed)
    {
        var random = new Random(seed);
        using StreamWriter table = File.CreateText(_folder.At(name));
        table.WriteLine($"{string.Join(',', Enumerable.Range(0, numbers).Select(static c => $"n{c}"))},colour,label");
        for (int row = 0; row < rows; row++)
            table.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', Enumerable.Range(0, numbers).Select(_ => random.NextDouble().ToString("R", CultureInfo.InvariantCulture)))},{(row % 7 == 0 ? "red" : row % 3 == 0 ? "green" : "blue")},{row % 3}"));
    }
}
