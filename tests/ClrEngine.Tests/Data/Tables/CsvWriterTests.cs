using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>What pandas, R, scikit-learn, NumPy, Excel, PowerShell and databases write beside the data.</summary>
public sealed class CsvWriterTests
{
    // Twelve rows of 1.5, 7, a and so on.
    private static readonly string[] Rows = [.. Enumerable.Range(0, 12).Select(static i => $"{i + 0.5},{i * 7 % 5},{"abc"[i % 3]}")];

    private static string Text(string header, Func<string, int, string>? row = null) => (header.Length > 0 ? header + "\n" : "") + string.Join("\n", Rows.Select(row ?? ((text, _) => text))) + "\n";

    private static TrainingData Loads(string text, params string[] features)
    {
        TrainingData data = Table.Load(text);
        Assert.Equal(12, data.Train.Count + data.Validation.Count);
        Assert.Equal(["a", "b", "c"], data.Classes());
        Assert.Equal(features, data.FeatureNames);
        Assert.Equal(0.5f, data.RowsInOrder()[0][0]);
        return data;
    }

    [Theory]
    [InlineData("p,q,y", "p,q")]
    [InlineData("0,1,2", "0,1")]
    [InlineData("2019,2020,species", "0,1")]
    [InlineData("x1,2020,species", "x1,2020")]
    [InlineData("wave,400.5,y", "")]
    public void A_header_disagrees_with_the_rows_below_it(string header, string names)
    {
        if (names.Length == 0) Table.AssertFault(DataErrors.Header, Text(header));
        else if (header.StartsWith("2019", StringComparison.Ordinal)) Assert.Contains("'species' stands in no other row", Assert.Single(Table.Load(Text(header)).Warnings));
        else Assert.Equal(header == "p,q,y", Loads(Text(header), names.Split(',')).Warnings.Count == 0);
    }

    [Fact]
    public void A_row_of_words_that_stand_in_other_rows_too_is_no_header()
    {
        TrainingData data = Table.Load("x,s,n\nb,s,n\nx,t,m\nb,t,m\nx,s,n\nb,s,m\n");
        Assert.Equal(6, data.Train.Count + data.Validation.Count);
        Assert.Contains("-HeaderRow Present", Assert.Single(data.Warnings));
    }

    [Fact]
    public void A_header_of_words_above_words_is_one() =>
        Assert.Equal(["colour=blue", "colour=red"], Table.Load("colour,species\nred,a\nblue,b\nred,a\nblue,b\n").FeatureNames);

    [Fact]
    public void An_odd_field_in_the_first_row_is_no_header() =>
        Assert.Contains("'abc' in data row 1", Table.AssertFault(DataErrors.Value, "abc,7,a\n" + string.Join("\n", Rows)).Message);

    [Theory]
    [InlineData("12,2,setosa")]
    [InlineData("12,2,setosa,versicolor")]
    [InlineData("12,2")]
    [InlineData("12,2,a,b,c,d,e")]
    public void A_line_of_counts_is_left_out(string line) =>
        Assert.Contains("scikit-learn", Assert.Single(Loads(Text(line), "0", "1").Warnings));

    [Theory]
    [InlineData(",p,q,y", 0)]
    [InlineData(",p,q,y", 1)]
    [InlineData("Unnamed: 0,p,q,y", 0)]
    [InlineData("\"\",p,q,y", 57)]
    public void An_index_without_a_name_is_left_out(string header, int from) =>
        Assert.Contains("left out", Assert.Single(Loads(Text(header, (row, i) => $"{i + from},{row}"), "p", "q").Warnings));

    [Fact]
    public void Indices_of_every_kind_are_left_out()
    {
        Loads(Text(",p,q,y", (row, i) => $"{i * 5 % 12},{row}"), "p", "q"); // shuffled
        Loads(Text(",p,q,y", (row, i) => $"{i}.0,{row}"), "p", "q");
        Loads(Text(",p,q,y", (row, i) => $"car {i},{row}"), "p", "q"); // R's row names
        Loads(Text("p,q,y", (row, i) => $"{i + 1},{row}"), "p", "q"); // R's write.table
        Loads(Text("p q y", (row, i) => $"\"{i + 1}\" {row.Replace(',', ' ')}"), "p", "q"); // with its usual blanks
        Loads(Text("Unnamed: 0.1,Unnamed: 0,p,q,y", (row, i) => $"{i},{i},{row}"), "p", "q"); // written twice
        Loads(Text("p,q,y,__index_level_0__", (row, i) => $"{row},{i}"), "p", "q");
        Loads(Text(",0,1,2", (row, i) => $"{i},{row}"), "0", "1");
    }

