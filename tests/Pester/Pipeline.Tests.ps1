BeforeAll {
    $schedule = New-CyclicSchedule -BaseLr 0.01 -MaxLr 0.1 -StepSize 23
}

Describe 'The whole job in one pipeline' {
    BeforeAll {
        $history = Invoke-LrRangeTest -Model mlp -Data digits |
            Get-SuggestedLrBounds |
            New-CyclicSchedule -StepSizeEpochs 2 -Mode Triangular2 |
            Start-CyclicTraining -Model mlp -Data digits -Epochs 4
    }

    It 'gives one history' { @($history) | Should -HaveCount 1 }
    It 'completes' { $history.Status | Should -Be Completed }
    It 'learns' { $history.BestValidationAccuracy | Should -BeGreaterThan 90 }
    It 'records each epoch' { $history.Epochs.Epoch | Should -Be (1..4) }
    It 'remembers the schedule that it followed' { $history.Schedule.Mode | Should -Be Triangular2 }
    It 'sorts and exports as flat records' {
        ($history.Epochs | Sort-Object ValidationLoss | ConvertTo-Csv).Count | Should -Be 5
    }
}

Describe 'Schedules' {
    It 'bind from the rows of a CSV file by their column names' {
        $rows = "BaseLr,MaxLr,StepSize,Mode`n0.001,0.1,10,Triangular`n0.01,0.2,20,ExpRange" | ConvertFrom-Csv
        $made = $rows | New-CyclicSchedule
        $made.MaxLr | Should -Be 0.1, 0.2
        $made[1].Mode | Should -Be ExpRange
    }

    It 'bind alike on a machine that writes numbers with a comma' {
        $culture = [Threading.Thread]::CurrentThread.CurrentCulture
        try {
            [Threading.Thread]::CurrentThread.CurrentCulture = 'de-DE'
            ("BaseLr,MaxLr,StepSize`n0.001,0.1,10" | ConvertFrom-Csv | New-CyclicSchedule).BaseLr | Should -Be 0.001
        }
        finally { [Threading.Thread]::CurrentThread.CurrentCulture = $culture }
    }

    It 'list their corners without a model' {
        ($schedule | Get-CyclicSchedulePoint -Count 3 -Every 23).LearningRate | Should -Be 0.01, 0.1, 0.01
    }
}

Describe 'A sweep' {
    It 'trains one schedule after the other, and each history says which' {
        $schedules = foreach ($top in 0.05, 0.1) { New-CyclicSchedule 0.01 $top -StepSize 23 }
        $histories = $schedules | Start-CyclicTraining -Model mlp -Data digits -Epochs 1
        $histories.Schedule.MaxLr | Should -Be 0.05, 0.1
    }
}

Describe 'Seeds' {
    It 'give the same run again' {
        $runs = 1..2 | ForEach-Object { $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 1 -Seed 5 -Device cpu }
        $runs[0].Epochs[0].TrainLoss | Should -BeExactly $runs[1].Epochs[0].TrainLoss
    }
}
