namespace ClrEngine.Tests.Data.Tables;

public sealed class TableRulesTests
{
    private const string Colours = "n,colour,size,y\n1,red,10,a\n2,green,20,b\n3,red,30,a\n4,blue,40,b\n";

    [Theory]
    [InlineData("n,kind,y\n5,b,u\n", 5, 0, 1)]
    [InlineData("kind,y,n\nb,u,5\n", 5, 0, 1)]
    [InlineData("y,n,kind\nu,5,a\n", 5, 1, 0)]
    [InlineData("id,n,y,kind\n17,5,u,a\n", 5, 1, 0)]
    [InlineData("n,kind,id,what\n5,a,17,u\n", 5, 1, 0)]
    [InlineData("y,n,kind\nu,5,q\n", 5, 0, 0)]
    [InlineData("y,n,kind\nu,5,7\n", 5, 0, 0)]
    public void A_table_for_a_trained_model_has_the_values_that_it_was_trained_on(string text, float n, float a, float b)
    {
        string[] names = [.. Table.Load("n,kind,y\n1,a,u\n2,b,v\n3,a,u\n4,b,v\n9,a,u\n9,b,v\n").FeatureNames!];
        TrainingData data = Table.Load(text, Table.Raw with { ForEvaluation = true, Features = names });
        Assert.Equal(names, data.FeatureNames);
        Assert.Equal([n, a, b], data.Validation.Samples.ReadAll());
        Assert.Same(data.Train, data.Validation);
        Assert.Equal(["u"], data.Classes());
        Assert.Equal(text.Contains("17", StringComparison.Ordinal), data.Warnings.Any(static warning => warning.Contains("its column 'id' is left out, as the model was not trained on it", StringComparison.Ordinal)));
        Assert.Equal(a + b == 0, data.Warnings.Any(static warning => warning.Contains("texts that no training row has in all of its rows", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_table_for_a_trained_model_has_the_targets_that_it_predicts_or_is_refused_without_any()
    {
        DataOptions options = Table.Raw with { ForEvaluation = true, Features = ["n"], Classes = [] };
        Assert.IsType<ValueTargets>(Table.Load("n,y\n1,3\n2,4\n", options).Train.Targets);
        Assert.IsType<ClassTargets>(Table.Load("n,y\n1,3\n2,4\n", options with { Classes = ["3", "4"] }).Train.Targets);
        Assert.Contains("('n'), and none of labels", Table.AssertFault(DataErrors.Column, "n\n1\n2\n", options).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_for_a_trained_model_is_tested_on_the_label_that_the_model_learnt()
    {
        const string Text = "a,y1,y2\n5,u,p\n6,v,p\n7,u,q\n8,v,q\n9,u,p\n9,v,p\n";
        TrainingData learnt = Table.Load(Text, Table.Raw with { LabelColumn = "y1", IgnoreColumns = ["y2"] });
        DataOptions options = Table.Raw with { ForEvaluation = true, Features = learnt.FeatureNames!, Label = learnt.LabelName };
        TrainingData data = Table.Load(Text, options);
        Assert.Equal("y1", data.LabelName);
        Assert.Equal(["u", "v"], data.Classes());
        Assert.Equal("its column 'y2' is left out, as the model was not trained on it", Assert.Single(data.Warnings)["'table.csv': ".Length..].TrimEnd('.'));
        Assert.Contains("has no column 'y1', which is the label that was learnt", Table.AssertFault(DataErrors.ShapeMismatch, "a,y2\n5,p\n6,q\n", options).Message, StringComparison.Ordinal);
        Assert.Equal("y2", Table.Load(Text, options with { Label = null }).LabelName);
    }

    [Theory]
    [InlineData("n,y\n5,u\n6,u\n")]
    [InlineData("n,kinds,y\n5,a,u\n6,b,u\n")]
    [InlineData("n,kind,y\nq,a,u\nr,b,u\n")]
    public void A_table_with_other_columns_than_a_trained_model_knows_has_its_own_names(string text) =>
        Assert.NotEqual(["n", "kind=a", "kind=b"], Table.Load(text, Table.Raw with { ForEvaluation = true, Features = ["n", "kind=a", "kind=b"] }).FeatureNames);

    [Fact]
    public void The_last_column_is_predicted_where_none_is_named() =>
        Assert.Equal(["a", "b"], Table.Load(Colours).Classes());

    [Theory]
    [InlineData("colour")]
    [InlineData("Colour")]
    [InlineData("1")]
    [InlineData("-3")]
    public void The_label_column_goes_by_name_or_number_from_either_end(string column)
    {
        TrainingData data = Table.Load("n,colour,y,z\n1,red,5,6\n2,blue,5,6\n3,red,5,6\n4,blue,5,6\n", Table.Raw with { LabelColumn = column });
        Assert.Equal(["blue", "red"], data.Classes());
        Assert.Equal(["n", "y", "z"], data.FeatureNames);
    }

    [Fact]
    public void A_name_goes_before_a_number() =>
        Assert.Equal(["a", "b"], Table.Load("n,5,2,x\n1,1,a,7\n2,2,b,7\n3,1,a,7\n4,2,b,7\n", Table.Raw with { LabelColumn = "2", HeaderRow = HeaderRow.Present }).Classes());

    [Fact]
    public void Ignored_columns_are_left_out_whatever_they_hold() =>
        Assert.Equal(["n"], Table.Load("id,n,note,y\n?,1,,a\n?,2,,b\n?,3,,a\n?,4,,b\n", Table.Raw with { IgnoreColumns = ["id", "-2"] }).FeatureNames);

    [Fact]
    public void Texts_become_one_value_a_category_in_alphabetical_order()
    {
        TrainingData data = Table.Load("n,colour,y\n1,red,a\n2,green,b\n3,red,a\n4,green,b\n");
        Assert.Equal(["n", "colour=green", "colour=red"], data.FeatureNames);
        Assert.Equal([[1, 0, 1], [2, 1, 0], [3, 0, 1], [4, 1, 0]], data.RowsInOrder());
    }

    [Fact]
    public void A_category_that_no_training_row_has_becomes_all_zeros()
    {
        TrainingData data = Table.Load("colour,y\nred,a\ngreen,b\n", "colour,y\nblue,a\nred,b\n");
        Assert.Equal([0, 0, 0, 1], data.Validation.Samples.ReadAll());
    }

    [Fact]
    public void Categories_are_those_of_the_training_rows_alone()
    {
        // Each row's colour is its own: the colours held out have no value.
        TrainingData data = Table.Load("n,colour,y\n1,c1,a\n2,c2,b\n3,c3,a\n4,c4,b\n");
        Assert.Equal(1 + data.Train.Count, data.Shape[0]);
        Assert.All(data.Validation.Samples.ReadAll().Chunk((int)data.Shape[0]), static row => Assert.Equal(0, row[1..].Sum()));
    }

    [Fact]
    public void Numbers_are_scaled_by_the_training_rows_and_categories_stay_0_and_1()
    {
        TrainingData data = Table.Load("x,colour,y\n1,red,a\n3,green,b\n", "x,colour,y\n5,red,a\n", DataOptions.Default);
        Assert.Equal([2, 0, 0], data.Scaling.Means);
        Assert.Equal([1, 1, 1], data.Scaling.StandardDeviations);
        Assert.Equal([-1, 0, 1, 1, 1, 0], data.Train.Samples.ReadAll());
        Assert.Equal([3, 0, 1], data.Validation.Samples.ReadAll());
    }

    [Fact]
    public void Whole_numbers_are_classes_in_the_order_of_their_size() =>
        Assert.Equal(["-1", "2", "10"], Table.Load("n,y\n1,10\n2,2\n3,-1\n4,10\n5,2.0\n6,-1\n").Classes());

    [Fact]
    public void Other_numbers_are_values_to_predict()
    {
        TrainingData data = Table.Load("n,y\n1,0.5\n2,1\n3,2\n4,3\n5,4\n");
        Assert.Equal(1, ((ValueTargets)data.Train.Targets).Width);
        Assert.Equal(5, data.Train.Count + data.Validation.Count);
    }

    [Fact]
    public void Whole_numbers_are_values_and_others_classes_where_told_so()
    {
        Assert.IsType<ValueTargets>(Table.Load("n,y\n1,1\n2,2\n3,1\n", Table.Raw with { Regression = true }).Train.Targets);
        Assert.Equal(["0.5", "1.5"], Table.Load("n,y\n1,0.5\n2,1.5\n3,0.5\n4,1.5\n", Table.Raw with { Regression = false }).Classes());
    }

    [Fact]
    public void More_than_100_whole_numbers_are_neither_unasked()
    {
        string text = "n,y\n" + string.Concat(Enumerable.Range(0, 202).Select(static i => $"{i},{i / 2}\n"));
        Assert.Contains("-Regression:$false", Table.AssertFault(DataErrors.Label, text).Message);
        Assert.Equal(101, Table.Load(text, Table.Raw with { Regression = false }).Classes().Length);
    }

    [Fact]
    public void Values_of_a_validation_part_of_its_own_are_values_too()
    {
        TrainingData data = Table.Load("n,y\n1,0.5\n2,1\n", "n,y\n3,4\n");
        Assert.Equal([4], ((ValueTargets)data.Validation.Targets).Values);
    }

    [Fact]
    public void A_column_is_of_the_kind_that_it_has_in_the_training_part()
    {
        TrainingData data = Table.Load("code,y\nA1,a\n7,b\n", "code,y\n7,a\n");
        Assert.Equal([1, 0], data.Validation.Samples.ReadAll());
    }

    [Fact]
    public void The_identity_changes_with_the_values_the_label_column_and_the_task()
    {
        string[] identities =
        [
            Table.Load("a,b,c\n1,2,3\n2,3,4\n3,2,3\n4,3,4\n").Identity,
            Table.Load("a,b,c\n1,2,3\n2,3,4\n3,2,3\n5,3,4\n").Identity,
            Table.Load("a,b,c\n1,2,3\n2,3,4\n3,2,3\n4,3,4\n", Table.Raw with { LabelColumn = "b" }).Identity,
            Table.Load("a,b,c\n1,2,3\n2,3,4\n3,2,3\n4,3,4\n", Table.Raw with { Regression = true }).Identity,
        ];
        Assert.Distinct(identities);
    }
}

public sealed class EmbeddedTableTests
{
    [Theory]
    [InlineData("iris", 4, new[] { "setosa", "versicolor", "virginica" }, new[] { 50, 50, 50 })]
    [InlineData("wine", 13, new[] { "1", "2", "3" }, new[] { 59, 71, 48 })]
    [InlineData("breast-cancer", 30, new[] { "benign", "malignant" }, new[] { 357, 212 })]
    public void Each_table_has_the_columns_classes_and_counts_of_the_published_set(string name, int features, string[] classes, int[] counts)
    {
        TrainingData data = DataCatalog.Default.Load(name);
        Assert.Equal([features], data.Shape);
        Assert.Equal(features, data.FeatureNames!.Count);
        Assert.Equal(classes, data.Classes());
        Assert.Equal(counts, data.Train.Labels().Concat(data.Validation.Labels()).CountBy(static label => label).OrderBy(static pair => pair.Key).Select(static pair => pair.Value));
        Assert.Equal("CC BY 4.0", data.License);
        Assert.Contains("UCI Machine Learning Repository", data.Attribution);
    }

    [Fact]
    public void The_irises_are_those_of_Fishers_paper()
    {
        TrainingData data = DataCatalog.Default.Load("iris", Table.Raw);
        var rows = data.Train.Samples.ReadAll().Concat(data.Validation.Samples.ReadAll()).Chunk(4).Select(static row => string.Join(' ', row)).ToHashSet();
        Assert.Contains("4.9 3.1 1.5 0.2", rows); // the repository's copy has 0.1 at its end
        Assert.Contains("4.9 3.6 1.4 0.1", rows); // and 3.1 1.5 here
    }

    [Fact]
    public void Another_column_than_the_class_can_be_predicted()
    {
        TrainingData data = DataCatalog.Default.Load("wine", new DataOptions { LabelColumn = "alcohol" });
        Assert.IsType<ValueTargets>(data.Train.Targets);
        Assert.Equal([13], data.Shape);
    }
}
