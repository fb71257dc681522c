BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 46
    $common = @{ Model = 'mlp:16'; Data = 'digits'; Device = 'cpu' }
}

Describe 'A training that goes on' {
    BeforeAll {
        $history = $schedule | Start-CyclicTraining @common -Epochs 2 -InformationVariable said
        $run = Invoke-Apart '[cultureinfo]::CurrentCulture = "de-DE"; New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining mlp:16 digits -Device cpu -Epochs 2'
        $null = $run.Shell.EndInvoke($run.Running)
        $progress = $run.Shell.Streams.Progress
    }

    It 'says each epoch in a line' {
        $said | Should -HaveCount 2
        "$($said[0])" | Should -MatchExactly '^Epoch 1 of 2: rate 0\.\d+, loss [\d.]+, validation loss [\d.]+, accuracy [\d.]+ %, [\d.]+ s, [\d.,]+ steps/s$'
        $second = $history.Epochs[1]
        "$($said[1])".Contains([string]::Format([cultureinfo]::InvariantCulture, 'Epoch 2 of 2: rate {0:G4}, loss {1:G4},', $second.LearningRate, $second.TrainLoss)) | Should -BeTrue -Because $said[1]
    }

    It 'shows its rate, loss and pace, with a point in any language, and the time that remains' {
        $progress[0].StatusDescription | Should -MatchExactly '^step \d+ of 46, rate [\d.]+, loss [\d.]+, [\d.,]+ steps/s$'
        $progress[0].SecondsRemaining | Should -BeGreaterOrEqual 0
    }

    It 'takes its progress away at the end' { $progress[-1].RecordType | Should -Be Completed }
}

Describe 'A range test that goes on' {
    It 'takes its progress away at the end' {
        $run = Invoke-Apart 'Invoke-LrRangeTest -Model mlp -Data digits -Iterations 20'
        $null = $run.Shell.EndInvoke($run.Running)
        $run.Shell.Streams.Progress[-1].RecordType | Should -Be Completed
    }
}

