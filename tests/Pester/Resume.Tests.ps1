BeforeAll {
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
    $common = @{ Model = 'mlp'; Data = 'digits'; Seed = 4; Device = 'cpu'; Threads = 1; WarningAction = 'Ignore' }
}

Describe 'A run with checkpoints' {
    It 'that is taken up again ends as the run that was left alone' {
        $whole = $schedule | Start-CyclicTraining @common -Epochs 4
        $null = $schedule | Start-CyclicTraining @common -Epochs 2 -CheckpointPath $TestDrive/run
        $resumed = $schedule | Start-CyclicTraining @common -Epochs 4 -CheckpointPath $TestDrive/run -Resume
        $resumed.Epochs.TrainLoss | Should -BeExactly $whole.Epochs.TrainLoss
    }

    It 'is refused where the folder holds another run, with <Id>' -ForEach @{ Id = 'CheckpointFolderNotEmpty' } {
        $null = $schedule | Start-CyclicTraining @common -Epochs 1 -CheckpointPath $TestDrive/taken
        { $schedule | Start-CyclicTraining @common -Epochs 1 -CheckpointPath $TestDrive/taken } |
            Should -Throw -ErrorId "$Id,ClrModule.Commands.StartCyclicTrainingCommand"
    }

    It 'is refused where the schedule is another' {
        $null = $schedule | Start-CyclicTraining @common -Epochs 1 -CheckpointPath $TestDrive/other
        { New-CyclicSchedule 0.01 0.2 -StepSize 23 | Start-CyclicTraining @common -Epochs 2 -CheckpointPath $TestDrive/other -Resume } |
            Should -Throw -ErrorId 'CheckpointOtherRun,*'
    }

    It 'begins anew with -Force' {
        $null = $schedule | Start-CyclicTraining @common -Epochs 1 -CheckpointPath $TestDrive/anew
        ($schedule | Start-CyclicTraining @common -Epochs 1 -CheckpointPath $TestDrive/anew -Force).Status | Should -Be Completed
    }
}
