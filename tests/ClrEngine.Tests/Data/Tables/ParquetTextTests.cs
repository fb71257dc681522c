namespace ClrEngine.Tests.Data.Tables;

/// <summary>Texts of Parquet files that are something else in words, as data frames of mixed types write them.</summary>
public sealed class ParquetTextTests
{
    private const int Rows = 60;

    [Theory]
    [InlineData("1.5", "2.5", "-3")]
    [InlineData("1", "2", "3")]
    public void Numbers_written_as_texts_are_words_with_a_warning(string a, string b, string c)
    {
        byte[] file = File(("v", Texts(a, b, c)), ("y", Texts("p", "q")));
        Assert.Contains($"'v' has texts that are all numbers, such as '{a}'", Assert.Single(ParquetTests.Load(file).Warnings), StringComparison.Ordinal);
        Assert.Empty(ParquetTests.Load(file, Table.Raw with { CategoryColumns = ["v"] }).Warnings);
        TrainingData labelled = ParquetTests.Load(File(("y", Texts(a, b, c))));
        Assert.Contains($"'y' has texts that are all numbers, such as '{a}'", Assert.Single(labelled.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2020-01-05", "a date or a time")]
    [InlineData("05-Jan-2020", "a date or a time")]
    [InlineData("2020Q1", "a date or a time")]
    [InlineData("12 %", "a number with a sign for percent or money")]
    [InlineData("(12.5)", "a number below zero as bookkeepers write it")]
    public void Days_and_money_written_as_texts_are_refused(string text, string what)
    {
        byte[] file = File(("v", Texts(text, text)), ("y", Texts("p", "q")));
        var refused = Assert.Throws<DataFormatException>(() => ParquetTests.Load(file));
        Assert.Equal(DataErrors.Value, refused.Cause);
        Assert.Contains($"has '{text}' in data row 1 of its column 'v', {what}", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(ParquetTests.Load(file, Table.Raw with { CategoryColumns = ["v"] }));
        Assert.NotNull(ParquetTests.Load(file, Table.Raw with { IgnoreColumns = ["v"] }));
    }

    [Fact]
    public void Texts_that_blanks_alone_tell_apart_are_one_with_a_warning() =>
        Assert.Contains("'v' has 'cat' with blanks around it", Assert.Single(ParquetTests.Load(File(("v", Texts("cat", "cat ", "dog")), ("y", Texts("p", "q")))).Warnings), StringComparison.Ordinal);

    [Fact]
    public void Labels_with_gaps_are_none_where_a_model_is_asked()
    {
        byte[] file = File(("y", Texts("p", "q", "")));
        Assert.Equal(DataErrors.MissingValue, Assert.Throws<DataFormatException>(() => ParquetTests.Load(file)).Cause);
        TrainingData asked = ParquetTests.Load(file, Table.Raw with { ForEvaluation = true, MayLackLabels = true, InputShape = [1], Features = ["n"], Label = "y" });
        Assert.IsType<UnknownTargets>(asked.Validation.Targets);
        Assert.Contains("its column 'y' lacks values", Assert.Single(asked.Warnings), StringComparison.Ordinal);
    }

    private static byte[] File(params (string Name, Array Values)[] columns) =>
        ParquetMaker.Bytes([("n", Enumerable.Range(0, Rows).Select(static i => i * 37 % 101 / 7.0).ToArray()), .. columns]);

    private static string[] Texts(params string[] texts) => [.. Enumerable.Range(0, Rows).Select(i => texts[i * i % 11 % texts.Length])];
}
