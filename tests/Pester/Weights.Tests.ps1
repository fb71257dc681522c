BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
    $null = $schedule | Start-CyclicTraining mlp:16 digits -Epochs 2 -DestinationPath $TestDrive/first
    $weights = "$TestDrive/first/final.safetensors"
    $program = "$PSScriptRoot/Fixtures/net.pt"
}

Describe 'A model that begins with weights from a file' {
    It 'begins as well as they ended, and says what was taken' {
        $test = Invoke-LrRangeTest mlp:16 digits -Iterations 5 -Weights $weights -Verbose 4>&1
        ($test.Where{ $_ -is [Management.Automation.VerboseRecord] } -join "`n") | Should -Match '4 of 4 parameters are taken, 0 begin fresh'
        $test[-1].Points[0].Loss | Should -BeLessThan 1
        $test[-1].Run.Weights | Should -Match '^final\.safetensors \(sha256:[0-9a-f]{64}\)$'
    }

    It 'has them along the pipeline from the range test, from any folder, and in the line that repeats it' {
        Push-Location $TestDrive
        try {
            $tuned = Invoke-LrRangeTest mlp:16 digits -Iterations 40 -TrialSteps 10 -Weights first/final.safetensors -Freeze hidden1.* |
                Get-SuggestedLrBounds | New-CyclicSchedule -StepSize 23 | Start-CyclicTraining -Epochs 1
        }
        finally { Pop-Location }
        $tuned.Run.Freeze | Should -BeExactly 'hidden1.*'
        $tuned.Command | Should -Match ([regex]::Escape("-Freeze 'hidden1.*'") + '.*' + [regex]::Escape("-Weights '$((Get-Item $weights).FullName)'") + ".* -WeightsSha256 '?$((Get-FileHash $weights).Hash)'?( |$)")
        Get-EpochText (& ([scriptblock]::Create($tuned.Command))) | Should -BeExactly (Get-EpochText $tuned)
        # Another file in its place is refused.
        $saved = [IO.File]::ReadAllBytes($weights)
        $null = $schedule | Start-CyclicTraining mlp:16 digits -Epochs 1 -DestinationPath $TestDrive/first -Force
        $failure = Get-Failure $tuned.Command
        [IO.File]::WriteAllBytes($weights, $saved)
        $failure.FullyQualifiedErrorId | Should -BeLike 'WeightsOtherFile,*'
        # Of a history from a file the place is not known, and given weights go before those of the run.
        $failure = Get-Failure 'Copy-AsSaved $tuned | Start-CyclicTraining -Epochs 1'
        $failure.FullyQualifiedErrorId | Should -BeLike 'WeightsUnknownPlace,*'
        ($tuned | Start-CyclicTraining -Epochs 1 -Weights '').Run.Weights | Should -BeNullOrEmpty
    }

    It 'warns where a schedule''s bounds were measured with others' {
        $bounded = Invoke-LrRangeTest mlp:16 digits -Iterations 40 -TrialSteps 0 | Get-SuggestedLrBounds | New-CyclicSchedule -StepSize 23
        $null = $bounded | Start-CyclicTraining -Epochs 1 -Weights $weights -Freeze hidden1.* -WarningVariable said
        "$said" | Should -Match 'the file of weights was none and is final\.safetensors.*; the list of frozen parameters was empty and is hidden1\.\*'
    }

    It 'begins fresh in the last layer alone where the classes are others' {
        $t = [TorchSharp.torch]
        $data = Import-TrainingData -Features $t::arange(2560).to_type('Float32').reshape(40, 64) -Targets $t::arange(40).remainder([TorchSharp.Scalar] 2)
        $history = New-CyclicSchedule 0.001 0.01 -StepSize 5 | Start-CyclicTraining mlp:16 $data -Epochs 1 -Weights $weights -WarningVariable said
        "$said" | Should -Match "last layer of model 'mlp:16' begins fresh.*'output\.weight' is F32 \[10, 16\] there and F32 \[2, 16\] here"
        $history.Run.Weights | Should -BeLike 'final.safetensors*'
    }

    It 'begins fresh in the last layer too where as many classes have other names, with a warning that names them' {
        $t = [TorchSharp.torch]
        $data = Import-TrainingData -Features $t::arange(3840).to_type('Float32').reshape(60, 64) -Targets $t::arange(60).remainder([TorchSharp.Scalar] 10) -ClassName ('a'..'j')
        $null = New-CyclicSchedule 0.001 0.01 -StepSize 5 | Start-CyclicTraining mlp:16 $data -Epochs 1 -Weights $weights -WarningVariable said -WarningAction Ignore
        "$said" | Should -Match "last layer of model 'mlp:16' begins fresh, for other targets than in 'final\.safetensors': the classes 0, 1, 2, .* there and the classes a, b, c, .* here"
        (Get-Failure 'Invoke-LrRangeTest mlp:16 $data -Weights $weights -Freeze output*').FullyQualifiedErrorId | Should -BeLike 'FreezeFreshLayer,*'
    }

    It 'goes on from a checkpoint without the file' {
        $start = "$TestDrive/gone.safetensors"
        Copy-Item $weights $start
        $run = @{ Model = 'mlp:16'; Data = 'digits'; Weights = $start; CheckpointPath = "$TestDrive/run" }
        $null = $schedule | Start-CyclicTraining @run -Epochs 1
        Remove-Item $start
        ($schedule | Start-CyclicTraining @run -Epochs 2 -Resume).Run.Weights | Should -BeLike 'gone.safetensors (sha256:*'
    }

    It 'is refused with its reason: <Line>' -ForEach @(
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Weights $null'; Id = 'EmptyWithoutUse' }
        @{ Line = 'Invoke-LrRangeTest mlp:16 digits -Freeze hidden1.*, $null'; Id = 'EmptyWithoutUse' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Weights $weights -DestinationPath $TestDrive/first -Force'; Id = 'DestinationHasWeights' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Weights $weights -WeightsSha256 12'; Id = 'InvalidWeightsSha256' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Weights $TestDrive/none.pth -WhatIf'; Id = 'WeightsNotFound' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Freeze conv* -WhatIf'; Id = 'FreezeFitsNothing' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Weights $TestDrive/none.pth'; Id = 'WeightsNotFound' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:17 digits -Weights $weights'; Id = 'WeightsMismatch' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Weights $program'; Id = 'WeightsUnreadable' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -WeightsMatch Strict'; Id = 'InvalidWeightsMatch' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Freeze conv*'; Id = 'FreezeFitsNothing' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:16 digits -Freeze hidden*, output*'; Id = 'FreezeLeavesNothing' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }

    It 'is given back with its own weights by a range test' {
        $net = New-TrainingModel mlp:16 digits
        $before = Get-WeightText $net
        $null = Invoke-LrRangeTest $net digits -Iterations 5 -Weights $weights -Freeze hidden1.*
        Get-WeightText $net | Should -BeExactly $before
        @($net.parameters()).requires_grad | Should -Not -Contain $false
        $null = $schedule | Start-CyclicTraining $net digits -Epochs 1 -Weights $weights -Freeze hidden1.*
        Get-WeightText $net | Should -Not -Be $before
    }
}

Describe 'The file that a run begins with' {
    It 'is not written over through a link' {
        $null = New-Item $TestDrive/linked -ItemType SymbolicLink -Value (Split-Path $weights)
        (Get-Failure '$schedule | Start-CyclicTraining mlp:16 digits -Epochs 1 -Weights $weights -DestinationPath $TestDrive/linked -Force').FullyQualifiedErrorId | Should -BeLike 'DestinationHasWeights,*'
        (Get-Failure '$schedule | Start-CyclicTraining mlp:16 digits -Epochs 1 -Weights $TestDrive/linked/final.safetensors -DestinationPath $TestDrive/first -Force').FullyQualifiedErrorId | Should -BeLike 'DestinationHasWeights,*'
    }

    It 'is checked by a hash that is one' {
        (Get-Failure '$schedule | Start-CyclicTraining mlp:16 digits -Epochs 1 -Weights $weights -WeightsSha256 $nosuch').FullyQualifiedErrorId | Should -BeLike 'EmptyWithoutUse,*'
    }
}

Describe 'Weights for other columns' {
    BeforeAll {
        $rows = 0..59 | ForEach-Object { [pscustomobject]@{ Width = $_ % 3; Length = $_ % 5; Kind = ('a', 'b')[$_ % 2] } }
        $rows | Export-Csv $TestDrive/known.csv
        $rows | Select-Object Length, Width, Kind | Export-Csv $TestDrive/swapped.csv
        $short = New-CyclicSchedule 0.01 0.1 -StepSize 4
        $null = $short | Start-CyclicTraining mlp:4 (Import-TrainingData $TestDrive/known.csv -AsIs) -BatchSize 8 -Epochs 1 -DestinationPath $TestDrive/columns -WarningAction Ignore
        $swapped = Import-TrainingData $TestDrive/swapped.csv -AsIs
    }

    It 'are refused where all must fit, and warned of elsewhere' {
        $failure = Get-Failure '$short | Start-CyclicTraining mlp:4 $swapped -BatchSize 8 -Epochs 1 -Weights $TestDrive/columns/final.safetensors -WeightsMatch Strict'
        $failure.FullyQualifiedErrorId | Should -BeLike 'WeightsMismatch,*'
        $failure.Exception.Message | Should -Match 'the columns Width, Length there and Length, Width here, the same in another order'
        $null = $short | Start-CyclicTraining mlp:4 $swapped -BatchSize 8 -Epochs 1 -Weights $TestDrive/columns/final.safetensors -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -Match 'the same in another order\. They are taken as they stand'
    }

    It 'or none cannot keep a layer frozen that begins fresh' {
        (Get-Failure '$short | Start-CyclicTraining mlp:4,4 $swapped -BatchSize 8 -Epochs 1 -Weights $TestDrive/columns/final.safetensors -WeightsMatch Any -Freeze hidden2*').FullyQualifiedErrorId | Should -BeLike 'FreezeFreshLayer,*'
        $null = $short | Start-CyclicTraining mlp:4 $swapped -BatchSize 8 -Epochs 1 -Freeze hidden* -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -Match 'as they are drawn, and they never learn'
    }
}
