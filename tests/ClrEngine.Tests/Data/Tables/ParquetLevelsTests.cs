using ClrEngine.Data.Tables;
using ClrEngine.Data;

namespace ClrEngine.Tests.Data;

public sealed class ParquetLevelsTests
{
    [Theory]
    [InlineData(new byte[] { 10, 1 }, 5, -1)] // 5 times 1
    [InlineData(new byte[] { 10, 0 }, 5, 0)] // 5 times 0
    [InlineData(new byte[] { 4, 1, 2, 0, 4, 1 }, 5, 2)] // 2 times 1, once 0, 2 times 1
    [InlineData(new byte[] { 3, 0b1111_0111 }, 8, 3)] // eight levels, the fourth 0
    [InlineData(new byte[] { 3, 0b0001_1111 }, 5, -1)] // the last three are behind the end
    [InlineData(new byte[] { 5, 255, 0b1111_1110 }, 16, 8)] // twice eight levels
    [InlineData(new byte[] { 0x90, 0x03, 1 }, 200, -1)] // 200 times 1
    public void The_first_row_without_a_value_is_found(byte[] levels, int rows, int missing) =>
        Assert.Equal(missing, ParquetLevels.FirstMissing(levels, rows));

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 10 })]
    [InlineData(new byte[] { 4, 1 })]
    [InlineData(new byte[] { 0, 1 })]
    [InlineData(new byte[] { 5, 255 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255 })]
    public void Fewer_levels_than_rows_are_refused(byte[] levels) =>
        Assert.Throws<InvalidDataException>(() => ParquetLevels.FirstMissing(levels, 10));
}
