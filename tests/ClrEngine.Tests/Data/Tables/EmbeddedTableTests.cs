using ClrEngine.Data;

namespace ClrEngine.Tests.Data;

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
