using ClrEngine.Data;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class ImportTrainingDataCommandTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_label_column_and_ignored_columns_are_taken_by_name_or_number()
    {
        var data = _session.Get<TrainingData>("Import-TrainingData wine -LabelColumn Alcohol -IgnoreColumn cultivar, -2");
        Assert.IsType<ValueTargets>(data.Train.Targets);
        Assert.Equal(11, data.FeatureNames!.Count);
    }

    [Fact]
    public void No_ignored_columns_are_those_of_null() =>
        Assert.Equal(13, _session.Get<TrainingData>("Import-TrainingData wine -IgnoreColumn $null").FeatureNames!.Count);

    [Fact]
    public void Regression_has_three_states()
    {
        Assert.IsType<ClassTargets>(_session.Get<TrainingData>("Import-TrainingData wine").Train.Targets);
        Assert.IsType<ValueTargets>(_session.Get<TrainingData>("Import-TrainingData wine -Regression").Train.Targets);
        Assert.IsType<ClassTargets>(_session.Get<TrainingData>("Import-TrainingData wine -LabelColumn ash -Regression:$false").Train.Targets);
    }

    [Fact]
    public void A_size_of_images_is_one_number_or_two()
    {
        Assert.Equal("DataOptionWithoutUse,ClrModule.Commands.ImportTrainingDataCommand", _session.Run("Import-TrainingData digits -ImageSize 8").Error.FullyQualifiedErrorId);
        Assert.Equal("DataOptionWithoutUse,ClrModule.Commands.ImportTrainingDataCommand", _session.Run("Import-TrainingData digits -ImageSize 8, 16").Error.FullyQualifiedErrorId);
        Assert.Equal("InvalidImageSize,ClrModule.Commands.ImportTrainingDataCommand", _session.Run("Import-TrainingData digits -ImageSize 0").Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_column_that_is_not_there_is_an_error_of_its_own() =>
        Assert.Equal("DataColumn,ClrModule.Commands.ImportTrainingDataCommand", _session.Run("Import-TrainingData iris -LabelColumn colour").Error.FullyQualifiedErrorId);
}
