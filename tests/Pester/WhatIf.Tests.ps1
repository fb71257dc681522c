Describe 'Start-CyclicTraining -WhatIf' {
    BeforeAll {
        $model = New-TrainingModel mlp digits
        $before = @($model.parameters())[0].sum().item[float]()
        $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
    }

    It 'trains nothing and gives nothing' {
        $schedule | Start-CyclicTraining -Model $model -Data digits -Epochs 4 -WhatIf | Should -BeNullOrEmpty
        @($model.parameters())[0].sum().item[float]() | Should -BeExactly $before
    }

    It 'says what would be trained, on what, for how many steps' {
        $log = Join-Path $TestDrive transcript.txt
        $null = Start-Transcript $log
        try { $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 4 -WhatIf }
        finally { $null = Stop-Transcript }
        $text = Get-Content $log -Raw
        $text | Should -Match 'What if'
        $text | Should -Match '92 steps'
        $text | Should -Match 'mlp:256,128 on digits'
        $text | Should -Match 'no files'
    }
}