    [Fact]
    public void A_column_that_has_a_name_and_counts_the_rows_is_learnt_from_with_a_warning()
    {
        TrainingData data = Table.Load(Text("id,p,q,y", (row, i) => $"{i + 1},{row}"));
        Assert.Equal(["id", "p", "q"], data.FeatureNames);
        Assert.Contains("'id' counts the rows", Assert.Single(data.Warnings));
        Assert.Contains("'0' counts the rows", Assert.Single(Table.Load(Text("", (row, i) => $"{i},{row}")).Warnings));
    }

    [Theory]
    [InlineData("p,q,y,", ",")]
    [InlineData("p,q,y,,", ",,")]
    [InlineData("p,q,y", ",")]
    public void What_stands_behind_the_last_delimiter_is_left_out(string header, string end) =>
        Assert.All(Loads(Text(header, (row, _) => row + end), "p", "q").Warnings, static warning => Assert.Contains("neither a name nor a value", warning));

    [Fact]
    public void A_label_has_its_name_from_the_table_and_the_choice_is_said()
    {
        foreach (string name in new[] { "label", "Target", "CLASS", "y", "labels" })
        {
            TrainingData data = Table.Load($"p,{name},q\n1,a,2.5\n2,b,3\n3,a,2\n4,b,3\n");
            Assert.Equal(["p", "q"], data.FeatureNames);
            Assert.Contains($"'{name}' is predicted", Assert.Single(data.Warnings));
        }

        Assert.Contains("'species' is predicted", Assert.Single(Table.Load("p,species\n1.5,a\n2,b\n3,a\n4,b\n").Remarks));
        Assert.Equal(["x", "y"], Table.Load("x,y,label\n1,5.5,a\n2,4,b\n1,5,a\n2,3,b\n").FeatureNames);
        Table.AssertFault(DataErrors.Column, "p,y,label,z\n1,5.5,a,1\n2,4,b,2\n1,5,a,3\n");
        Table.AssertFault(DataErrors.Column, "y,x,label,z\n1,5.5,a,1\n2,4,b,2\n1,5,a,3\n");
        Assert.Equal(["x", "y", "z"], Table.Load("x,y,label,z\n1,5.5,a,1\n2,4,b,2\n1,5,a,3\n2,3,b,4\n").FeatureNames);
        Assert.Equal(["p", "label"], Table.Load("p,label,q\n1,2,a\n2,3,b\n3,2,a\n4,3,b\n", Table.Raw with { LabelColumn = "q" }).FeatureNames);
    }

    [Theory]
    [InlineData("#TYPE System.Management.Automation.PSCustomObject\n", ',')]
    [InlineData("#TYPE Selected.System.Object\r\n\r\n", ';')]
    [InlineData("sep=;\n", ';')]
    [InlineData("sep=,\r\n", ',')]
    [InlineData("\"sep=|\"\n", '|')]
    [InlineData("SEP=\t\n", '\t')]
    [InlineData("\n\n", ',')]
    public void Lines_before_the_table_are_read_over(string start, char delimiter)
    {
        foreach (string quote in new[] { "", "\"" })
            Loads(start + Text("p,q,y").Replace(",", quote + delimiter + quote, StringComparison.Ordinal).Replace("\n", quote + "\n" + quote, StringComparison.Ordinal).Insert(0, quote).TrimEnd('"'), "p", "q");
    }

    [Fact]
    public void Remarks_with_a_hash_are_left_out_and_a_header_with_one_is_a_header()
    {
        Assert.Contains("remarks (2)", Assert.Single(Loads("# made today\n# by hand, at home\n" + Text("p,q,y"), "p", "q").Warnings));
        Loads(Text("# p,q,y"), "p", "q");
        Loads(Text("#p,q,y"), "p", "q");
        Loads(Text("# p q y", static (row, _) => row.Replace(',', ' ')), "p", "q"); // numpy.savetxt
        Assert.Equal(["#a", "b"], Table.Load("#a,1\nb,2\n#a,3\nb,4\n", Table.Raw with { LabelColumn = "0" }).Classes());
    }

    [Theory]
    [InlineData(";")]
    [InlineData("\t")]
    [InlineData("|")]
    [InlineData(" ")]
    [InlineData("    ")]
    [InlineData(" \t")]
    public void The_delimiter_is_told_by_all_rows(string delimiter)
    {
        Loads(Text("p,q,y").Replace(",", delimiter, StringComparison.Ordinal), "p", "q");
        Loads(Text("").Replace(",", delimiter, StringComparison.Ordinal), "0", "1");
    }

