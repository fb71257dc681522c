using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Tables as people make them every day, which would be read as something else than their owner means, or not at all.</summary>
public sealed class OrdinaryTableTests
{
    private const int Rows = 24;

    private static string Text(string header, Func<int, string> row) => header + "\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => row(i) + "\n"));

    [Theory]
    [InlineData("zip,y", "02139|10001|01234", "'zip' has digits behind a zero, such as '02139' in data row 1")]
    [InlineData("month,y", "01|02|11", "'month' has digits behind a zero, such as '01' in data row 1")]
    [InlineData("smoker,y", "Yes|yes|no", "'smoker' has the texts 'Yes', 'yes', which differ in capital letters alone")]
    [InlineData("flag,y", "TRUE|False|FALSE", "'flag' has the texts 'False', 'FALSE', which differ in capital letters alone")]
    [InlineData("split,y", "train|train|test", "'split' names the parts of a split ('train', 'test')")]
    [InlineData("fold,y", "Train|Valid|Test", "'fold' names the parts of a split ('Train', 'Valid', 'Test')")]
    [InlineData("user,y", "9007199254740993|9007199254740995|1", "'user' has whole numbers such as '9007199254740993' in data row 1, of which double precision rounds")]
    [InlineData("tweet,y", "-12345678901234567|5|1", "'tweet' has whole numbers such as '-12345678901234567' in data row 1")]
    public void What_is_read_as_something_else_than_it_may_be_is_said(string header, string values, string said)
    {
        string[] fields = values.Split('|');
        TrainingData data = Table.Load(Text("a," + header, i => $"{(i * 7) % 11}.5,{fields[i % 3]},{"abc"[(i / 3) % 3]}"));
        Assert.Contains(data.Warnings, warning => warning.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0|0.5|00.5")]
    [InlineData("1|2|3")]
    [InlineData("1e15|123456789012345|0")]
    [InlineData("1.234567890123456789|2|3")]
    public void Ordinary_numbers_are_read_without_a_word(string values)
    {
        string[] fields = values.Split('|');
        Assert.Empty(Table.Load(Text("a,n,y", i => $"{(i * 7) % 11}.5,{fields[i % 3]},{"abc"[(i / 3) % 3]}")).Warnings);
    }

    [Fact]
    public void Classes_that_differ_in_capital_letters_are_said() =>
        Assert.Contains("The classes 'Cat', 'cat' differ in capital letters alone", Assert.Single(Table.Load(Text("n,y", i => $"{(i * 7) % 11}.5,{(i % 3) switch { 0 => "Cat", 1 => "cat", _ => "dog" }}")).Warnings));

    [Theory]
    [InlineData(1001)]
    [InlineData(-3)]
    public void A_column_counts_the_rows_from_any_number_on(int first) =>
        Assert.Contains("'id' counts the rows", Assert.Single(Table.Load(Text("id,n,y", i => $"{first + i},{(i * 7) % 11}.5,{"abc"[i % 3]}")).Warnings));

    [Theory]
    [InlineData(9_000, "")]
    [InlineData(9_000, "# genes and cells\n")]
    [InlineData(9_000, "sep=,\n")]
    [InlineData(30_000, "")]
    public void A_header_that_is_longer_than_the_start_that_is_looked_at_is_read(int columns, string before)
    {
        string header = string.Join(',', Enumerable.Range(0, columns).Select(static i => $"gene{i:D5}"));
        TrainingData data = Table.Load(before + Text(header + ",y", i => string.Concat(Enumerable.Range(0, columns).Select(c => $"{(c + i) % 7},")) + "ab"[i % 2]));
        Assert.Equal([columns], data.Train.Samples.Shape);
        Assert.Equal("gene00000", data.FeatureNames![0]);
    }

    [Fact]
    public void More_columns_than_usual_are_read_when_told()
    {
        string header = string.Join(',', Enumerable.Range(0, 33_000).Select(static i => $"g{i}"));
        string text = Text(header + ",y", static i => string.Concat(Enumerable.Repeat($"{i % 5},", 33_000)) + "ab"[i % 2]);
        Assert.Contains("-MaxColumns", Table.AssertFault(DataErrors.TooLarge, text).Message);
        Assert.Equal([33_000], Table.Load(text, new DataOptions { MaxColumns = 40_000 }).Train.Samples.Shape);
        Assert.Contains("more than 2 columns", Table.AssertFault(DataErrors.TooLarge, "a,b,y\n1,2,c\n3,4,d\n", new DataOptions { MaxColumns = 2 }).Message);
    }

    [Theory]
    [InlineData("1,a", "1,b", "same")]
    [InlineData("1,a", "2,a", "one class only in its column 'y', 'a'")]
    public void Millions_of_rows_that_are_alike_are_refused_before_room_is_made(string row, string other, string said)
    {
        DataStream text = Table.Stream("n,y\n" + string.Concat(Enumerable.Repeat(row + "\n" + other + "\n", 1 << 19)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(said, Assert.Throws<DataFormatException>(() => Table.Load(text)).Message);
        // One column of doubles alone would be eight million bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
    }

    [Fact]
    public void Data_to_evaluate_may_have_one_class_and_samples_that_are_alike()
    {
        string text = Text("n,y", static _ => "1,a");
        Assert.Throws<DataFormatException>(() => Table.Load(text));
        TrainingData data = Table.Load(text, new DataOptions { ForEvaluation = true });
        Assert.Equal(["a"], data.Classes());
        Assert.Equal(Rows, data.Train.Count + data.Validation.Count);
    }

    [Fact]
    public void Many_columns_in_several_groups_of_rows_are_read()
    {
        (string, Array)[] columns = [.. Enumerable.Range(0, 2_000).Select(static c => ($"c{c}", (Array)new[] { c, c + 1, c + 2, c + 3 })), ("y", new[] { 0, 1, 0, 1 })];
        TrainingData data = ParquetTests.Load(ParquetMaker.Bytes(Parquet.CompressionMethod.None, 3, columns));
        Assert.Equal([2_000], data.Shape);
        Assert.Equal([1999f, 2000, 2001, 2002], data.RowsInOrder().Select(static row => row[1999]));
    }
}
