BeforeDiscovery {
    $noCuda = -not (Get-TorchDevice | Where-Object Kind -EQ CUDA)
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 46
}

Describe 'The whole job in one pipeline' {
    BeforeAll {
        $history = Invoke-LrRangeTest -Model mlp -Data digits |
            Get-SuggestedLrBounds |
            New-CyclicSchedule -StepSizeEpochs 4 -Mode Triangular2 |
            Start-CyclicTraining -Model mlp -Data digits -Epochs 24
    }

    It 'gives one history, which went to its end' {
        @($history) | Should -HaveCount 1
        $history.Status | Should -Be Completed
    }

    It 'classifies at least 97 % of the held-out digits rightly' { $history.BestValidationAccuracy | Should -BeGreaterOrEqual 97 }
    It 'records each epoch' { $history.Epochs.Epoch | Should -Be (1..24) }
    It 'remembers the schedule that it followed' { $history.Schedule.Mode | Should -Be Triangular2 }

    It 'sorts and exports as flat records' {
        ($history.Epochs | Sort-Object ValidationLoss | ConvertTo-Csv).Count | Should -Be 25
    }
}

Describe 'A seed' {
    It 'gives the same run again, to the bit' {
        $runs = 1..2 | ForEach-Object { $schedule | Start-CyclicTraining mlp digits -Epochs 3 -Seed 5 -Device cpu }
        Get-EpochText $runs[0] | Should -BeExactly (Get-EpochText $runs[1])
    }

    It 'that is another gives another run' {
        $runs = 5, 6 | ForEach-Object { $schedule | Start-CyclicTraining mlp digits -Epochs 1 -Seed $_ }
        $runs[0].Epochs[0].TrainLoss | Should -Not -Be $runs[1].Epochs[0].TrainLoss
    }
}

Describe 'What travels down the pipeline' {
    It 'is the number of steps of an epoch' {
        $bounds = Invoke-LrRangeTest mlp digits -BatchSize 100 | Get-SuggestedLrBounds
        $bounds.StepsPerEpoch | Should -Be 15
        $bounds.BaseLr | Should -BeLessThan $bounds.MaxLr
    }

    It 'is not the range test itself: a module of the user trains on as if there had been none' {
        $model = New-TrainingModel mlp digits
        $alone = $schedule | Start-CyclicTraining $model digits -Epochs 2
        $model = New-TrainingModel mlp digits
        $null = Invoke-LrRangeTest $model digits
        $after = $schedule | Start-CyclicTraining $model digits -Epochs 2
        Get-EpochText $after | Should -BeExactly (Get-EpochText $alone)
    }
}

Describe 'A sweep' {
    It 'trains one piped schedule after the other, and each history says which' {
        $histories = 0.05, 0.1 | ForEach-Object { New-CyclicSchedule 0.01 $_ -StepSize 23 } | Start-CyclicTraining -Model mlp -Data digits -Epochs 1
        $histories.Schedule.MaxLr | Should -Be 0.05, 0.1
    }

    It 'trains several schedules of a parameter one after the other' {
        $histories = Start-CyclicTraining -Model mlp -Data digits -Epochs 1 -Schedule $schedule, (New-CyclicSchedule 0.01 0.2 -StepSize 46)
        $histories.Schedule.MaxLr | Should -Be 0.1, 0.2
    }
}

Describe 'A run that goes wrong' {
    It 'under a rate far too high says that it diverged, and warns what to change' {
        $history = New-CyclicSchedule 1e5 1e6 -StepSize 23 | Start-CyclicTraining mlp digits -Epochs 2 -WarningVariable warned
        $history.Status | Should -Be Diverged
        $warned | Should -HaveCount 1
        $warned[0].Message | Should -MatchExactly 'lower MaxLr'
    }

    It 'because it ends in mid-cycle warns which number of epochs ends it well' {
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp digits -Epochs 1 -WarningVariable warned
        $warned | Should -HaveCount 1
        $warned[0].Message | Should -MatchExactly '2 epochs would end it well'
    }
}

Describe 'libtorch' {
    It 'is not loaded to import the module and to make and list schedules' -Skip:(-not $IsLinux) {
        # The skip: the libraries are looked for by their Linux names.
        Invoke-Pwsh '
            $count = { @([Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object ModuleName -Like *torch*.so*).Count }
            $null = New-CyclicSchedule 0.001 0.1 -StepSize 2000 | Get-CyclicSchedulePoint -Count 10
            "before: $(& $count)"
            $null = Get-TorchDevice
            "after: $((& $count) -gt 0)"' | Should -BeExactly 'before: 0', 'after: True'
    }
}

Describe 'CUDA' -Tag GPU {
    It 'is what auto takes' -ForEach @{ NoCuda = $noCuda } {
        if ($NoCuda) { Set-ItResult -Skipped -Because 'Get-TorchDevice lists no CUDA device here'; return }
        (Get-TorchDevice | Where-Object IsDefault).Kind | Should -Be CUDA
    }

    It 'learns the digits as well as the CPU does' -ForEach @{ NoCuda = $noCuda } {
        if ($NoCuda) { Set-ItResult -Skipped -Because 'Get-TorchDevice lists no CUDA device here'; return }
        $history = $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 8 -Device cuda
        $history.Device | Should -BeLike 'cuda*'
        $history.BestValidationAccuracy | Should -BeGreaterThan 95
    }

    It 'gives the same to the bit a second time, and where a run is taken up again' -ForEach @{ NoCuda = $noCuda } {
        if ($NoCuda) { Set-ItResult -Skipped -Because 'Get-TorchDevice lists no CUDA device here'; return }
        $run = @{ Model = 'cnn'; Data = 'digits'; Epochs = 4; Device = 'cuda'; WarningAction = 'Ignore' }
        $whole, $again = 1..2 | ForEach-Object { $schedule | Start-CyclicTraining @run }
        $null = $schedule | Start-CyclicTraining @run -CheckpointPath $TestDrive/cuda -CheckpointKeep 100
        Get-ChildItem $TestDrive/cuda/step-* | Sort-Object Name | Select-Object -Last 2 | Remove-Item -Recurse
        $resumed = $schedule | Start-CyclicTraining @run -CheckpointPath $TestDrive/cuda -CheckpointKeep 100 -Resume
        foreach ($other in $again, $resumed) { $other.Epochs.ValidationLoss | Should -Be $whole.Epochs.ValidationLoss }
    }
}
