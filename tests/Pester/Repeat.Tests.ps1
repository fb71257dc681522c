BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23

    function Invoke-Line([string] $Line) { & ([scriptblock]::Create($Line)) }
}

Describe 'The command of a history' {
    It 'repeats it to the bit: <_>' -ForEach @(
        '$schedule | Start-CyclicTraining mlp digits -Epochs 2 -Seed 3'
        'New-CyclicSchedule 0.001 0.3 -StepSize 7 -StepSizeDown 30 -Mode ExpRange -Gamma 0.9991 -CycleMomentum $false -CycleDecay 0.9 -CycleLimit 2 -DecayBase | Start-CyclicTraining mlp:32,16 digits -Epochs 2 -BatchSize 50 -Nesterov -WeightDecay 3e-5 -ClipNorm 0.7'
        '$schedule | Start-CyclicTraining -Model cnn:4,8 -Data digits -Cycles 1 -Snapshots -Augment Crop, Flip -CropPadding 2 -LabelSmoothing 0.1 -Threads 2 -Precision Auto'
        'New-CyclicSchedule 1e-4 1e-3 -StepSize 8 | Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 -Loss BinaryCrossEntropy -ClassWeight @{ malignant = 2.5 } -Optimizer AdamW -Beta2 0.99 -AccumulationSteps 2'
        'New-CyclicSchedule 1e-4 1e-3 -StepSize 8 | Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 -ClassWeight 1, 2.5 -Precision BFloat16'
        '$schedule | Start-CyclicTraining mlp:8 breast-cancer -Epochs 2 -BestBy MacroF1 -Mixup 0.2 -EmaDecay 0.9 -Loss Focal -FocalGamma 1.5'
        '$schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -LossFunction { param($output, $targets) ([TorchSharp.torch+nn+functional])::cross_entropy($output, $targets).mul([TorchSharp.Scalar] 2) } -BestBy LowestMetric -Metric ([ordered] @{ Doubt = { param($predictions) $predictions.std() }; ''Top 1'' = { param($predictions, $targets) $predictions.argmax(1).eq($targets).to_type([TorchSharp.torch+ScalarType]::Float64).mean() } })'
        'New-OneCycleSchedule -MaxLr 0.1 -TotalSteps 46 | Start-CyclicTraining mlp:16 digits -Epochs 2'
        'New-ConstantSchedule 0.05 -Momentum 0.8 | Start-CyclicTraining mlp:16 digits -Epochs 1'
        'New-CyclicSchedule 0.01 0.1 -StepSize 6 -ScaleFunction { 1 / $_ } | Add-ScheduleWarmup -Steps 5 | Start-CyclicTraining mlp:16 digits -Epochs 1'
        'New-CyclicSchedule 0.01,0.02 0.1,0.2 -StepSize 6 | Start-CyclicTraining mlp:16 digits -Epochs 1 -ParameterGroup ''*.bias'', ''*'''
    ) {
        $first = Invoke-Line $_
        $first.Command | Should -Not -Match '[#\n]|Auto'
        $first.Command.Contains($first.ModelIdentity) | Should -BeTrue -Because $first.Command
        $again = Invoke-Line $first.Command
        Get-EpochText $again | Should -BeExactly (Get-EpochText $first)
        $again.Cycles | Should -HaveCount $first.Cycles.Count
        for ($i = 0; $i -lt $first.Cycles.Count; $i++) { $again.Cycles[$i].Equals($first.Cycles[$i]) | Should -BeTrue }
        $again.Schedule.Equals($first.Schedule) | Should -BeTrue
        $again.Command | Should -BeExactly $first.Command
    }

    It 'has a path with quotes and blanks and the options of a table, whatever the folder' {
        $folder = (New-Item "$TestDrive/it's a ‘folder’, `$here" -ItemType Directory).FullName
        @("n,kind's,x,y") + (0..59 | ForEach-Object { "$_,$($_ % 3 ? 'blue' : 'red'),$($_ % 7),$($_ * 0.5)" }) | Set-Content -LiteralPath "$folder/a b.csv"
        $data = Import-TrainingData ([IO.FileInfo] "$folder/a b.csv") -LabelColumn "kind's" -IgnoreColumn n -ValidationFraction 0.3 -SplitSeed 5
        $first = New-CyclicSchedule 0.01 0.1 -StepSize 2 | Start-CyclicTraining mlp:4 $data -Epochs 2 -BatchSize 8
        Remove-Variable data, folder
        Push-Location $HOME
        try { $again = Invoke-Line $first.Command }
        finally { Pop-Location }
        Get-EpochText $again | Should -BeExactly (Get-EpochText $first)
        $again.DataIdentity | Should -BeExactly $first.DataIdentity
    }

    It 'has how a table is written' {
        "when`tcode`tamount`tkind" , (0..59 | ForEach-Object { "$($_ % 5)`t$(('NA', '7')[$_ % 2])`t1,$(100 + $_)`t$(('a', 'b')[$_ % 3 -eq 0])" }) | Write-Output | Set-Content "$TestDrive/told.csv"
        foreach ($missing in @(), @('nothing', 'it''s')) {
            $data = Import-TrainingData "$TestDrive/told.csv" -CategoryColumn code, when -DecimalComma -Delimiter "`t" -Encoding utf8 -MissingValue $missing -HeaderRow Present
            $again = Invoke-Line (New-CyclicSchedule 0.01 0.1 -StepSize 2 | Start-CyclicTraining mlp:4 $data -Epochs 1).Command
            $again.DataIdentity | Should -BeExactly $data.Identity
        }
    }

    It 'keeps values to predict as they are where they were learnt so' {
        @('x,y,z') + (0..59 | ForEach-Object { "$($_ % 7),$($_ * 0.5),$(1000.5 + $_ % 7)" }) | Set-Content "$TestDrive/values.csv"
        $first = New-CyclicSchedule 1e-7 1e-6 -StepSize 2 | Start-CyclicTraining mlp:4 (Import-TrainingData "$TestDrive/values.csv" -ScaleTargets:$false) -Epochs 2 -BatchSize 8
        $again = Invoke-Line $first.Command
        Get-EpochText $again | Should -BeExactly (Get-EpochText $first)
        $again.DataIdentity | Should -BeExactly $first.DataIdentity
        $again.DataIdentity | Should -Not -Be (Import-TrainingData "$TestDrive/values.csv").Identity
    }

    It 'scales as it was told, <_>' -ForEach '-Mean MNIST', '-Mean 0.125 -StandardDeviation 0.3', '-AsIs' {
        $first = $schedule | Start-CyclicTraining mlp:8 (& ([scriptblock]::Create("Import-TrainingData digits $_"))) -Epochs 1
        $first.Command.Contains(" $_)") | Should -BeTrue -Because $first.Command
        (Invoke-Line $first.Command).DataIdentity | Should -BeExactly $first.DataIdentity
    }

    It 'leaves files out' {
        $history = $schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -CheckpointPath $TestDrive/a -OutPath $TestDrive/b -TensorBoardPath $TestDrive/c -Resume
        $history.Command.Contains("$TestDrive") | Should -BeFalse -Because $history.Command
        $history.Command | Should -MatchExactly '^New-CyclicSchedule .* -Epochs 1 -BatchSize 64 -Seed 0 -Device cpu -Threads [0-9]+$'
    }

    It 'has a module as a variable, with a word on what it held' {
        $model = New-TrainingModel mlp:8 digits -Seed 4
        $first = $schedule | Start-CyclicTraining $model digits -Epochs 1
        $first.Command | Should -MatchExactly '-Model \$model .* # \$model is the module Sequential as it was before the run$'
        $first.ModelIdentity | Should -BeNullOrEmpty
        $model = New-TrainingModel mlp:8 digits -Seed 4
        Get-EpochText (Invoke-Line $first.Command) | Should -BeExactly (Get-EpochText $first)
    }

    It 'has a script block written out, and names what it reads' {
        $width = 64
        $first = $schedule | Start-CyclicTraining { param($shape, $outputs) $net = [TorchSharp.torch+nn]::Sequential(); $null = $net.append([TorchSharp.torch+nn]::Flatten()); $null = $net.append([TorchSharp.torch+nn]::Linear($width, $outputs)); $net } digits -Epochs 1
        $first.Command | Should -MatchExactly ' # the script block reads \$width$'
        Get-EpochText (Invoke-Line $first.Command) | Should -BeExactly (Get-EpochText $first)
    }

    It 'has tensors and schedules of code as variables' {
        $t = [TorchSharp.torch]
        $data = Import-TrainingData -Features $t::arange(40).to_type('Float32').reshape(20, 2) -Targets $t::arange(20).remainder([TorchSharp.Scalar] 2)
        $own = [ClrEngine.Schedules.CyclicSchedule]::new(0.01, 0.1, 3, $null, 'Custom', 1, $true, 0.8, 0.9, [ClrEngine.Schedules.ScaleFunction]::new([Func[double, double]] { 1 }))
        $history = $own | Start-CyclicTraining mlp:4 $data -Epochs 1
        $history.Command | Should -MatchExactly "^\`$schedule \| Start-CyclicTraining -Model 'mlp:4' -Data \`$data "
        $history.Command | Should -MatchExactly ' # \$schedule is the schedule ''.*'', which holds code; \$data is the data ''.*'' with the identity [0-9a-f]{64}, which was made of tensors$'
    }
}

Describe 'A history' {
    It 'says what it was made of, and where' {
        $history = $schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -Threads 2 -Device cpu
        $history.Model, $history.ModelIdentity, $history.Data, $history.Device, $history.Threads | Should -Be mlp:8, mlp:8, digits, cpu, 2
        $history.DataIdentity | Should -BeExactly (Import-TrainingData digits).Identity
        $history.Versions | Should -MatchExactly '^Clr \S+, TorchSharp \S+, libtorch \S+, \.NET '
    }
}