    [Fact]
    public void A_delimiter_in_texts_is_none()
    {
        Assert.Equal(["n", "name=a;b", "name=c;d"], Table.Load("n,name,y\n1,a;b,u\n2,c;d,v\n3,a;b,u\n4,c;d,v\n").FeatureNames);
        Assert.Equal(["n", "name=a, b", "name=c, d"], Table.Load("n\tname\ty\n1\ta, b\tu\n2\tc, d\tv\n3\ta, b\tu\n4\tc, d\tv\n").FeatureNames);
        Assert.Equal(["n"], Table.Load("n:y\n1:a\n2:b\n3:a\n4:b\n", Table.Raw with { Delimiter = ":" }).FeatureNames);
    }

    [Fact]
    public void Rows_of_delimiters_alone_are_left_out_with_a_warning() =>
        Assert.Contains("(3)", Assert.Single(Loads(Text("p,q,y") + ",,\n,,\n,,\n", "p", "q").Warnings));

    [Fact]
    public void Old_line_ends_and_Excel_truth_values_read()
    {
        Loads(Text("p,q,y").Replace('\n', '\r'), "p", "q");
        Assert.Equal(["ok=FALSE", "ok=TRUE"], Table.Load("ok,y\nTRUE,a\nFALSE,b\nTRUE,a\nFALSE,b\n").FeatureNames);
    }

    [Fact]
    public void Every_encoding_with_a_mark_reads_and_others_are_named()
    {
        string text = Text("größe,q,y");
        foreach (Encoding encoding in new Encoding[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
            Assert.Equal(["größe", "q"], Table.Load(Table.Stream([.. encoding.GetPreamble(), .. encoding.GetBytes(text)])).FeatureNames);

        byte[] western = Encoding.Latin1.GetBytes(text), unmarked = Encoding.Unicode.GetBytes(text);
        Assert.Contains("-Encoding", Assert.Throws<DataFormatException>(() => Table.Load(Table.Stream(western))).Message);
        Assert.Contains("-Encoding utf-16", Assert.Throws<DataFormatException>(() => Table.Load(Table.Stream(unmarked))).Message);
        foreach (string name in new[] { "windows-1252", "latin1", "1252", "ISO-8859-1", "cp1252" })
            Assert.Equal(["größe", "q"], Table.Load(Table.Stream(western), Table.Raw with { Encoding = name }).FeatureNames);
        foreach (string name in new[] { "unicode", "utf-16" })
            Assert.Equal(["größe", "q"], Table.Load(Table.Stream(unmarked), Table.Raw with { Encoding = name }).FeatureNames);
        Assert.Contains("utf-16", Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => Table.Raw with { Encoding = "klingon" }).Message);
    }

    [Fact]
    public void A_broken_character_behind_a_mark_is_refused_too() =>
        Assert.Equal(DataErrors.Text, Assert.Throws<DataFormatException>(() => Table.Load(Table.Stream([0xEF, 0xBB, 0xBF, .. Encoding.Latin1.GetBytes("größe,y\n1,a\n2,b\n")]))).Cause);

    [Theory]
    [InlineData("\n<!DOCTYPE html>\n<html><body>Please, sign in</body></html>\n", "a web page")]
    [InlineData("<?xml version=\"1.0\"?>\n<a/>\n", "XML")]
    [InlineData("[{\"a\": 1, \"b\": 2}]", "JSON")]
    [InlineData("{\n  \"a\": [1, 2]\n}\n", "JSON")]
    [InlineData("@RELATION iris\n@ATTRIBUTE a REAL\n@DATA\n1,b\n", "ARFF")]
    [InlineData("PAR1 and so on\n", "Parquet")]
    public void What_is_no_delimited_text_is_named(string text, string what) => Assert.Contains(what, Table.AssertFault(DataErrors.Magic, text).Message);

    [Fact]
    public void A_title_above_the_table_is_refused_as_such() =>
        Assert.Contains("1 field in its first row", Table.AssertFault(DataErrors.RowLength, "My table\n\n" + Text("p,q,y")).Message);

    [Fact]
    public void Two_columns_of_a_name_are_said() =>
        Assert.Contains("more than one column has the name 'p'", Assert.Single(Table.Load(Text("p,p,y")).Warnings));

    [Fact]
    public void A_million_blank_lines_are_read_over() => Table.AssertFault(DataErrors.Empty, new string('\n', 1_000_000));

    [Theory]
    [InlineData("\n", ",")]
    [InlineData("\r\n", ",")]
    [InlineData("\r", ",")]
    [InlineData(" \t \n", ",")]
    [InlineData("  \r\n", "\t")]
    [InlineData(" \n", " ")]
    [InlineData(" , \n", ",")]
    [InlineData("\t\t\r\n", "\t")]
    public void Blank_lines_anywhere_are_read_over_and_counted_in_errors(string blank, string delimiter)
    {
        string end = blank.TrimStart(' ', '\t', ','), many = string.Concat(Enumerable.Repeat(blank, 70_000)), rows = string.Join(many, new[] { "1,a", "2,b", "3,a", "4,b" }.Select(row => row.Replace(",", delimiter, StringComparison.Ordinal) + end));
        Assert.Equal([[1f], [2], [3], [4]], Table.Load($"n{delimiter}y{end}{many}{rows}{many}").RowsInOrder());
        Assert.Contains("its row 350006 has a quote that is never closed", Table.AssertFault(DataErrors.Text, $"n{delimiter}y{end}{many}{rows}{many}\"5{delimiter}b{end}", new DataOptions { Delimiter = delimiter }).Message, StringComparison.Ordinal);
    }
}

/// <summary>Tables in two parts: columns go by their names.</summary>
public sealed class TablePartsTests
{
    [Theory]
    [InlineData("y,q,p\na,7,5\n")]
    [InlineData("q,y,p\n7,a,5\n")]
    [InlineData("p,q,y\n5,7,a\n")]
    [InlineData("q;p;y\n7,0;5,0;a\n")]
    [InlineData(",q,p,y\n0,7,5,a\n")]
    public void The_order_of_columns_is_that_of_the_training_part(string validation)
    {
        TrainingData data = Table.Load("p,q,y\n1,2,a\n2,3,b\n", validation);
        Assert.Equal([5, 7], data.Validation.Samples.ReadAll());
        Assert.Equal([0], data.Validation.Labels());
    }

