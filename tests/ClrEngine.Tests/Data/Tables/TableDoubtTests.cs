using ClrEngine.Data.Tables;

namespace ClrEngine.Tests.Data.Tables;

/// <summary>Tables that read well and are often something else than they are taken for; and ordinary ones beside them, of which nothing is said.</summary>
public sealed class TableDoubtTests
{
    private const int Rows = DoubtTable.Rows;

    [Theory]
    [InlineData("{0},M,{1},{2},{3},{4},{1}{6}", "wdbc: an identity, the class, numbers", "1")]
    [InlineData("{5},{6},{7},{8},{6},{7}", "letter recognition: whole numbers behind the class", "0")]
    [InlineData("{9},{1},{2},{3},{4},{6}{7}{10}", "wine.data: the number of the class first", "0")]
    public void A_class_that_stands_first_without_a_name_is_said(string row, string what, string likely)
    {
        TrainingData data = Table.Load(Text("", i => Format(i % 2 == 0 ? row : row.Replace(",M,", ",B,", StringComparison.Ordinal), i)));
        Assert.True(data.Warnings.Any(warning => warning.Contains($"is predicted, as no other was named, and '{likely}' may be the one that is meant", StringComparison.Ordinal)), what);
    }

    [Theory]
    [InlineData("species,island,bill,mass,sex", "{5},{6},{1},{2},{11}", "species")]
    [InlineData("PassengerId,Survived,Fare,Embarked", "{0},{12},{1},{5}", "Survived")]
    [InlineData("mpg,cylinders,weight,origin", "{1},{7},{2},{13}", "mpg")]
    [InlineData("median_house_value,age,ocean_proximity", "{1},{6},{5}", "median_house_value")]
    [InlineData("carat,cut,price,x,y,z", "{1},{5},{0},{2},{3},{4}", "price")]
    [InlineData("diagnosis,radius,area", "{11},{1},{2}", "diagnosis")]
    public void A_column_by_whose_name_tables_are_made_is_said(string header, string row, string likely)
    {
        string text = Text(header, i => Format(row, i)), last = header.Split(',')[^1];
        Assert.Contains(Table.Load(text).Warnings, warning => warning.Contains($"its last column '{last}' is predicted, as no other was named, and '{likely}' may be", StringComparison.Ordinal));
        Assert.DoesNotContain(Table.Load(text, Table.Raw with { LabelColumn = last }).Warnings, static warning => warning.Contains("as no other was named", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MedInc,HouseAge,AveRooms,AveOccup,MedHouseVal", "{1},{6},{2},{3},{4}")]
    [InlineData("Sex,Length,Diameter,Height,Whole,Shell", "{11},{1},{2},{3},{4},{6}")]
    [InlineData("", "{1},{2},{3},{4},{5}")]
    [InlineData("brand,year,km,hp,doors,price", "{5},{6},{7},{8},{6},{1}")]
    [InlineData("x,y,label", "{1},{2},{11}")]
    [InlineData("city,rooms,income", "{5},{6},{1}")]
    [InlineData("country,gdp,area,births,trade,q", "{5},{1},{2},{3},{4},{1}")]
    public void A_last_column_that_is_predicted_as_a_rule_is_not_doubted(string header, string row) =>
        Assert.DoesNotContain(Table.Load(Text(header, i => Format(row, i)), Table.Raw with { Regression = row.EndsWith("{6}", StringComparison.Ordinal) ? true : null }).Warnings, static warning => warning.Contains("as no other was named", StringComparison.Ordinal));

    [Theory]
    [InlineData("name,size,taste", "{5},big,{11}")]
    [InlineData("n,colour", "{1},{11}")]
    [InlineData("a,b,c,d", "{5},{5},{11},{11}")]
    [InlineData("first name,second", "{11},{5}")]
    [InlineData("x,label", "{6},{11}")]
    [InlineData(",name,taste", "{6},{5},{11}")]
    [InlineData("m,size,taste,colour", "{11},big,{6},{5}")]
    public void A_header_amid_the_rows_is_refused_by_row(string header, string row)
    {
        string body = Text("", i => Format(row, i)), text = header + "\n" + body + header + "\n" + body;
        Assert.Contains($"in its first row and again in data row {Rows + 1},", Table.AssertFault(DataErrors.Header, text).Message, StringComparison.Ordinal);
        Assert.Contains("and 1 more", Table.AssertFault(DataErrors.Header, text + header + "\n").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_row_of_data_may_come_again() => Assert.NotEmpty(Table.Load(Text("", i => Format("{11},big{13},{5}", i)) + Text("", i => Format("{11},big{13},{5}", i))).Classes());

    [Theory]
    [InlineData("rings", 0)]
    [InlineData("Rings", 1)]
    [InlineData("house_age", 0)]
    [InlineData("bikeCount", 0)]
    [InlineData("year", 2007)]
    [InlineData("v", 17)]
    public void Whole_numbers_that_look_measured_are_said_to_be_taken_for_classes(string name, int from)
    {
        // A hump over 29 numbers, as the ages of animals have it; 17 and every third from there on.
        int[] steps = name == "v" ? [.. Enumerable.Range(0, 30).Select(static i => 3 * i)] : [.. Enumerable.Range(0, 25)];
        string text = Text("n," + name, i => $"{i % 7}.5,{from + steps[(i * i / 7) % steps.Length]}");
        TrainingData data = Table.Load(text);
        Assert.IsType<ClassTargets>(data.Train.Targets);
        Assert.Contains(data.Warnings, warning => warning.Contains($"whole numbers in '{name}'", StringComparison.Ordinal) && warning.Contains("are taken for classes", StringComparison.Ordinal));
        Assert.All([true, false], regression => Assert.DoesNotContain(Table.Load(text, Table.Raw with { Regression = regression }).Warnings, static warning => warning.Contains("taken for classes", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Spending Score (1-100)", 1, 99, true)]
    [InlineData("sold", 0, 91, true)]
    [InlineData("satisfaction", 0, 60, true)]
    [InlineData("class_id", 0, 60, false)]
    [InlineData("species_id", 0, 60, false)]
    [InlineData("target", 0, 60, false)]
    public void A_degree_or_a_count_from_0_or_1_on_is_said_to_be_taken_for_classes(string name, int from, int different, bool isSaid)
    {
        string text = $"n,{name}\n" + string.Concat(Enumerable.Range(0, 4 * different).Select(i => $"{i % 7}.5,{from + (i * 17 % different)}\n"));
        TrainingData data = Table.Load(text);
        Assert.Equal(different, data.Classes().Length);
        Assert.Equal(isSaid, data.Warnings.Any(warning => warning.Contains($"different whole numbers in '{name}', from {from} to ", StringComparison.Ordinal) && warning.Contains("give -Regression to predict values", StringComparison.Ordinal)));
        Assert.IsType<ValueTargets>(Table.Load(text, Table.Raw with { Regression = true }).Train.Targets);
    }

    [Fact]
    public void Counts_without_a_name_rise_and_fall()
    {
        int[] hump = [.. Enumerable.Range(0, 23).SelectMany(static value => Enumerable.Repeat(value, 1 + (int)(200 * Math.Exp(-(value - 8) * (value - 8) / 18.0))))];
        string text = string.Concat(hump.Select(static (value, i) => $"{i % 7}.5,{value}\n"));
        Assert.Contains("from 0 to 22, are taken for classes", Assert.Single(Table.Load(text).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n,target1,target2", "'target1'")]
    [InlineData("n,y_0,y_1", "'y_0'")]
    public void Another_column_to_predict_beside_a_numbered_one_is_said(string header, string said) =>
        Assert.Contains($"its column {said} has the name of a label, as '", string.Join('\n', Table.Load(Text(header, i => $"{i % 7}.5,{i * 31 % 101}.5,{i * 37 % 97}.25")).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData(50)]
    [InlineData(25)]
    public void Many_numbers_in_a_row_look_measured_unless_they_begin_as_classes_or_letters_do(int different) =>
        Assert.Contains($"from 20 to {19 + different}, are taken for classes", Assert.Single(Table.Load(Text("n,label", i => $"{i % 7}.5,{20 + (i * 7 % different)}")).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData(10, 0)]
    [InlineData(26, 0)]
    [InlineData(26, 1)]
    [InlineData(26, 65)]
    [InlineData(40, 0)]
    public void Numbers_of_classes_are_learnt_without_a_word(int classes, int from) =>
        Assert.Empty(Table.Load(Text("n,label", i => $"{i % 7}.5,{from + (i * 7 % classes)}")).Warnings);

    [Fact]
    public void Classes_of_which_some_are_rare_are_learnt_without_a_word()
    {
        int[] counts = [245, 44, 15, 15, 13, 25, 3, 2, 9, 50, 0, 0, 0, 4, 5, 22];
        string text = string.Concat(counts.SelectMany(static (count, code) => Enumerable.Repeat(code + 1, count)).Select(static (code, i) => $"{i % 7}.5,{code}\n"));
        Assert.Empty(Table.Load(text).Warnings);
        Assert.Empty(Table.Load(Text("n,quality", static i => $"{i % 7}.5,{3 + (i * i % 6)}")).Warnings);
    }

    [Theory]
    [InlineData("Subtotal", 40)]
    [InlineData("Berlin Total", 40)]
    [InlineData("TOTAL:", 7)]
    [InlineData("Summe", 40)]
    [InlineData("mean", 119)]
    public void A_sum_amid_the_rows_is_said(string word, int every)
    {
        string text = Text("n,city,label", i => $"{i % 7}.5,{(i % every == every - 1 ? word : i % 5 < 2 ? "Rome" : "Bonn")},{Class(i)}");
        Assert.Contains($"its data row {every} has '{word}' in the column 'city'", Assert.Single(Table.Load(text).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fold", "0|1|2|3|4")]
    [InlineData("Split", "A|B")]
    [InlineData("is_train", "1|0")]
    [InlineData("set", "dev|train|eval")]
    [InlineData("kFold", "1|2|3")]
    [InlineData("part", "train|Test")]
    public void A_column_of_parts_is_said(string name, string values) =>
        Assert.Contains($"'{name}' ", Assert.Single(Table.Load(Column(values, name)).Warnings, static warning => warning.Contains("the parts of a split", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("id", "{0}")]
    [InlineData("patient_id", "{0}")]
    [InlineData("customerID", "{0}")]
    [InlineData("Id", "{0}")]
    [InlineData("UUID", "{0}")]
    public void A_column_that_names_its_rows_is_said(string name, string value) =>
        Assert.Contains($"'{name}' has another whole number in each row", Assert.Single(Table.Load(Text("a," + name + ",label", i => Format("{1}," + value + ",{11}", i))).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("cat ", "cat", "blanks")]
    [InlineData("golden  retriever", "golden retriever", "blanks")]
    [InlineData("Cat", "cat ", "blanks")]
    [InlineData("caf\u00E9", "cafe\u0301", "accents")]
    [InlineData("Cat", "cat", "capital letters alone")]
    public void Texts_that_look_alike_are_said_with_what_they_differ_in(string one, string other, string said)
    {
        Assert.Contains(said, TableNotes.Twins([one, "dog", other]), StringComparison.Ordinal);
        Assert.Null(TableNotes.Twins([one, "dog"]));
        Assert.Null(TableNotes.Twins(["-1", "1", "a b", "ab"]));
    }

    [Theory]
    [InlineData("size=big")]
    [InlineData("=")]
    [InlineData("a==b")]
    [InlineData("x=")]
    [InlineData("=y")]
    public void A_leak_is_named_by_the_whole_name_of_its_column(string name) =>
        Assert.Contains($"The feature '{name}' says the class", Assert.Single(Table.Load(Text($"n,{name},label", i => $"{i % 7}.5,w{Class(i)},{Class(i)}")).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData(new double[] { 1, -1, -1, 1 }, 2, true)]
    [InlineData(new double[] { -1, -1, 1, 1, -1, -1 }, 3, true)]
    [InlineData(new double[] { 0, 1, 1, 0 }, 2, true)]
    [InlineData(new double[] { 1, 1, -1, -1 }, 2, false)]
    [InlineData(new double[] { 1, -1, 0, 1 }, 2, false)]
    [InlineData(new double[] { 1, 0.5, 0.5, 1 }, 2, false)]
    public void Columns_of_one_and_minus_one_are_classes(double[] values, int width, bool areClasses) =>
        Assert.Equal(areClasses, ClassTargets.FromOneHot(values, width) is not null);

    [Fact]
    public void A_label_by_its_name_is_predicted_and_not_the_last() =>
        Assert.Contains("is predicted, by its name, and not the last, '28x28'", Assert.Single(Table.Load(Text("label,1x1,28x28", i => $"{Class(i)},{i % 9},{i % 5}")).Warnings), StringComparison.Ordinal);

    private static string Column(string values, string name) => DoubtTable.Column(values, ",", name);

    private static string Format(string row, int i) => DoubtTable.Format(row, i);

    private static string Class(int i) => DoubtTable.Class(i);

    private static string Text(string header, Func<int, string> row) => DoubtTable.Text(header, row);
}

/// <summary>Writes tables of <see cref="Rows"/> rows.</summary>
internal static class DoubtTable
{
    public const int Rows = 120;

    /// <summary>A table with a column that has these values in turn.</summary>
    public static string Column(string values, string delimiter, string name = "n")
    {
        string[] fields = values.Split('|');
        return Text(string.Join(delimiter, "a", name, "label"), i => string.Join(delimiter, i % 11, fields[i % fields.Length], Class(i)));
    }

    // An identity, four measurements, a word, three whole numbers, a class from 1, a digit, words of two, and numbers of two and three.
    public static string Format(string row, int i) => string.Format(
        CultureInfo.InvariantCulture, row, 7_000 + (i * 7_919 % 104_729), Noise(i, 7), Noise(i, 11), Noise(i, 13), Noise(i, 17), "RGBW"[i * 5 % 4], i * 7 % 13, i * 11 % 12, i * 3 % 14, 1 + (i * 5 % 3), i % 10, i % 3 == 0 ? "m" : "f", i * 7 % 5 % 2, i * 11 % 7 % 3);

    private static double Noise(int i, int step) => (i * step % 97) + 0.25;

    public static string Class(int i) => i * 7 % 10 < 4 ? "a" : i % 4 == 0 ? "b" : "c";

    public static string Text(string header, Func<int, string> row) => (header.Length > 0 ? header + "\n" : "") + string.Concat(Enumerable.Range(0, Rows).Select(i => row(i) + "\n"));
}
