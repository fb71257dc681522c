using System.Text;
using ClrEngine.Data;
using ClrEngine.Tests.Data.Arrays;

namespace ClrEngine.Tests.Data.Tables;

public sealed class CsvTests
{
    [Theory]
    [InlineData("n,x,y\n1,0.5,a\n2,-3e2,b\n3,.25,a\n4,7.,b\n")]
    [InlineData("n,x,y\r\n1,0.5,a\r\n2,-3e2,b\r\n3,.25,a\r\n4,7.,b")]
    [InlineData("\uFEFFn,x,y\n1,0.5,a\n2,-3e2,b\n3,.25,a\n4,7.,b\n")]
    [InlineData("n;x;y\n1;0.5;a\n2;-3e2;b\n3;.25;a\n4;7.;b\n")]
    [InlineData("n\tx\ty\n1\t0.5\ta\n2\t-3e2\tb\n3\t.25\ta\n4\t7.\tb\n")]
    [InlineData("\"n\",\"x\",\"y\"\n\"1\",\"0.5\",\"a\"\n2,\"-3e2\",b\n3,.25,a\n4,7.,b\n")]
    [InlineData("n , x, y\n 1, 0.5 ,a\n2,-3e2,b \n\n3,.25,a\n4,7.,b\n\n\n")]
    [InlineData("1,0.5,a\n2,-3e2,b\n3,.25,a\n4,7.,b\n")]
    public void Rows_read_alike_whatever_the_delimiter_quotes_line_ends_blanks_and_header(string text)
    {
        TrainingData data = Table.Load(text);
        Assert.Equal([[1, 0.5f], [2, -300], [3, 0.25f], [4, 7]], data.RowsInOrder());
        Assert.Equal(["a", "b"], data.Classes());
    }

    [Fact]
    public void A_quoted_field_holds_delimiters_quotes_and_line_ends()
    {
        TrainingData data = Table.Load("n,y\n1,\"a, \"\"b\"\"\nc\"\n2,d\n3,d\n4,\"a, \"\"b\"\"\nc\"\n");
        Assert.Equal(["a, \"b\"\nc", "d"], data.Classes());
    }

    [Fact]
    public void A_gzipped_table_reads_as_the_plain_one()
    {
        const string Text = "n,y\n1,a\n2,b\n3,a\n4,b\n";
        Assert.Equal(
            Table.Load(Text).Identity,
            Table.Load(Table.Stream(IdxWriter.Gzip(Encoding.UTF8.GetBytes(Text)))).Identity);
    }

    [Fact]
    public void A_line_that_starts_with_a_hash_is_data() =>
        Assert.Equal(["#a", "b"], Table.Load("y,n\n#a,1\nb,2\n#a,3\nb,4\n", Table.Raw with { LabelColumn = "y" }).Classes());

    [Fact]
    public void Without_a_header_the_columns_are_named_by_their_numbers()
    {
        TrainingData data = Table.Load("1,5,0\n2,6,1\n3,7,0\n4,8,1\n");
        Assert.Equal(["0", "1"], data.FeatureNames);
    }

    [Fact]
    public void A_header_of_numbers_and_data_of_words_are_told_by_the_option()
    {
        Assert.Equal(4, Total(Table.Load("2019,2020\n1,a\n2,b\n3,a\n4,b\n", Table.Raw with { HeaderRow = HeaderRow.Present })));
        Assert.Equal(4, Total(Table.Load("x,a\ny,b\nx,a\ny,b\n", Table.Raw with { HeaderRow = HeaderRow.Absent })));

        static long Total(TrainingData data) => data.Train.Count + data.Validation.Count;
    }

    [Theory]
    [InlineData("table.csv", "table")]
    [InlineData("table.tsv", "table")]
    [InlineData("TABLE.CSV.GZ", "TABLE")]
    public void A_file_is_told_by_its_ending_and_names_the_data(string file, string name)
    {
        using var folder = new TempFolder();
        byte[] text = Encoding.UTF8.GetBytes("n,y\n1,a\n2,b\n3,a\n4,b\n");
        string path = Path.Combine(folder.Path, file);
        File.WriteAllBytes(path, file.EndsWith("GZ", StringComparison.Ordinal) ? IdxWriter.Gzip(text) : text);
        Assert.Equal(name, DataCatalog.Default.Load(path).Name);
    }

    [Fact]
    public void A_folder_with_a_train_and_a_test_table_brings_its_own_validation_part()
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "train.csv"), "n,y\n1,a\n2,b\n");
        File.WriteAllText(Path.Combine(folder.Path, "test.csv"), "n,y\n3,b\n");
        TrainingData data = DataCatalog.Default.Load(folder.Path, Table.Raw);
        Assert.Equal([1, 2], data.Train.Samples.ReadAll());
        Assert.Equal([3], data.Validation.Samples.ReadAll());
        Assert.Equal([1], data.Validation.Labels());
    }
}
