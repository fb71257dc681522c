namespace ClrEngine.Data;

/// <summary>Looks for missing values in the levels of a column, which say of each row whether it has one.</summary>
/// <remarks>Levels come in runs: of one level repeated, or of eight levels a byte.</remarks>
internal static class ParquetLevels
{
    /// <summary>The first row without a value; -1 where each has one.</summary>
    /// <param name="levels">The levels, one bit each.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <exception cref="InvalidDataException">There are fewer levels than rows.</exception>
    public static int FirstMissing(ReadOnlySpan<byte> levels, int rows)
    {
        int place = 0;
        for (int row = 0; row < rows;)
        {
            ulong run = VarInt.Read(levels, ref place);
            if (run >> 1 == 0) throw new InvalidDataException("a run of levels is empty");
            if ((run & 1) == 0)
            {
                if (Next(levels, ref place) != 1) return row;
                row = (int)Math.Min((ulong)rows, (ulong)row + (run >> 1));
                continue;
            }

            for (ulong left = run >> 1; left > 0 && row < rows; left--)
            {
                byte eight = Next(levels, ref place);
                int missing = System.Numerics.BitOperations.TrailingZeroCount(~(uint)eight);
                if (missing < Math.Min(8, rows - row)) return row + missing;
                row = Math.Min(rows, row + 8);
            }
        }

        return -1;
    }

    private static byte Next(ReadOnlySpan<byte> levels, ref int place) =>
        place < levels.Length ? levels[place++] : throw new InvalidDataException("there are fewer levels than rows");
}
