BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $short = New-CyclicSchedule 0.02 0.1 -StepSize 20
    $f = [TorchSharp.torch+nn+functional]
    $double = { param($output, $targets) $f::cross_entropy($output, $targets).mul([TorchSharp.Scalar] 2) }
    $values = "$TestDrive/values.csv"
    @('a,b,y') + (0..59 | ForEach-Object { "$($_ % 7),$($_ % 5),$($_ % 7 + 0.5)" }) | Set-Content $values
}

Describe 'A loss that an earlier run brings along' {
    It 'goes with what was said of it where another is given: <Before> then <After>' -ForEach @(
        @{ Before = '-Loss Focal -FocalGamma 3'; After = '-Loss CrossEntropy'; Data = 'digits' }
        @{ Before = '-LabelSmoothing 0.1'; After = '-Loss Focal'; Data = 'digits' }
        @{ Before = '-ClassWeight balanced -LabelSmoothing 0.1'; After = '-LossFunction $double'; Data = 'digits' }
        @{ Before = '-LossFunction $double'; After = '-Loss CrossEntropy'; Data = 'digits' }
        @{ Before = '-LossFunction $double'; After = '-LossFunction $null'; Data = 'digits' }
        @{ Before = '-Loss Quantile -Quantile 0.3'; After = '-Loss Huber'; Data = '$values' }
    ) {
        $first = Invoke-Expression "`$short | Start-CyclicTraining mlp:4 $Data -Epochs 1 $Before"
        $again = Invoke-Expression "`$first | Start-CyclicTraining $After"
        $fresh = Invoke-Expression "`$short | Start-CyclicTraining mlp:4 $Data -Epochs 1 $After"
        Get-EpochText $again | Should -BeExactly (Get-EpochText $fresh)
    }

    It 'is the code itself in one process, from a history and from a range test' {
        $first = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -LossFunction $double
        Get-EpochText ($first | Start-CyclicTraining) | Should -BeExactly (Get-EpochText $first)
        $test = Invoke-LrRangeTest mlp:4 digits -Iterations 30 -TrialSteps 10 -LossFunction $double
        ($test | Get-SuggestedLrBounds -WarningAction Ignore | New-CyclicSchedule -StepSize 23 | Start-CyclicTraining -Epochs 1).Command | Should -Match 'LossFunction'
        (Get-Failure 'Copy-AsSaved $first | Start-CyclicTraining').Exception.Message | Should -Match 'another process does not bring along'
    }

    It 'that is refused as it is, is refused before anything is read: <_>' -ForEach '{ begin { } process { $_ } }', '{ process { $_ } }' {
        (Get-Failure "`$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -LossFunction $_").FullyQualifiedErrorId | Should -BeLike 'InvalidLossFunction,*'
    }
}

Describe 'Gradients that were turned off' {
    It 'in the session or in a loss are on while a model learns, and off again' {
        $fresh = $short | Start-CyclicTraining mlp:4 digits -Epochs 1
        $off = [TorchSharp.torch]::no_grad()
        try {
            Get-EpochText ($short | Start-CyclicTraining mlp:4 digits -Epochs 1) | Should -BeExactly (Get-EpochText $fresh)
            [TorchSharp.torch]::is_grad_enabled() | Should -BeFalse
        }
        finally { $off.Dispose() }
    }
}

