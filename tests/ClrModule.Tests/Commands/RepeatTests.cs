using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

/// <summary>The line that a history carries, run again.</summary>
public sealed class RepeatTests : IDisposable
{
    private const string Schedule = "New-CyclicSchedule 0.01 0.1 -StepSize 23";

    private readonly PowerShellSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData($"{Schedule} | Start-CyclicTraining mlp digits -Epochs 2 -Seed 3")]
    [InlineData("New-CyclicSchedule 0.001 0.3 -StepSize 7 -StepSizeDown 30 -Mode ExpRange -Gamma 0.9991 -CycleMomentum $false -CycleDecay 0.9 -CycleLimit 2 -DecayBase | Start-CyclicTraining mlp:32,16 digits -Epochs 2 -BatchSize 50 -Nesterov -WeightDecay 3e-5 -ClipNorm 0.7")]
    [InlineData($"{Schedule} | Start-CyclicTraining -Model cnn:4,8 -Data digits -Cycles 1 -Snapshots -Augment Crop, Flip -CropPadding 2 -LabelSmoothing 0.1 -Threads 2")]
    [InlineData("New-CyclicSchedule 1e-4 1e-3 -StepSize 8 | Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 -Loss BinaryCrossEntropy -ClassWeight @{ malignant = 2.5 } -Optimizer AdamW -Beta2 0.99 -AccumulationSteps 2")]
    [InlineData("New-CyclicSchedule 1e-4 1e-3 -StepSize 8 | Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 -ClassWeight 1, 2.5 -Precision BFloat16")]
    [InlineData("New-OneCycleSchedule -MaxLr 0.1 -TotalSteps 46 | Start-CyclicTraining mlp:16 digits -Epochs 2")]
    [InlineData("New-ConstantSchedule 0.05 -Momentum 0.8 | Start-CyclicTraining mlp:16 digits -Epochs 1")]
    [InlineData("New-CyclicSchedule 0.01 0.1 -StepSize 6 -ScaleFunction { 1 / $_ } | Add-ScheduleWarmup -Steps 5 | Start-CyclicTraining mlp:16 digits -Epochs 1")]
    [InlineData("New-CyclicSchedule 0.01,0.02 0.1,0.2 -StepSize 6 | Start-CyclicTraining mlp:16 digits -Epochs 1 -ParameterGroup '*.bias', '*'")]
    public void The_command_of_a_history_repeats_it_to_the_bit(string script)
    {
        var first = _session.Get<TrainingHistory>(script);
        Assert.DoesNotContain('#', first.Command!);
        var again = _session.Get<TrainingHistory>(first.Command!);
        Assert.Equal(first.Epochs.Select(Timeless), again.Epochs.Select(Timeless));
        Assert.Equal(first.Cycles, again.Cycles);
        Assert.Equal(first.Schedule, again.Schedule);
        Assert.Equal(first.Command, again.Command);
        Assert.Contains(first.ModelIdentity!, first.Command, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', first.Command!);
    }

    [Fact]
    public void A_path_with_quotes_and_blanks_and_the_options_of_a_table_are_in_the_line_whatever_the_folder()
    {
        string folder = Path.Combine(_folder.Root, "it's a ‘folder’, $here");
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "a b.csv"), ["n,kind's,x,y", .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i},{(i % 3 == 0 ? "red" : "blue")},{i % 7},{i * 0.5}"))]);
        _session.Set("folder", folder);
        var first = _session.Get<TrainingHistory>("$data = Import-TrainingData ([System.IO.FileInfo]($folder + '/a b.csv')) -LabelColumn \"kind's\" -IgnoreColumn n -ValidationFraction 0.3 -SplitSeed 5; New-CyclicSchedule 0.01 0.1 -StepSize 2 | Start-CyclicTraining mlp:4 $data -Epochs 2 -BatchSize 8");
        using var elsewhere = new PowerShellSession();
        Assert.Equal(first.Epochs.Select(Timeless), elsewhere.Get<TrainingHistory>(first.Command!).Epochs.Select(Timeless));
        Assert.Equal(first.DataIdentity, elsewhere.Get<TrainingHistory>(first.Command!).DataIdentity);
    }

    [Fact]
    public void Files_are_left_out_of_the_line()
    {
        _session.Set("path", _folder.Root);
        var history = _session.Get<TrainingHistory>($"{Schedule} | Start-CyclicTraining mlp:8 digits -Epochs 1 -CheckpointPath $path/a -OutPath $path/b -TensorBoardPath $path/c -Resume");
        Assert.DoesNotContain(_folder.Root, history.Command, StringComparison.Ordinal);
        Assert.Matches("^New-CyclicSchedule .* -Epochs 1 -BatchSize 64 -Seed 0 -Device cpu -Threads [0-9]+$", history.Command);
    }

    [Fact]
    public void A_module_stands_as_a_variable_with_a_word_on_what_it_held()
    {
        var first = _session.Get<TrainingHistory>($"$model = New-TrainingModel mlp:8 digits -Seed 4; {Schedule} | Start-CyclicTraining $model digits -Epochs 1");
        Assert.Contains("-Model $model ", first.Command, StringComparison.Ordinal);
        Assert.EndsWith(" # $model is the module Sequential as it was before the run", first.Command, StringComparison.Ordinal);
        Assert.Null(first.ModelIdentity);
        Assert.Equal(first.Epochs.Select(Timeless), _session.Get<TrainingHistory>($"$model = New-TrainingModel mlp:8 digits -Seed 4; {first.Command}").Epochs.Select(Timeless));
    }

    [Fact]
    public void A_script_block_is_written_out_and_what_it_reads_is_named()
    {
        const string block = "{ param($shape, $outputs) $net = [TorchSharp.torch+nn]::Sequential(); $null = $net.append([TorchSharp.torch+nn]::Flatten()); $null = $net.append([TorchSharp.torch+nn]::Linear($width, $outputs)); $net }";
        var first = _session.Get<TrainingHistory>($"$width = 64; {Schedule} | Start-CyclicTraining {block} digits -Epochs 1");
        Assert.EndsWith(" # the script block reads $width", first.Command, StringComparison.Ordinal);
        Assert.Equal(first.Epochs.Select(Timeless), _session.Get<TrainingHistory>(first.Command!).Epochs.Select(Timeless));
    }

    [Fact]
    public void Tensors_and_schedules_of_code_stand_as_variables()
    {
        var history = _session.Get<TrainingHistory>("""
            $data = Import-TrainingData -Features ([TorchSharp.torch]::arange(40).to_type('Float32').reshape(20, 2)) -Targets ([TorchSharp.torch]::arange(20).remainder([TorchSharp.Scalar]2))
            $schedule = [ClrEngine.Schedules.CyclicSchedule]::new(0.01, 0.1, 3, $null, 'Custom', 1, $true, 0.8, 0.9, [ClrEngine.Schedules.ScaleFunction]::new([Func[double,double]]{ 1 }))
            $schedule | Start-CyclicTraining mlp:4 $data -Epochs 1
            """);
        Assert.StartsWith("$schedule | Start-CyclicTraining -Model 'mlp:4' -Data $data ", history.Command, StringComparison.Ordinal);
        Assert.Matches(@" # \$schedule is the schedule '.*', which holds code; \$data is the data '.*' with the identity [0-9a-f]{64}, which was made of tensors$", history.Command);
    }

    [Fact]
    public void A_history_says_what_it_was_made_of_and_where()
    {
        var history = _session.Get<TrainingHistory>($"{Schedule} | Start-CyclicTraining mlp:8 digits -Epochs 1 -Threads 2 -Device cpu");
        Assert.Equal(("mlp:8", "mlp:8", "digits", "cpu", 2), (history.Model, history.ModelIdentity, history.Data, history.Device, history.Threads));
        Assert.Equal(_session.Get<string>("(Import-TrainingData digits).Identity"), history.DataIdentity);
        Assert.Matches(@"^Clr \S+, TorchSharp \S+, libtorch \S+, \.NET ", history.Versions);
    }

    private static EpochRecord Timeless(EpochRecord epoch) => epoch with { Seconds = 0 };
}