Describe 'What would be trained' {
    BeforeAll {
        # -WhatIf speaks to the host alone; a transcript hears it.
        function Get-WhatIf([hashtable] $Options) {
            $log = Join-Path $TestDrive "$(New-Guid).txt"
            $null = Start-Transcript $log
            try { $given = $schedule | Start-CyclicTraining @Options -Device cpu -WhatIf }
            finally { $null = Stop-Transcript }
            $given | Should -BeNullOrEmpty
            (Get-Content $log -Raw) -replace '\r?\n', ' '
        }
    }

    It 'is said: on what, for how many steps, with which files' {
        $text = Get-WhatIf @{ Model = 'mlp'; Data = 'digits'; Epochs = 4 }
        $text | Should -MatchExactly 'What if'
        foreach ($part in 'mlp:256,128 on digits (1,438 samples to learn from, 359 to validate on)',
            'Train 4 epochs of 23 steps (92 steps) under Triangular 0.01 to 0.1, cycle of 92 steps, on cpu; no files are written') {
            $text.Contains($part) | Should -BeTrue -Because $text
        }
    }

    It 'names the folder of TensorBoard events, which is not made' {
        $folder = Add-Folder
        (Get-WhatIf @{ Model = 'mlp:16'; Data = 'digits'; Epochs = 1; TensorBoardPath = "$folder/runs" }).Contains("TensorBoard events are written to '$folder") | Should -BeTrue
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'trains nothing and writes nothing' {
        $folder = Add-Folder
        $model = New-TrainingModel mlp:16 digits
        $before = Get-WeightText $model
        $schedule | Start-CyclicTraining $model digits -Epochs 4 -CheckpointPath $folder/run -WhatIf | Should -BeNullOrEmpty
        Get-WeightText $model | Should -BeExactly $before
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'is asked with -Confirm: one that is declined is not trained, and the next one is' {
        $output = Invoke-Pwsh -Typed n, y '
            $histories = (New-CyclicSchedule 0.01 0.1 -StepSize 46), (New-CyclicSchedule 0.01 0.1 -StepSize 46 -Mode ExpRange) | Start-CyclicTraining mlp:16 digits -Epochs 1 -Confirm
            "trained: $($histories.Schedule.Mode)"'
        $output[-1] | Should -BeExactly 'trained: ExpRange'
    }
}

Describe 'TensorBoard events' {
    It 'are a file for each run, in a folder that is made' {
        $path = Join-Path (Add-Folder) runs first
        1..2 | ForEach-Object { $null = $schedule | Start-CyclicTraining @common -Epochs 1 -TensorBoardPath $path }
        $files = Get-ChildItem $path
        $files | Should -HaveCount 2
        foreach ($file in $files) {
            $file.Name | Should -MatchExactly '^events\.out\.tfevents\.\d{10}\..+\.\d+\.\d+$'
            $file.Length | Should -BeGreaterThan (23 * 60)
        }
    }

    It 'that cannot be written are named before anything is trained' {
        Set-Content $TestDrive/file 'in the way'
        (Get-Failure '$schedule | Start-CyclicTraining @common -Epochs 1 -TensorBoardPath $TestDrive/file -InformationVariable script:said').FullyQualifiedErrorId |
            Should -BeExactly 'PathIsFile,ClrModule.Commands.Training.StartCyclicTrainingCommand'
        $script:said | Should -BeNullOrEmpty
    }

    It 'of several runs are refused in one folder' {
        (Get-Failure '$schedule, (New-CyclicSchedule 0.01 0.2 -StepSize 46) | Start-CyclicTraining @common -Epochs 1 -TensorBoardPath $TestDrive/runs').FullyQualifiedErrorId |
            Should -BeExactly 'TensorBoardPathOfSeveralRuns,ClrModule.Commands.Training.StartCyclicTrainingCommand'
    }
}

Describe 'Checkpoints' {
    BeforeAll {
        $exact = $common + @{ Seed = 4; Threads = 1 }
        $first = Add-Folder
        $null = $schedule | Start-CyclicTraining @exact -Epochs 1 -CheckpointPath $first
    }

    BeforeEach {
        $path = Join-Path (Add-Folder) run
        Copy-Item $first $path -Recurse
    }

    It 'take a run up so that it ends as one that was left alone' {
        $whole = $schedule | Start-CyclicTraining @exact -Epochs 4
        $resumed = $schedule | Start-CyclicTraining @exact -Epochs 4 -CheckpointPath $path -Resume
        Get-EpochText $resumed | Should -BeExactly (Get-EpochText $whole)
    }

    It 'go on without a snapshot that is damaged, and the history and the models say so' {
        $snapshots = @{ Data = 'digits'; Model = 'mlp:8'; Seed = 4; Threads = 1; Snapshots = $true }
        $short = New-CyclicSchedule 0.02 0.1 -StepSize 12
        $run = Join-Path (Add-Folder) run
        $models = Add-Folder
        $whole = $short | Start-CyclicTraining @snapshots -Epochs 4
        $null = $short | Start-CyclicTraining @snapshots -Epochs 2 -CheckpointPath $run -WarningAction Ignore
        Set-Content $run/cycle-0001.safetensors damaged
        Get-TrainingCheckpoint $run -Verify | Select-Object -Last 1 | ForEach-Object {
            $_.State | Should -Be SnapshotDamaged
            $_.Reason | Should -BeLike '*cycle-0001.safetensors*is damaged*'
        }
        $history = $short | Start-CyclicTraining @snapshots -Epochs 4 -CheckpointPath $run -Resume -OutPath $models -WarningAction SilentlyContinue -WarningVariable warnings
        "$warnings" | Should -BeLike '*The model of cycle 1 is lost: *cycle-0001.safetensors* is damaged*set aside as *refused-cycle-0001.safetensors*no snapshot is written of cycle 1.*'
        "$warnings" | Should -Not -BeLike '*Force*'
        Get-EpochText $history | Should -BeExactly (Get-EpochText $whole)
        $history.Cycles.Where{ $_.SnapshotIsLost }.Cycle | Should -Be 1
        $history.Cycles[-1].EnsembleLoss | Should -Not -Be $whole.Cycles[-1].EnsembleLoss
        (Get-ChildItem $models -Filter snapshot-*).BaseName | Should -BeExactly (2..$whole.Cycles.Count).ForEach{ 'snapshot-{0:D3}' -f $_ }
        "$run/refused-cycle-0001.safetensors" | Should -Exist
    }

    It 'of another run are not overwritten' {
        (Get-Failure '$schedule | Start-CyclicTraining @exact -Epochs 1 -CheckpointPath $path').FullyQualifiedErrorId |
            Should -BeExactly 'CheckpointFolderNotEmpty,ClrModule.Commands.Training.StartCyclicTrainingCommand'
    }

    It 'of another schedule are not gone on from' {
        (Get-Failure 'New-CyclicSchedule 0.01 0.2 -StepSize 46 | Start-CyclicTraining @exact -Epochs 2 -CheckpointPath $path -Resume').FullyQualifiedErrorId |
            Should -BeLike 'CheckpointOtherRun,*'
    }

    It 'begin anew with -Force' {
        ($schedule | Start-CyclicTraining @exact -Epochs 1 -CheckpointPath $path -Force).Status | Should -Be Completed
    }
}

Describe 'Ctrl+C' {
    It 'stops a range test without an error, and the model trains on as if there had been none' {
        $model = New-TrainingModel mlp digits
        $before = Get-WeightText $model
        $run = Invoke-Midway 'Invoke-LrRangeTest -Model $model -Data digits -StartLr 0.01 -EndLr 0.011 -Iterations 10000000 -DivergenceFactor 0' @{ model = $model }
        $run.Shell.InvocationStateInfo.State | Should -Be Stopped
        $run.Shell.Streams.Error | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        Get-WeightText $model | Should -BeExactly $before
        $alone = $schedule | Start-CyclicTraining (New-TrainingModel mlp digits) digits -Epochs 1
        Get-EpochText ($schedule | Start-CyclicTraining $model digits -Epochs 1) | Should -BeExactly (Get-EpochText $alone)
    }

    It 'stops a training, which trains no further, and the next cmdlet works' {
        $model = New-TrainingModel mlp digits
        $run = Invoke-Midway 'New-CyclicSchedule 1e-4 1e-3 -StepSize 100 | Start-CyclicTraining -Model $model -Data digits -Epochs 1000000' @{ model = $model }
        $run.Shell.InvocationStateInfo.State | Should -Be Stopped
        $run.Shell.Streams.Error | Should -BeNullOrEmpty
        $then = Get-WeightText $model
        $then | Should -Not -BeNullOrEmpty
        (Invoke-LrRangeTest -Model mlp -Data digits -Iterations 10).Model | Should -BeExactly 'mlp:256,128'
        Get-WeightText $model | Should -BeExactly $then
    }

    It 'leaves whole checkpoints, from which the training goes on' {
        $path = Add-Folder
        $train = "New-CyclicSchedule 1e-4 1e-3 -StepSize 100 | Start-CyclicTraining -Model mlp -Data digits -CheckpointPath '$path' -Resume -WarningAction Ignore"
        $run = Invoke-Midway "$train -Epochs 1000000"
        $run.Shell.InvocationStateInfo.State | Should -Be Stopped
        $run.Shell.Streams.Error | Should -BeNullOrEmpty
        $kept = Get-ChildItem $path -Directory
        $kept | ForEach-Object { $_.Name | Should -MatchExactly '^step-\d+$' }
        Get-ChildItem $path -Recurse -Filter *.safetensors | Should -Not -BeNullOrEmpty
        $epochs = [math]::Ceiling([long] ($kept.Name | Sort-Object | Select-Object -Last 1).Substring(5) / 23) + 1
        $history = & ([scriptblock]::Create("$train -Epochs $epochs"))
        $history.Status | Should -Be Completed
        $history.Epochs[-1].Step | Should -Be ($epochs * 23)
    }
}