    [Theory]
    [InlineData("p,q,z,y\n1,2,3,a\n", "has the column 'z', which 'table.csv' lacks")]
    [InlineData("p,y\n1,a\n", "lacks the column 'q', which 'table.csv' has")]
    [InlineData("p,r,y\n1,2,a\n", "lacks the column 'q', which 'table.csv' has, and has the column 'r', which 'table.csv' lacks")]
    [InlineData("p,q\n1,2\n", "has no column 'y', which the training part predicts")]
    [InlineData("1,2,a\n", "has no column 'y'")]
    [InlineData("p,q,q,y\n1,2,3,a\n", "has the column 'q', which 'table.csv' lacks")]
    public void Columns_that_differ_are_named(string validation, string said)
    {
        var error = Assert.Throws<DataFormatException>(() => Table.Load("p,q,y\n1,2,a\n2,3,b\n", validation));
        Assert.Equal(DataErrors.ShapeMismatch, error.Cause);
        Assert.Contains(said, error.Message);
    }

    [Fact]
    public void What_training_leaves_out_the_other_part_need_not_have() =>
        Assert.Equal([9], Table.Load("id,p,y\n1,2,a\n2,3,b\n", "p,y\n9,a\n", Table.Raw with { IgnoreColumns = ["0"] }).Validation.Samples.ReadAll());

    [Fact]
    public void Columns_told_by_number_are_those_of_the_training_part()
    {
        DataOptions options = Table.Raw with { CategoryColumns = ["0"], IgnoreColumns = ["2"] };
        TrainingData data = Table.Load("code,n,note,y\n1,5,u,a\n2,6,v,b\n", "n,y,code,note\n7,a,2,w\n", options);
        Assert.Equal(["code=1", "code=2", "n"], data.FeatureNames);
        Assert.Equal([0, 1, 7], data.Validation.Samples.ReadAll());
        ColumnTable train = ParquetTable.Read(Table.Stream(ParquetMaker.Bytes(("code", new[] { 1, 2 }), ("n", new[] { 5, 6 }), ("note", new[] { 5, 6 }), ("y", new[] { 0, 1 }))), options);
        ColumnTable held = ParquetTable.Read(Table.Stream(ParquetMaker.Bytes(("n", new[] { 7 }), ("y", new[] { 1 }), ("code", new[] { 2 }))), options, train);
        Assert.Equal([0, 1, 7], TablePreparation.Prepare("t", "t", train, held, options).Validation.Samples.ReadAll());
    }

    [Fact]
    public void Parquet_parts_go_by_their_names_too()
    {
        ColumnTable train = ParquetTable.Read(Table.Stream(ParquetMaker.Bytes(("p", new[] { 1, 2 }), ("q", new[] { 3, 4 }), ("y", new[] { 0, 1 }))), Table.Raw);
        ColumnTable held = ParquetTable.Read(Table.Stream(ParquetMaker.Bytes(("y", new[] { 1 }), ("q", new[] { 7 }), ("p", new[] { 5 }))), Table.Raw, train);
        Assert.Equal([5, 7], TablePreparation.Prepare("t", "t", train, held, Table.Raw).Validation.Samples.ReadAll());
    }
}
