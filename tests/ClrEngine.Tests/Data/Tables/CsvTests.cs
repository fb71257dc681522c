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
    [InlineData("table.data", "table")]
    [InlineData("table.txt", "table")]
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

public sealed class CsvFaultTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("NA")]
    [InlineData("nan")]
    [InlineData("N/A")]
    [InlineData("null")]
    [InlineData("?")]
    public void A_missing_value_is_refused_with_row_and_column(string missing)
    {
        foreach (string field in new[] { "7", "red" })
        {
            string message = Table.AssertFault(DataErrors.MissingValue, $"n,x,y\n1,{field},a\n2,{missing},b\n3,{field},a\n").Message;
            Assert.Contains("data row 2", message);
            Assert.Contains("'x'", message);
        }
    }

    [Fact]
    public void A_missing_label_is_refused_with_row_and_column() =>
        Assert.Contains("data row 2 of its column 'y'", Table.AssertFault(DataErrors.MissingValue, "n,y\n1,a\n2,\n3,a\n").Message);

    [Fact]
    public void A_number_beyond_the_largest_is_refused_with_row_and_column()
    {
        Assert.Contains("data row 2 of its column 'n'", Table.AssertFault(DataErrors.Value, "n,y\n1,a\n1e400,b\n3,a\n").Message);
        Assert.Contains("data row 2 of its column 'n'", Table.AssertFault(DataErrors.Value, "n,y\n1,a\n1e39,b\n3,a\n").Message);
        Assert.Contains("data row 2 of its column 'y'", Table.AssertFault(DataErrors.Value, "n,y\n1,0.5\n2,1e39\n3,2\n").Message);
    }

    [Fact]
    public void A_word_where_training_has_numbers_is_refused_with_row_and_column()
    {
        var error = Assert.Throws<DataFormatException>(() => Table.Load("x,y\n1,a\n2,b\n", "x,y\n1,a\ntwo,b\n"));
        Assert.Equal(DataErrors.Value, error.Cause);
        Assert.Contains("'two' in data row 2 of its column 'x'", error.Message);
    }

    [Theory]
    [InlineData("n,x,y\n1,2,a\n3,b\n")]
    [InlineData("n,x,y\n1,2,a\n3,4,b,5\n")]
    public void A_row_of_another_length_is_refused_with_its_number(string text) =>
        Assert.Contains("data row 2", Table.AssertFault(DataErrors.RowLength, text).Message);

    [Fact]
    public void A_column_that_is_not_there_is_refused_with_those_that_are()
    {
        string message = Table.AssertFault(DataErrors.Column, "n,x,y\n1,2,a\n", Table.Raw with { LabelColumn = "z" }).Message;
        Assert.Contains("n, x, y", message);
        Assert.Contains("-LabelColumn", message);
        Assert.Contains("-IgnoreColumn", Table.AssertFault(DataErrors.Column, "n,x,y\n1,2,a\n", Table.Raw with { IgnoreColumns = ["3"] }).Message);
    }

    [Fact]
    public void A_name_that_two_columns_have_is_refused() =>
        Table.AssertFault(DataErrors.Column, "x,x,y\n1,2,a\n", Table.Raw with { LabelColumn = "x" });

    [Fact]
    public void A_label_column_that_is_ignored_is_refused() =>
        Table.AssertFault(DataErrors.Column, "x,y\n1,a\n", Table.Raw with { IgnoreColumns = ["y"] });

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("n,y\n")]
    [InlineData("y\na\nb\n")]
    public void A_table_without_rows_or_features_is_refused(string text) => Table.AssertFault(DataErrors.Empty, text);

    [Fact]
    public void Texts_cannot_be_predicted_as_numbers() =>
        Table.AssertFault(DataErrors.Label, "n,y\n1,a\n2,b\n", Table.Raw with { Regression = true });

    [Fact]
    public void One_class_alone_is_refused() => Table.AssertFault(DataErrors.Label, "n,y\n1,a\n2,a\n");

    [Fact]
    public void Rows_without_two_of_a_class_are_too_few() => Table.AssertFault(DataErrors.TooFew, "n,y\n1,a\n2,b\n");

    [Theory]
    [InlineData("\"cat \"", "cat", "x", "'kind' has 'cat'")]
    [InlineData("cat", "\"\tcat\"", "x", "'kind' has 'cat'")]
    [InlineData("a", "b", "\" x\"", "'y' has 'x'")]
    [InlineData("\"cat \"", "\"cat \"", "x", null)]
    [InlineData(" cat ", "\"cat\"", "x", null)]
    public void A_text_with_blanks_in_its_quotes_and_without_is_one_with_a_warning(string one, string other, string label, string? said)
    {
        TrainingData data = Table.Load($"n,kind,y\n1,{one},x\n2,{other},{label}\n3,dog,z\n4,dog,z\n");
        Assert.Equal(["x", "z"], data.Classes());
        Assert.Equal(said is not null, data.Warnings.Any(warning => warning.Contains($"its column {said} with blanks around it, which are taken off", StringComparison.Ordinal)));
    }

    [Fact]
    public void Odd_texts_among_many_different_numbers_are_refused_by_row()
    {
        string text = "n,m,y\n" + string.Concat(Enumerable.Range(0, 60).Select(static i => $"{i % 7}.5,{(i % 15 == 7 ? "abc" : $"{i}.25")},{"ab"[i % 2]}\n"));
        Assert.Contains("has 'abc' in data row 8 of its column 'm', where 56 of 60 rows have numbers", Table.AssertFault(DataErrors.Value, text).Message, StringComparison.Ordinal);
        Table.AssertFault(DataErrors.Categories, text, Table.Raw with { CategoryColumns = ["m"] });
    }

    [Theory]
    [InlineData("3,Rome,a\n4,Oslo,b\n", "in all of its rows, such as 'Rome' in data row 1")]
    [InlineData("3,Bern,a\n4,Oslo,b\n", "in 1 of 2 rows, such as 'Oslo' in data row 2")]
    [InlineData("3,Bern,a\n4,Paris,b\n", null)]
    public void Texts_of_a_validation_part_that_training_never_saw_are_said(string rows, string? said)
    {
        TrainingData data = Table.Load("n,city,y\n1,Bern,a\n2,Paris,b\n5,Paris,a\n", "n,city,y\n" + rows);
        Assert.Equal(said is not null, data.Warnings.Any(warning => warning.Contains($"its column 'city' has texts that no training row has {said}", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_validation_label_that_training_never_saw_is_refused()
    {
        var error = Assert.Throws<DataFormatException>(() => Table.Load("n,y\n1,a\n2,b\n", "n,y\n1,a\n2,c\n"));
        Assert.Equal(DataErrors.Label, error.Cause);
        Assert.Contains("data row 2", error.Message);
    }

    [Fact]
    public void A_validation_part_with_other_columns_is_refused_with_their_names()
    {
        var error = Assert.Throws<DataFormatException>(() => Table.Load("n,x,y\n1,2,a\n2,3,b\n", "n,z,y\n1,2,a\n"));
        Assert.Equal(DataErrors.ShapeMismatch, error.Cause);
        Assert.Contains("lacks the column 'x', which 'table.csv' has, and has the column 'z'", error.Message);
    }

    [Fact]
    public void A_column_of_more_than_1000_different_texts_is_no_category()
    {
        string text = "name,y\n" + string.Concat(Enumerable.Range(0, 5000).Select(static i => $"n{i % 1001},{(i % 2 == 0 ? "a" : "b")}\n"));
        Assert.Contains("-IgnoreColumn", Table.AssertFault(DataErrors.Categories, text).Message);
    }

    [Fact]
    public void A_text_of_its_own_in_most_rows_is_no_category()
    {
        string text = "name,y\n" + string.Concat(Enumerable.Range(0, 40).Select(static i => $"n{i % 21},{(i % 2 == 0 ? "a" : "b")}\n"));
        Table.AssertFault(DataErrors.Categories, text);
        Assert.Equal(21, Table.Load(text + text[7..]).Shape[0]);
    }

    [Fact]
    public void A_text_of_more_than_1024_characters_is_no_category() =>
        Table.AssertFault(DataErrors.Categories, $"note,y\n{new string('x', 1025)},a\nb,b\n");

    [Fact]
    public void A_million_columns_are_refused_before_they_cost_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Table.AssertFault(DataErrors.TooLarge, new string(',', 1_000_000) + "\n");
        Table.AssertFault(DataErrors.TooLarge, string.Join(",", Enumerable.Range(0, 100_000)) + "\n");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 150_000_000);
    }

    [Fact]
    public void A_line_without_end_is_refused_before_it_costs_memory()
    {
        byte[] text = Encoding.UTF8.GetBytes("n,y\n" + new string('1', 50_000_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<DataFormatException>(() => Table.Load(Table.Stream(text)));
        Assert.Equal(DataErrors.TooLarge, error.Cause);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void A_quote_that_never_closes_is_refused_as_malformed() => Table.AssertFault(DataErrors.Text, "n,y\n1,\"a\n2,b\n3,a\n");

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        var error = Assert.Throws<DataFormatException>(() => Table.Load(Table.Stream(Encoding.Latin1.GetBytes("n,y\n1,Käse\n2,Brot\n"))));
        Assert.Equal(DataErrors.Text, error.Cause);
        Assert.Contains("UTF-8", error.Message);
    }

    [Fact]
    public void A_gzipped_table_with_a_flipped_bit_is_refused()
    {
        byte[] zipped = IdxWriter.Gzip(Encoding.UTF8.GetBytes("n,y\n1,a\n2,b\n3,a\n4,b\n"));
        zipped[^6] ^= 1; // in the checksum
        var error = Assert.Throws<DataFormatException>(() => Table.Load(Table.Stream(zipped)));
        Assert.Equal(DataErrors.Compression, error.Cause);
    }
}