Describe 'The figure that a run chooses by' {
    It 'is refused where it would be none: <Why>' -ForEach @(
        @{ Why = 'R2 under a loss of its own'; Line = '$short | Start-CyclicTraining mlp:4 $values -Epochs 1 -BestBy RSquared -LossFunction { param($o, $t) $f::mse_loss($o, $t) }' }
        @{ Why = 'one class is held out'; Line = '$short | Start-CyclicTraining mlp:4 $TestDrive/one -Epochs 1 -BatchSize 4 -BestBy RocAuc' }
        @{ Why = 'one value is held out'; Line = '$short | Start-CyclicTraining mlp:4 $TestDrive/same -Epochs 1 -BatchSize 4 -BestBy RSquared' }
    ) {
        $null = New-Item $TestDrive/one, $TestDrive/same -ItemType Directory -Force
        @('a,kind') + (0..19 | ForEach-Object { "$_,$(('x', 'y')[$_ % 2])" }) | Set-Content $TestDrive/one/train.csv
        'a,kind', '1,x', '2,x' | Set-Content $TestDrive/one/test.csv
        @('a,y') + (0..19 | ForEach-Object { "$_,$($_ % 5 + 0.5)" }) | Set-Content $TestDrive/same/train.csv
        'a,y', '1,2.5', '2,2.5' | Set-Content $TestDrive/same/test.csv
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike 'FigureNotForData,*'
    }

    It 'stands in the line that repeats a run which came along' {
        $first = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -BestBy MacroF1
        ($first | Start-CyclicTraining).Command | Should -BeExactly $first.Command
    }
}

Describe 'A loss of one''s own that is a script block' {
    It 'leaves what is counted beside it, whatever it does to what it is given' {
        $clean = $short | Start-CyclicTraining mlp:4 digits -Epochs 2 -LossFunction { param($o, $t) [TorchSharp.torch+nn+functional]::cross_entropy($o, [TorchSharp.torch]::zeros_like($t)) }
        $rough = $short | Start-CyclicTraining mlp:4 digits -Epochs 2 -LossFunction { param($o, $t) $null = $t.zero_(); $loss = [TorchSharp.torch+nn+functional]::cross_entropy($o, $t); $null = $o.detach().zero_(); $loss }
        foreach ($name in 'TrainLoss', 'TrainAccuracy', 'ValidationLoss', 'ValidationAccuracy') { $rough.Epochs.$name | Should -Be $clean.Epochs.$name }
    }

    It 'that <Why> is named' -ForEach @(
        @{ Why = 'is empty'; Code = ''; Id = 'InvalidLossFunction'; Says = 'is an empty script block' }
        @{ Why = 'throws'; Code = 'throw "bad"'; Id = 'LossFunctionResult'; Says = 'LossFunction \{ throw "bad" \} failed \(bad\)' }
        @{ Why = 'writes an error'; Code = 'Write-Error "lost"; 1'; Id = 'LossFunctionResult'; Says = 'failed \(.*lost' }
        @{ Why = 'makes libtorch refuse'; Code = 'param($o, $t) $o.reshape(7)'; Id = 'LossFunctionResult'; Says = 'LossFunction \{.*failed' }
    ) {
        $failure = Get-Failure "`$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -LossFunction { $Code }".Replace('{  }', '{}')
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.Exception.Message | Should -Match $Says
    }
}

Describe 'A metric of one''s own' {
    It 'has a name that files and logs can have: <_>' -ForEach '../../x', 'a/b', '..', 'loss', 'Accuracy', 'a@b', ' a' {
        (Get-Failure "`$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Metric @{ '$_' = { 1 } }").FullyQualifiedErrorId | Should -BeLike 'InvalidMetric,*'
    }

    It 'gives a number, and not what may be taken for one: <_>' -ForEach "'1,5'", "''", '$null', '$nosuch', '$true' {
        (Get-Failure "`$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Metric @{ N = { $_ } }").FullyQualifiedErrorId | Should -BeLike 'MetricResult,*'
    }

    It 'leaves neither the loop around the run nor the samples of the next' {
        (Get-Failure '$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Metric @{ N = {} }').Exception.Message | Should -Match 'Metric N is an empty script block'
        (Get-Failure '$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Metric @{ N = { Write-Error "lost"; 1 } }').Exception.Message | Should -Match 'lost'
        (Get-Failure '$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Metric @{ N = { break } }').FullyQualifiedErrorId | Should -BeLike 'InvalidMetric,*'
        (Get-Failure '$short | Start-CyclicTraining mlp:4 digits -Epochs 1 -LossFunction { continue }').FullyQualifiedErrorId | Should -BeLike 'InvalidLossFunction,*'
        $both = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Metric ([ordered] @{ First = { param($p) $p.zero_().sum().item[double]() }; Second = { param($p) $p.sum().item[double]() } })
        "$($both.Epochs[0].Metrics)" | Should -BeExactly "First 0 Second 359"
    }

    It 'of one name and other code does not compare' {
        $ones, $twos = foreach ($code in { 1 }, { 2 }) { , ($short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2 -Metric @{ N = $code } -BestBy HighestMetric) }
        (Get-Failure 'Compare-TrainingHistory $ones $twos').Exception.Message | Should -Match 'by other code'
    }
}

