using System.Management.Automation;
using ClrEngine.RangeTest;
using ClrEngine.Tests.Torch.Models;
using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class ModelCommandTests : IDisposable
{
    private readonly PowerShellSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Given_the_name_of_a_convolutional_net_when_trained_then_it_learns_the_digits()
    {
        var history = _session.Get<TrainingHistory>("New-CyclicSchedule 0.02 0.2 -StepSize 46 | Start-CyclicTraining cnn:16,32 digits -Epochs 4");
        Assert.Equal("cnn:16,32", history.Model);
        Assert.True(history.BestValidationAccuracy > 90, $"{history.BestEpoch}");
    }

    [Fact]
    public void Given_a_script_block_when_several_cmdlets_run_then_each_gets_a_module_of_its_own_and_is_told_its_shape()
    {
        const string script = """
            $told = [Collections.Generic.List[object]]::new()
            $block = {
                param($shape, $outputs)
                $told.Add("$shape -> $outputs")
                $net = [TorchSharp.torch+nn]::Sequential()
                $null = $net.append([TorchSharp.torch+nn]::Flatten())
                $null = $net.append([TorchSharp.torch+nn]::Linear(64, $outputs))
                $net
            }
            $null = Invoke-LrRangeTest $block digits -Iterations 5
            $null = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining $block digits -Epochs 1
            $told
            """;
        Assert.Equal(["1 8 8 -> 10", "1 8 8 -> 10"], _session.Run(script).All<string>());
    }

    [Fact]
    public void Given_a_module_of_the_users_own_when_trained_then_it_stays_and_its_weights_are_trained()
    {
        const string script = """
            $net = New-TrainingModel mlp:8 digits
            $net.eval()
            $before = (Invoke-LrRangeTest $net digits -Iterations 5).Points[0].Loss
            $null = New-CyclicSchedule 0.05 0.2 -StepSize 23 | Start-CyclicTraining $net digits -Epochs 2
            $before - (Invoke-LrRangeTest $net digits -Iterations 5).Points[0].Loss
            """;
        Assert.True(_session.Get<double>(script) > 0.5);
    }

    [Fact]
    public void Given_the_path_of_a_torchscript_file_when_trained_then_it_is_the_model()
    {
        _session.Set("path", TorchScriptFile.Classifier(Path.Combine(_folder.Root, "net.pt"), 64, 10));
        var history = _session.Get<TrainingHistory>("New-CyclicSchedule 0.02 0.1 -StepSize 46 | Start-CyclicTraining $path digits -Epochs 4");
        Assert.Equal("net.pt", history.Model);
        Assert.True(history.BestValidationAccuracy > 85, $"{history.BestEpoch}");
    }

    [Fact]
    public void Given_a_torchscript_module_that_was_loaded_when_tested_then_it_is_taken_as_a_model()
    {
        _session.Set("path", TorchScriptFile.Classifier(Path.Combine(_folder.Root, "net.pt"), 64, 10));
        var result = _session.Get<LrRangeTestResult>("Invoke-LrRangeTest (New-TrainingModel $path digits) digits -Iterations 10");
        Assert.Equal("net.pt", result.Model);
    }

    [Theory]
    [InlineData("{ }", "ModelBlock")]
    [InlineData("{ 1, 2 }", "ModelBlock")]
    [InlineData("./nowhere.pt", "ModelFileNotFound")]
    [InlineData("resnet18", "ModelInput")]
    [InlineData("{ [TorchSharp.torch+nn]::Linear(8, 9) }", "ModelOutput")]
    [InlineData("{ [TorchSharp.torch+nn]::Flatten() }", "NothingToTrain")]
    [InlineData("(Get-Command Get-Help)", "InvalidModel")]
    public void A_model_that_cannot_be_used_has_the_id_of_its_cause(string model, string id) =>
        Assert.Equal($"{id},ClrModule.Commands.InvokeLrRangeTestCommand", _session.Run($"Invoke-LrRangeTest -Model {model} -Data digits").Error.FullyQualifiedErrorId);

    [Fact]
    public void A_script_block_that_fails_fails_with_its_own_error()
    {
        ErrorRecord error = _session.Run("Invoke-LrRangeTest -Model { throw 'no net today' } -Data digits").Error;
        Assert.Equal("no net today", error.Exception.Message);
    }
}
