BeforeDiscovery {
    $samples = @(
        @{ Name = 'a schedule'; Make = { New-CyclicSchedule 0.001 0.006 -StepSize 2000 } }
        @{ Name = 'a point'; Make = { New-CyclicSchedule 0.001 0.006 -StepSize 20 | Get-CyclicSchedulePoint -Count 1 } }
        @{ Name = 'a range test'; Make = { Invoke-LrRangeTest -Model mlp -Data digits -Iterations 20 } }
        @{ Name = 'a history'; Make = { New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 1 } }
        @{ Name = 'a data set'; Make = { Import-TrainingData digits } }
        @{ Name = 'a device'; Make = { Get-TorchDevice | Select-Object -First 1 } }
    )
}

Describe 'The view of <Name>' -ForEach $samples {
    BeforeAll { $object = & $Make }

    It 'is a table of one row with at most six columns' {
        $lines = @(($object | Out-String -Width 200).Split("`n").Trim() | Where-Object { $_ })
        $lines | Should -HaveCount 3
        @($lines[1] -split '\s+') | Should -Not -BeNullOrEmpty
        (@($lines[1] -split '\s+')).Count | Should -BeLessOrEqual 6
    }

    It 'has a list with more' {
        ($object | Format-List | Out-String) | Should -Match '\w+\s+: '
    }

    It 'never dumps a list of records' {
        ($object | Format-List | Out-String) | Should -Not -Match 'EpochRecord \{|LrRangeTestPoint \{'
    }
}

Describe 'Objects that come from another process' {
    BeforeAll {
        $history = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($history))
    }

    It 'keep their epochs as records' { $copy.Epochs.ValidationLoss | Should -Be $history.Epochs.ValidationLoss }
    It 'keep their schedule' { $copy.Schedule.MaxLr | Should -Be 0.1 }
    It 'keep the best epoch' { $copy.BestEpoch.Epoch | Should -Be $history.BestEpoch.Epoch }
    It 'sort as the live ones do' { ($copy, $copy | Sort-Object BestValidationAccuracy).Count | Should -Be 2 }
    It 'are shown by the same view' { ($copy | Out-String) | Should -Be ($history | Out-String) }
}
