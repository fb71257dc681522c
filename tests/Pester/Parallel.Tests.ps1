BeforeAll {
    $module = Join-Path (Get-Module ClrModule).ModuleBase ClrModule.psd1
    $tops = 0.05, 0.1
    $alone = foreach ($top in $tops) {
        New-CyclicSchedule 0.01 $top -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 -Seed 3 -Device cpu
    }
}

Describe 'Two trainings' {
    It 'give the same histories in parallel as one after the other' {
        $together = $tops | ForEach-Object -Parallel {
            Import-Module $using:module
            New-CyclicSchedule 0.01 $_ -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 -Seed 3 -Device cpu
        } | Sort-Object { $_.Schedule.MaxLr }
        for ($i = 0; $i -lt 2; $i++) {
            $together[$i].Epochs.TrainLoss | Should -BeExactly $alone[$i].Epochs.TrainLoss
        }
    }

    It 'come back from a job as objects with their epochs' {
        $job = Start-Job {
            Import-Module $using:module
            New-CyclicSchedule 0.01 0.05 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 -Seed 3 -Device cpu
        }
        $history = $job | Receive-Job -Wait -AutoRemoveJob
        $history.Epochs.TrainLoss | Should -Be $alone[0].Epochs.TrainLoss
        $history.Schedule.MaxLr | Should -Be 0.05
    }
}
