BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $quick = @{ Iterations = 60; WarningAction = 'Ignore' }
    $test = Invoke-LrRangeTest mlp:16 digits -BatchSize 128 -Optimizer AdamW -WeightDecay 0.05 -Seed 4 -Device cpu @quick
    $bounds = $test | Get-SuggestedLrBounds
    $schedule = $bounds | New-CyclicSchedule -StepSizeEpochs 1 -Mode Triangular2
}

Describe 'Settings that travel down the pipeline' {
    It 'trains from one line in which each fact is said once' {
        $history = Invoke-LrRangeTest mlp:16 digits @quick | Get-SuggestedLrBounds |
            New-CyclicSchedule -StepSizeEpochs 1 -Mode Triangular2 | Start-CyclicTraining -Epochs 2 -WarningVariable warned 3>$null
        $history.Model | Should -Be 'mlp:16'
        $history.Data | Should -Be 'digits'
        $history.Epochs.Count | Should -Be 2
        $warned -match 'measured' | Should -BeNullOrEmpty
    }

    It 'takes model, data, optimizer, batch size, weight decay and seed from the range test' {
        $history = $schedule | Start-CyclicTraining -Epochs 1 -WarningVariable warned 3>$null
        $history.Model, $history.Data, $history.BatchSize, $history.Seed, $history.Device | Should -Be 'mlp:16', 'digits', 128, 4, 'cpu'
        $history.Run.Optimizer | Should -Be 'AdamW, betas 0.9 and 0.999, weight decay 0.05'
        $warned -match 'measured' | Should -BeNullOrEmpty
    }

    It 'takes what is given in place of what travelled, and warns of what moves bounds' {
        $history = $schedule | Start-CyclicTraining -Epochs 1 -BatchSize 64 -Seed 9 -WarningVariable warned 3>$null
        $history.BatchSize, $history.Seed, $history.Run.Optimizer | Should -Be 64, 9, 'AdamW, betas 0.9 and 0.999, weight decay 0.05'
        @($warned -match 'measured').Count | Should -Be 1
        "$warned" | Should -BeLike '*the batch size was 128 and is 64*'
        "$warned" | Should -Not -BeLike '*seed*'
    }

    It 'warns of <Because>' -ForEach @(
        @{ Because = 'another model'; Given = @{ Model = 'mlp:8' }; Says = 'the model was mlp:16 and is mlp:8' }
        @{ Because = 'another optimizer'; Given = @{ Optimizer = 'Sgd' }; Says = 'the optimizer was AdamW*and is Sgd, momentum 0.9, weight decay 0.0001' }
        @{ Because = 'another weight decay'; Given = @{ WeightDecay = 0 }; Says = 'the optimizer was AdamW*weight decay 0.05 and is AdamW*weight decay 0' }
        @{ Because = 'other data'; Given = @{ Data = 'changed' }; Says = "the data's identity was*" }
    ) {
        if ($Given.Data) { $Given = @{ Data = Import-TrainingData digits -ValidationFraction 0.5 } }
        $null = $schedule | Start-CyclicTraining -Epochs 1 @Given -WarningVariable warned 3>$null
        "$warned" | Should -BeLike "*$Says*"
    }

    It 'does not take the settings of one kind of optimizer for another' {
        $nesterov = Invoke-LrRangeTest mlp:16 digits -Momentum 0.8 -Nesterov @quick | Get-SuggestedLrBounds | New-CyclicSchedule -StepSizeEpochs 1 -CycleMomentum $false
        ($nesterov | Start-CyclicTraining -Epochs 1 3>$null).Run.Optimizer | Should -Be 'Sgd, momentum 0.8 (Nesterov), weight decay 0.0001'
        ($nesterov | Start-CyclicTraining -Epochs 1 -Optimizer Adam 3>$null).Run.Optimizer | Should -Be 'Adam, betas 0.9 and 0.999, weight decay 0'
    }

    It 'travels through variables, a warm-up and a join, and to one-cycle and warm-restart schedules' {
        $made = @(
            $schedule | Add-ScheduleWarmup -Steps 3
            $schedule | Join-LrSchedule (New-ConstantSchedule 1e-4) -AtStep 5
            $bounds | New-OneCycleSchedule -Epochs 1
            $bounds | New-WarmRestartSchedule -CycleEpochs 1
        )
        $made | Start-CyclicTraining -Epochs 1 3>$null | ForEach-Object BatchSize | Should -Be 128, 128, 128, 128
    }

    It 'brings the objects that were given as model and data' {
        $data = Import-TrainingData digits -ValidationFraction 0.5
        $model = New-TrainingModel mlp:8 digits
        $run = Invoke-LrRangeTest $model $data @quick | Get-SuggestedLrBounds | New-CyclicSchedule -StepSizeEpochs 1 | Start-CyclicTraining -Epochs 1 3>$null
        $run.DataIdentity | Should -Be $data.Identity
        $run.ModelIdentity | Should -BeNullOrEmpty
    }

    It 'repeats a history in all its settings' {
        $first = $schedule | Start-CyclicTraining -Epochs 1 3>$null
        $second = $first | Start-CyclicTraining 3>$null
        $second.Run.Optimizer | Should -Be $first.Run.Optimizer
        $second.Epochs[-1].ValidationLoss | Should -BeExactly $first.Epochs[-1].ValidationLoss
    }

    It 'writes the line that repeats a run with what travelled' {
        $first = $schedule | Start-CyclicTraining -Epochs 1 3>$null
        $first.Command | Should -BeLike '* -Optimizer AdamW -WeightDecay 0.05 *'
        $again = & ([scriptblock]::Create($first.Command)) 3>$null
        $again.Epochs[-1].ValidationLoss | Should -BeExactly $first.Epochs[-1].ValidationLoss
    }

    It 'leaves the schedule a pure value' {
        $plain = New-CyclicSchedule $schedule.BaseLr $schedule.MaxLr -StepSize $schedule.StepSizeUp -Mode Triangular2
        $schedule | Should -Be $plain
        ($schedule | Format-List * | Out-String) | Should -Be ($plain | Format-List * | Out-String)
        ($schedule | ConvertTo-Json -Depth 5) | Should -Be ($plain | ConvertTo-Json -Depth 5)
        ($schedule | ConvertTo-Csv) | Should -Be ($plain | ConvertTo-Csv)
        [Management.Automation.PSSerializer]::Serialize($schedule) | Should -Be ([Management.Automation.PSSerializer]::Serialize($plain))
        Export-LrSchedule $TestDrive/schedule.json -Schedule $schedule
        Import-LrSchedule $TestDrive/schedule.json | Should -Be $plain
    }

    It 'says what to give where nothing brings a model or data' {
        { New-ConstantSchedule 0.1 | Start-CyclicTraining -Epochs 1 } | Should -Throw -ErrorId 'InvalidModel,*' -ExpectedMessage '*give -Model*'
        { New-ConstantSchedule 0.1 | Start-CyclicTraining mlp:8 -Epochs 1 } | Should -Throw -ErrorId 'InvalidData,*' -ExpectedMessage '*give -Data*'
    }

    It 'takes bounds from rows that have a column named Run for what they are' {
        ([pscustomobject]@{ Run = 7; BaseLr = 0.01; MaxLr = 0.1 } | New-CyclicSchedule -StepSize 4).MaxLr | Should -Be 0.1
    }

    It 'takes bounds without groups from a table, which has a column for their number' {
        $bounds | Export-Csv $TestDrive/bounds.csv
        $read = Import-Csv $TestDrive/bounds.csv | New-CyclicSchedule -StepSize 4 -WarningAction Ignore
        $read.MaxLr | Should -Be $bounds.MaxLr
    }

    It 'says of rates and runs in a table or JSON that what they were measured under stays behind' {
        $bounds | Export-Csv $TestDrive/lost.csv
        $rows = (Import-Csv $TestDrive/lost.csv), ($bounds | ConvertTo-Json -WarningAction Ignore | ConvertFrom-Json)
        $rows | New-CyclicSchedule -StepSize 4 -WarningVariable lost -WarningAction SilentlyContinue
        $lost | Should -HaveCount 2
        "$lost" | Should -Match 'does not come along'
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($bounds, 1))
        $copied = $copy | New-CyclicSchedule -StepSize 4 -WarningVariable none
        $none | Should -BeNullOrEmpty
        ($copied | Start-CyclicTraining -Epochs 1 -WarningAction Ignore).Run.Optimizer | Should -Be $bounds.Run.Optimizer
    }

    It 'says that the data of an earlier run is not what it was' {
        @('x,y,kind') + (0..59 | ForEach-Object { "$($_ % 7),$($_ * 0.5),$(('a', 'b')[$_ % 3 -eq 0])" }) | Set-Content "$TestDrive/moved.csv"
        $first = New-CyclicSchedule 0.01 0.1 -StepSize 2 | Start-CyclicTraining mlp:4 "$TestDrive/moved.csv" -Epochs 1 -WarningAction Ignore
        $null = $first | Start-CyclicTraining -WarningVariable same -WarningAction SilentlyContinue
        "$same" | Should -Not -Match 'not what it was'
        (Get-Content "$TestDrive/moved.csv").Replace('6,', '5,') | Set-Content "$TestDrive/moved.csv"
        $null = $first | Start-CyclicTraining -WarningVariable changed -WarningAction SilentlyContinue
        "$changed" | Should -Match "The data 'moved' is not what it was in the earlier run"
        $null = $first | Start-CyclicTraining -Data (Import-TrainingData "$TestDrive/moved.csv") -WarningVariable given -WarningAction SilentlyContinue
        "$given" | Should -Not -Match 'earlier run'
    }

    It 'warns where bounds of two tests, or of another script block, meet' {
        $block = { param($shape, $outputs) [TorchSharp.torch+nn]::Linear($shape[0], $outputs) }
        $other = Invoke-LrRangeTest $block iris -Iterations 20 -TrialSteps 0 -WarningAction Ignore | Get-SuggestedLrBounds -WarningAction Ignore | New-CyclicSchedule -StepSize 4
        $null = $schedule | Join-LrSchedule $other -AfterEpochs 2 -WarningVariable joined -WarningAction SilentlyContinue
        "$joined" | Should -Match 'the data was digits and is iris'
        $null = $other | Start-CyclicTraining { param($shape, $outputs) [TorchSharp.torch+nn]::Linear($shape[0], [long] $outputs) } -Epochs 1 -WarningVariable blocks -WarningAction SilentlyContinue
        "$blocks" | Should -Match 'another script block made'
    }

    It 'knows the steps of an epoch for a warm-up and a join' {
        ($schedule | Add-ScheduleWarmup -Epochs 2).Steps | Should -Be (2 * $bounds.StepsPerEpoch)
        ($schedule | Join-LrSchedule $schedule -AfterEpochs 3).Boundaries | Should -Be (3 * $bounds.StepsPerEpoch)
        { New-ConstantSchedule 0.1 | Add-ScheduleWarmup -Epochs 2 } | Should -Throw -ErrorId 'InvalidStepsPerEpoch,*'
    }

    It 'says that no cycle ends in the run' {
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 400 | Start-CyclicTraining mlp:4 digits -Epochs 1 -Patience 1 -WarningVariable late -WarningAction SilentlyContinue
        "$late" | Should -Match 'Patience works at the ends of cycles, and none ends in the 23 steps'
    }

    It 'refuses what another optimiser has: <Line>' -ForEach @(
        @{ Line = '-Beta1 0.8'; Says = 'Beta1 is of Adam, AdamW, and has no effect with Sgd' }
        @{ Line = '-Optimizer Adam -Dampening 0.1'; Says = 'Dampening is of Sgd, and has no effect with Adam' }
    ) {
        "$(Get-Failure "New-ConstantSchedule 0.1 | Start-CyclicTraining mlp:8 digits -Epochs 1 $Line")" | Should -Match $Says
        "$(Get-Failure "Invoke-LrRangeTest mlp:8 digits $Line")" | Should -Match $Says
    }

    It 'shows with -WhatIf what would be trained' {
        $shell = [powershell]::Create([Management.Automation.RunspaceMode]::CurrentRunspace)
        $null = $shell.AddScript('param($schedule) $schedule | Start-CyclicTraining -Epochs 1 -WhatIf').AddArgument($schedule).Invoke()
        $shell.HadErrors | Should -BeFalse
    }
}

