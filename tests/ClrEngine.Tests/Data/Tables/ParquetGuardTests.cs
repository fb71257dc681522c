using ClrEngine.Data;
using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data;

public sealed class ParquetGuardTests
{
    public static TheoryData<string> Damages => [.. DamagedParquet.All.Keys];

    [Fact]
    public void A_sound_file_of_the_same_make_is_read() => Assert.Equal([1, 2], Read(DamagedParquet.Sound));

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_file_that_harms_a_trusting_reader_is_refused_without_room_being_made(string damage)
    {
        byte[] file = DamagedParquet.All[damage];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFormatException>(() => Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    // The library takes these for truth values that are all false.
    [Fact]
    public void Truth_values_in_runs_are_refused_not_misread()
    {
        byte[] file = DamagedParquet.WithPage(DamagedParquet.Page(6, 6, 2, DamagedParquet.Rle), [2, 0, 0, 0, 4, 1], DamagedParquet.Uncompressed, type: 0);
        Assert.Contains("data pages of version 1", Assert.Throws<DataFormatException>(() => Read(file)).Message);
    }

    [Fact]
    public void A_page_that_is_too_short_for_its_values_is_refused_not_filled_up()
    {
        byte[] file = DamagedParquet.WithPage(DamagedParquet.Page(4, 4, 2, DamagedParquet.Plain), [0, 0, 0x80, 0x3F], DamagedParquet.Uncompressed, type: 4);
        Assert.Equal(DataFault.Compression, Assert.Throws<DataFormatException>(() => Read(file)).Fault);
    }

    private static List<double> Read(byte[] bytes)
    {
        ParquetFile file = ParquetFile.Open(Table.Stream(bytes));
        var numbers = new List<double>();
        file.ReadNumbers(Assert.Single(file.Columns), (_, number) => numbers.Add(number));
        return numbers;
    }
}
