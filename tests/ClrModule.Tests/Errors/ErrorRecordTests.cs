using System.Management.Automation;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Errors;

public sealed class ErrorRecordTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5", "BaseLrNotBelowMaxLr,ClrModule.Commands.NewCyclicScheduleCommand", ErrorCategory.InvalidArgument, 0.1)]
    [InlineData("New-CyclicSchedule -BaseLr 0 -MaxLr 0.01 -StepSize 5", "InvalidBaseLr,ClrModule.Commands.NewCyclicScheduleCommand", ErrorCategory.InvalidArgument, 0.0)]
    [InlineData("Invoke-LrRangeTest -Model nosuch -Data digits", "ModelNotFound,ClrModule.Commands.InvokeLrRangeTestCommand", ErrorCategory.InvalidArgument, "nosuch")]
    [InlineData("Invoke-LrRangeTest -Model mlp:x -Data digits", "InvalidModelArguments,ClrModule.Commands.InvokeLrRangeTestCommand", ErrorCategory.InvalidArgument, "mlp:x")]
    [InlineData("Invoke-LrRangeTest -Model mlp -Data digits -Device cuda:99", "DeviceNotFound,ClrModule.Commands.InvokeLrRangeTestCommand", ErrorCategory.InvalidArgument, "cuda:99")]
    [InlineData("Invoke-LrRangeTest -Model mlp -Data digits -Device gpu", "InvalidDevice,ClrModule.Commands.InvokeLrRangeTestCommand", ErrorCategory.InvalidArgument, "gpu")]
    public void A_failure_has_its_id_its_category_its_target_and_a_remedy(string script, string id, ErrorCategory category, object target)
    {
        ErrorRecord error = _session.Run(script).Error;
        Assert.Equal((id, category), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Assert.Equal(target, error.TargetObject is PSObject wrapped ? wrapped.BaseObject : error.TargetObject);
        Assert.Matches("[Gg]ive|[Uu]se|swap|see|write", error.Exception.Message);
    }

    [Fact]
    public void Data_that_is_nowhere_is_named_by_the_path_where_it_was_looked_for()
    {
        ErrorRecord error = _session.Run("Invoke-LrRangeTest -Model mlp -Data ./no-such-data").Error;
        Assert.Equal(("DataNotFound,ClrModule.Commands.InvokeLrRangeTestCommand", ErrorCategory.ObjectNotFound), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Assert.True(Path.IsPathFullyQualified((string)error.TargetObject));
    }
}