Describe 'A row of settings' {
    BeforeAll {
        $short = New-CyclicSchedule 0.02 0.1 -StepSize 20
        $double = { param($output, $targets) [TorchSharp.torch+nn+functional]::cross_entropy($output, $targets).mul([TorchSharp.Scalar] 2) }
        $common = [Management.Automation.Cmdlet]::CommonParameters + 'WhatIf', 'Confirm'
    }

    It 'is all that <_> can be given' -ForEach Start-CyclicTraining, Invoke-LrRangeTest, New-CyclicSchedule, New-OneCycleSchedule, New-DecaySchedule, New-StepDecaySchedule, New-WarmRestartSchedule, New-WarmupStableDecaySchedule, New-ConstantSchedule {
        (Get-Command $_).Parameters.Values.Where({ $_.Name -notin $common -and $_.ParameterSets.Values.ValueFromPipelineByPropertyName -notcontains $true }).Name | Should -BeNullOrEmpty
    }

    It 'trains as the same on the line, with repeats, code and ways of augmentation' {
        $row = [pscustomobject] @{ Model = 'mlp:4'; Data = 'digits'; Cycles = '1'; Repeats = '2'; Augment = 'Crop, Flip'; LossFunction = $double; Metric = @{ Ones = { 1 } }; Resume = 'false'; Force = 'false'; Threads = '1'; DestinationPath = ''; CheckpointPath = '' }
        $histories = @($row | Start-CyclicTraining -Schedule $short -WarningAction Ignore)
        $histories.Seed | Should -Be 0, 1
        $typed = $short | Start-CyclicTraining mlp:4 digits -Cycles 1 -Augment Crop, Flip -LossFunction $double -Metric @{ Ones = { 1 } } -Threads 1 -WarningAction Ignore
        Get-EpochText $histories[0] | Should -BeExactly (Get-EpochText $typed)
        $histories[0].Command | Should -BeExactly $typed.Command
    }

    It 'has folders of its own, and not those of another' {
        $rows = 'a', 'b', 'b' | ForEach-Object { [pscustomobject] @{ Epochs = 1; DestinationPath = "$TestDrive/rows/$_"; CheckpointPath = "$TestDrive/kept/$_"; Force = 'true' } }
        (Get-Failure '$null = $rows | Start-CyclicTraining mlp:4 digits -Schedule $short -WarningAction Ignore').FullyQualifiedErrorId | Should -BeLike 'OutPathOfSeveralRuns,*'
        "$TestDrive/rows/a/final.safetensors", "$TestDrive/rows/b/final.safetensors" | Should -Exist
        Get-ChildItem $TestDrive/kept/b -Filter step-* | Should -HaveCount 1
    }

    It 'with a text in the place of code is refused by name: <Name>' -ForEach @(
        @{ Name = 'LossFunction'; Value = '{ 1 }' }
        @{ Name = 'LossFunction'; Value = 3 }
        @{ Name = 'Metric'; Value = 'Accuracy' }
        @{ Name = 'Repeats'; Value = 'two' }
    ) {
        $failure = Get-Failure '[pscustomobject] @{ $Name = $Value } | Start-CyclicTraining mlp:4 digits -Schedule $short -Epochs 1'
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -Match "'$Name'.*(give|no number)"
    }

    It 'that is a history with cycles trains for its epochs, or for the cycles that are given' {
        $first = New-CyclicSchedule 0.02 0.1 -StepSize 23 | Start-CyclicTraining mlp:4 digits -Cycles 1 -Snapshots -WarningAction Ignore
        $first.Cycles | Should -HaveCount 1
        foreach ($again in $first, (Copy-AsSaved $first)) {
            Get-EpochText ($again | Start-CyclicTraining -Snapshots -WarningAction Ignore) | Should -BeExactly (Get-EpochText $first)
            ($again | Start-CyclicTraining -Cycles 1 -Snapshots -WarningAction Ignore).Cycles | Should -HaveCount 1
        }
    }
}