Describe 'What an earlier run brings along of augmentation' {
    It 'goes with the way that another takes the place of' {
        $first = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Augment Crop -CropPadding 2
        ($first | Start-CyclicTraining -Augment Flip).Command | Should -Not -Match 'CropPadding'
    }
}

Describe 'Models of an earlier run' {
    It 'do not stay beside those of the one that replaced them' {
        $null = $short | Start-CyclicTraining mlp:4 digits -Cycles 1 -Snapshots -EmaDecay 0.9 -DestinationPath $TestDrive/out
        $null = $short | Start-CyclicTraining mlp:8 iris -Epochs 1 -DestinationPath $TestDrive/out -Force -WarningAction Ignore
        (Get-ChildItem $TestDrive/out).Name | Should -Be 'best.safetensors', 'final.safetensors'
    }
}

Describe 'A comparison of settings' {
    BeforeAll {
        $cross = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2 -BestBy Loss
        $wide = $short | Start-CyclicTraining mlp:8 digits -Epochs 1 -Repeats 2 -BestBy Loss
        $focal = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2 -BestBy Loss -Loss Focal
        $gamma = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2 -BestBy Loss -Loss Focal -FocalGamma 3
        $own = $short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2 -BestBy Loss -LossFunction $double
        $lost = New-ConstantSchedule 1e30 | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2 -BestBy Loss -WarningAction Ignore
    }

    It 'is refused where <Why>' -ForEach @(
        @{ Why = 'the losses are two'; One = { $cross }; Other = { $focal }; Says = 'another loss' }
        @{ Why = 'the losses have two shapes'; One = { $focal }; Other = { $gamma }; Says = 'FocalGamma 3' }
        @{ Why = 'one loss is its own'; One = { $cross }; Other = { $own }; Says = 'another loss' }
        @{ Why = 'one side mixes models'; One = { $cross[0], $wide[1] }; Other = { $wide }; Says = 'mlp:4 and is mlp:8' }
        @{ Why = 'one side mixes losses'; One = { $focal[0], $gamma[1] }; Other = { $wide }; Says = 'FocalGamma' }
        @{ Why = 'runs diverged'; One = { $cross }; Other = { $lost }; Says = 'Diverged' }
    ) {
        $one, $other = (& $One), (& $Other)
        $failure = Get-Failure 'Compare-TrainingHistory $one $other'
        $failure.FullyQualifiedErrorId | Should -BeLike 'HistoriesNotPaired,*'
        $failure.Exception.Message | Should -Match $Says
    }

    It 'tells nothing apart where all seeds changed by the same' {
        function Set-Figure($Histories, [double] $Figure) {
            foreach ($history in $Histories) {
                $history | Export-TrainingHistory $TestDrive/set.json -Force
                (Get-Content $TestDrive/set.json -Raw) -replace '"validationFigure": *[^,}]+', "`"validationFigure`": $Figure" | Set-Content $TestDrive/set.json
                Import-TrainingHistory $TestDrive/set.json
            }
        }
        $base, $shifted = (Set-Figure $cross 2), (Set-Figure $cross 1)
        $comparison = Compare-TrainingHistory $base $shifted -WarningVariable said -WarningAction SilentlyContinue
        $said | Should -Match 'Each seed changed by the same'
        $comparison.Verdict | Should -Be NotToldApart
        $comparison.IsMoreThanNoise | Should -BeFalse
        [double]::IsNaN($comparison.PValue) | Should -BeTrue
    }
}
