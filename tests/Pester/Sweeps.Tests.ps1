BeforeDiscovery {
    # The skip: where no sshd is installed there is no host to send runs to; on Windows it is a service of the whole machine.
    $sshd = if (-not $IsWindows) { Get-Command sshd, /usr/sbin/sshd -ErrorAction Ignore | Select-Object -First 1 }
    $noSsh = -not ($sshd -and (Get-Command ssh, ssh-keygen -ErrorAction Ignore).Count -eq 2)
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $small = @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; MaxLr = 0.1; StepSizeEpochs = 1; Epochs = 2; Device = 'cpu' }

    function Get-Job([string] $Path, [int] $Index = 0) { (Get-Content ('{0}/{1:d3}/job.json' -f $Path, $Index) -Raw | ConvertFrom-Json).parameters }

    # Waits until a run has a checkpoint, and kills the process that trains it.
    function Stop-Trainer([string] $Run, $While) {
        while (-not (Get-ChildItem $Run/checkpoints -Filter step-* -ErrorAction Ignore) -and -not $While.IsCompleted) { Start-Sleep -Milliseconds 20 }
        (Get-Content $Run/run.owner) -match 'process (\d+)' | Should -BeTrue
        Stop-Process -Id $Matches[1] -Force
    }
}

Describe 'A sweep in a folder' {
    BeforeEach { $sweep = Join-Path (Add-Folder) sweep }

    It 'has a job for each combination and seed, which a person can read' {
        $runs = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1; Optimizer = 'Sgd', 'AdamW' } -Seed 0, 1
        $runs | Should -HaveCount 8
        $runs.Index | Should -Be (0..7)
        $runs.State | Select-Object -Unique | Should -Be Waiting
        $runs | ForEach-Object { "$($_.MaxLr) $($_.Optimizer) $($_.Seed)" } | Select-Object -Unique | Should -HaveCount 8
        $runs[0].Setting | Should -MatchExactly '^MaxLr 0\.05, Optimizer Sgd, Seed 0$'
        (Get-ChildItem $sweep).Name | Should -Be (0..7 | ForEach-Object { "00$_" })
        $job = Get-Job $sweep
        $job.Model, $job.Data, $job.BaseLr, $job.MaxLr, $job.Epochs, $job.Seed, $job.Threads | Should -Be 'mlp:8', 'digits', 0.01, 0.05, 2, 0, 1
    }

    It 'is not changed by the same line, and grows by a longer one' {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }
        $before = Get-FileHash $sweep/000/job.json, $sweep/001/job.json
        (New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }).Index | Should -Be 0, 1
        (New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.2, 0.1 }).Index | Should -Be 2, 1
        (Get-FileHash $sweep/000/job.json, $sweep/001/job.json).Hash | Should -Be $before.Hash
    }

    It 'is made once by several that make it at the same time' {
        $manifest = Get-Manifest
        $made = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            New-TrainingSweep $using:sweep -Setting $using:small -Grid @{ MaxLr = 0.05, 0.1, 0.2 } -Seed 0, 1, 2
        }
        $made | Should -HaveCount 36
        (Get-TrainingSweep $sweep).Index | Should -Be (0..8)
        Get-ChildItem $sweep -Force | Should -HaveCount 9
    }

    It 'takes rows of a table, in which an empty cell is not given' {
        $rows = 'Model,MaxLr,WeightDecay,Nesterov', 'mlp:8,0.05,,true', 'mlp:4,,0.001,' | ConvertFrom-Csv
        $runs = $rows | New-TrainingSweep $sweep -Setting $small
        $runs.Model | Should -Be 'mlp:8', 'mlp:4'
        $runs.MaxLr | Should -Be 0.05, 0.1
        $runs.WeightDecay | Should -Be $null, 0.001
        (Get-Job $sweep).Nesterov | Should -BeTrue
        (Get-Job $sweep).PSObject.Properties.Name | Should -Not -Contain WeightDecay
    }

    It 'writes values as their cmdlets take them: <Name>' -ForEach @(
        @{ Name = 'Augment'; Value = 'crop', 'Flip'; Json = '["Crop","Flip"]' }
        @{ Name = 'ResidencyBudget'; Value = '4GB'; Json = '4294967296' }
        @{ Name = 'BaseLr'; Value = 0.01, 0.02; Json = '[0.01,0.02]' }
        @{ Name = 'ClassWeight'; Value = @{ '1' = 5 }; Json = '{"1":5}' }
        @{ Name = 'Mode'; Value = 'triangular2'; Json = '"Triangular2"' }
        @{ Name = 'StepSizeUp'; Value = 46; Json = '46' }
        @{ Name = 'LabelColumn'; Value = '-1'; Json = '"-1"' }
        @{ Name = 'ExcludeBiasAndNorm'; Value = [switch] $true; Json = 'true' }
        @{ Name = 'WeightDecay'; Value = [decimal] 0.1; Json = '0.1' }
    ) {
        $setting = $small.Clone()
        if ($Name -eq 'StepSizeUp') { $setting.Remove('StepSizeEpochs') }
        if ($Name -eq 'BaseLr') { $setting.ParameterGroup = 'hidden*', '*' }
        $setting[$Name] = $Value
        $null = New-TrainingSweep $sweep -Setting $setting
        $as = $Name -eq 'StepSizeUp' ? 'StepSize' : $Name
        (Get-Job $sweep).$as | ConvertTo-Json -Compress -AsArray:($Value -is [array]) | Should -BeExactly $Json
    }

    It 'takes a whole schedule, and reads it back equal' {
        $schedule = New-OneCycleSchedule -MaxLr 0.2 -TotalSteps 46
        $runs = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; Epochs = 2 } -Grid @{ Schedule = $schedule, (New-ConstantSchedule 0.1) }
        $runs[0].Schedule | Should -BeExactly "$schedule"
        (Import-LrSchedule -Json ((Get-Job $sweep).Schedule | ConvertTo-Json)).Equals($schedule) | Should -BeTrue
    }

    It 'refuses <Id>: <Line>' -ForEach @(
        @{ Line = 'New-TrainingSweep $sweep -Setting ($small + @{ Colour = 1 })'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting ($small + @{ CheckpointPath = 1 })'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting ($small + @{ OutPath = 1 })'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = "0,1" }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = "much" }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = [double]::NaN }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ Model = { 1 } }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ Mode = "Square" }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ Schedule = 1 }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting @{ Data = "digits"; BaseLr = 0.01; MaxLr = 0.1; StepSize = 5 }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting @{ Model = "mlp"; Data = "digits"; MaxLr = 0.1; StepSize = 5 }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting @{ Model = "mlp"; Data = "digits"; BaseLr = 0.01; MaxLr = 0.1 }'; Id = 'SweepParameterInvalid' }
        @{ Line = 'New-TrainingSweep $sweep -Setting @{ Model = "mlp"; Data = "digits" } -Grid @{ Schedule = New-CyclicSchedule 0.01 0.1 -StepSize 5 -ScaleFunction { 1 } }'; Id = 'ScheduleHoldsScript' }
        @{ Line = 'Get-TrainingSweep $sweep'; Id = 'SweepNotFound' }
        @{ Line = 'Invoke-TrainingSweep $sweep'; Id = 'SweepNotFound' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,ClrModule.Commands.Sweeps.*"
        $sweep | Should -Not -Exist
    }

    It 'refuses whole what a run could not be trained with, as <Id>: <Grid>' -ForEach @(
        @{ Grid = '@{ Epochs = 2, -1 }'; Id = 'InvalidEpochs'; Says = '^The run with Epochs -1 \(2 of 2\): Epochs is -1' }
        @{ Grid = '@{ MaxLr = 0.1, 0.2; BaseLr = 0.15 }'; Id = 'BaseLrNotBelowMaxLr'; Says = 'MaxLr 0\.1\D.*\(1 of 2\)' }
        @{ Grid = '@{ Cycles = 1, 2 }'; Id = 'EpochsAndCycles'; Says = '^The run with Cycles 1 \(1 of 2\): ' }
        @{ Grid = '@{ Optimizer = "Sgd", "Lion" }'; Id = 'SweepParameterInvalid'; Says = "^The run with Optimizer Lion \(2 of 2\): .*'Lion' is not one of Sgd, Adam" }
        @{ Grid = '@{ Model = "mlp", "nosuch" }'; Id = 'ModelNotFound'; Says = '^The run with Model nosuch ' }
        @{ Grid = '@{ Model = "mlp:0" }'; Id = 'InvalidModelArguments'; Says = '^The run with Model mlp:0: ' }
        @{ Grid = '@{ BatchSize = 64, 0 }'; Id = 'InvalidBatchSize'; Says = 'BatchSize 0' }
        @{ Grid = '@{ Momentum = 0.9, 1 }'; Id = 'InvalidMomentum'; Says = 'Momentum 1 ' }
        @{ Grid = '@{ LabelSmoothing = 1 }'; Id = 'InvalidLabelSmoothing'; Says = 'LabelSmoothing 1' }
        @{ Grid = '@{ Device = "gpu" }'; Id = 'InvalidDevice'; Says = 'Device gpu' }
        @{ Grid = '@{ Threads = 0 }'; Id = 'InvalidThreads'; Says = 'Threads 0' }
        @{ Grid = '@{ Patience = 1; Schedule = New-ConstantSchedule 0.1 }'; Less = 'BaseLr', 'MaxLr', 'StepSizeEpochs'; Id = 'ScheduleHasNoCycles'; Says = 'Patience' }
        @{ Grid = '@{ Schedule = New-ConstantSchedule 0.1 }'; Less = 'MaxLr', 'StepSizeEpochs'; Id = 'SweepParameterInvalid'; Says = 'BaseLr has no effect' }
        @{ Grid = '@{ Iterations = 40, 80 }'; Id = 'SweepParameterInvalid'; Says = 'Iterations has no effect' }
        @{ Grid = '@{ Method = "Guess" }'; Less = 'MaxLr'; Id = 'SweepParameterInvalid'; Says = "'Guess' is not one of" }
        @{ Grid = '@{ TrialSteps = 3 }'; Less = 'MaxLr'; Id = 'InvalidTrialSteps'; Says = 'TrialSteps 3' }
        @{ Grid = '@{ MaxLr = (0.1, 0.2), (0.2, 0.4) }'; Id = 'GroupCountMismatch'; Says = 'MaxLr 0\.1, 0\.2 \(1 of 2\)' }
        @{ Grid = '@{ ValidationFraction = 1.5 }'; Id = 'InvalidValidationFraction'; Says = 'ValidationFraction 1\.5' }
        @{ Grid = '@{ StepSize = 5 }'; Id = 'SweepParameterInvalid'; Says = 'one of StepSizeEpochs and StepSize' }
        @{ Grid = '@{ Seed = 0, 1 } -Seed 2'; Id = 'SweepParameterInvalid'; Says = 'stand in Grid and in Seed' }
        @{ Grid = '@{ MaxLr = @() }'; Id = 'SweepParameterInvalid'; Says = 'MaxLr .* no value' }
        @{ Grid = '@{ MaxLr = $null }'; Id = 'SweepParameterInvalid'; Says = 'MaxLr .* no value' }
        @{ Grid = '@{}'; Id = 'SweepParameterInvalid'; Says = 'Grid is empty' }
        @{ Grid = '$null'; Id = 'SweepParameterInvalid'; Says = 'Grid is empty' }
        @{ Grid = '@{ MaxLr = 0.1 } -Seed @()'; Id = 'SweepParameterInvalid'; Says = 'Seed .* no value' }
        @{ Grid = '@{ MaxLr = 0.1, 0.2, "0.1" }'; Id = 'SweepParameterInvalid'; Says = '^The run with MaxLr 0\.1 \(3 of 3\): It is the same' }
        @{ Grid = '@{ StepSizeDown = 5; StepSize = 5, 6; StepSizeUp = 7 }'; Less = 'StepSizeEpochs'; Id = 'SweepParameterInvalid'; Says = 'StepSize twice' }
    ) {
        $setting = $small.Clone()
        $Less | Where-Object { $_ } | ForEach-Object { $setting.Remove($_) }
        $failure = Get-Failure "New-TrainingSweep `$sweep -Setting `$setting -Grid $Grid"
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Id,ClrModule.Commands.Sweeps.NewTrainingSweepCommand"
        "$failure" | Should -Match $Says
        $sweep | Should -Not -Exist
    }

    It 'refuses a row that gives what the grid would replace, one that is there already, and no row at all' {
        (Get-Failure '@{ MaxLr = 0.2 } | New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.1, 0.3 }').FullyQualifiedErrorId | Should -BeLike 'SweepParameterInvalid,*'
        (Get-Failure '@() | New-TrainingSweep $sweep -Setting $small').FullyQualifiedErrorId | Should -BeLike 'SweepParameterInvalid,*'
        $sweep | Should -Not -Exist
        $failed = $null
        (@{ MaxLr = 0.05 }, @{ MaxLr = 0.1 }, @{ MaxLr = 0.05 } | New-TrainingSweep $sweep -Setting $small -ErrorAction SilentlyContinue -ErrorVariable failed).MaxLr | Should -Be 0.05, 0.1
        "$($failed[-1])" | Should -Match '^The run with MaxLr 0\.05: It is the same'
    }

    It 'is made where neither the data nor the device is, nor as many processors' {
        (New-TrainingSweep $sweep -Setting $small -Grid @{ Data = './later.csv'; Device = 'cuda:7'; Threads = 500 }).State | Should -Be Waiting
    }

    It 'makes the runs of the rows that can be' {
        $rows = @{ MaxLr = 0.05 }, @{ MaxLr = 'x' }, @{ MaxLr = 0.1 }
        ($rows | New-TrainingSweep $sweep -Setting $small -ErrorAction SilentlyContinue).MaxLr | Should -Be 0.05, 0.1
    }

    It 'is only spoken of with -WhatIf' {
        New-TrainingSweep $sweep -Setting $small -WhatIf | Should -BeNullOrEmpty
        $sweep | Should -Not -Exist
    }
}

Describe 'A job that somebody else wrote' {
    It 'is refused where it is not what a job is, and the others are listed: <Json>' -ForEach @(
        @{ Json = '' }
        @{ Json = '[]' }
        @{ Json = '{ "format": "clr-schedule", "version": 1, "parameters": {} }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 2, "parameters": {} }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": [] }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1 } }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "more": 1, "parameters": { "Model": "mlp", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1, "StepSize": 5 } }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp", "Model": "cnn", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1, "StepSize": 5 } }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1, "StepSize": null } }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1, "StepSize": "five" } }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1, "StepSize": 5, "OutPath": "x" } }' }
        @{ Json = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp", "Data": "digits", "Schedule": { "version": 1, "kind": "square" } } }' }
    ) {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small
        Set-Content (New-Item $sweep/001/job.json -Force) $Json
        $runs = Get-TrainingSweep $sweep
        $runs.State | Should -Be Waiting, Failed
        $runs[1].Reason | Should -Match 'job\.json'
        (Get-Failure 'Invoke-TrainingSweep $sweep -Index 1').FullyQualifiedErrorId | Should -BeLike 'SweepJobUnreadable,*'
    }
}

Describe 'A run of a sweep' {
    BeforeEach { $sweep = Add-Folder }

    It 'by its index is the run that a person would type, and is left alone when it is done' {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }
        $run = Invoke-TrainingSweep $sweep -Index 1
        $run.Index, $run.State, $run.Status | Should -Be 1, Done, Completed
        $typed = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Device cpu -Threads 1
        $run.BestValidationAccuracy | Should -Be $typed.BestValidationAccuracy
        Get-EpochText (Import-TrainingHistory $sweep/001/history.json) | Should -BeExactly (Get-EpochText $typed)
        (Get-ChildItem $sweep/001).Name | Sort-Object | Should -Be history.json, job.json, models, run.lock, run.owner
        (Get-TrainingSweep $sweep).State | Should -Be Waiting, Done
        $written = (Get-Item $sweep/001/history.json).LastWriteTimeUtc
        (Invoke-TrainingSweep $sweep -Index 1).State | Should -Be Done
        (Get-Item $sweep/001/history.json).LastWriteTimeUtc | Should -Be $written
    }

    It 'is what a file of settings says, from the range test to the training' {
        Set-Content (Join-Path $sweep run.psd1) "@{ Model = 'mlp:8'; Data = 'digits'; Optimizer = 'AdamW'; StepSizeEpochs = 1; Epochs = 2; Iterations = 40; TrialSteps = 0; Device = 'cpu' }"
        $null = New-TrainingSweep $sweep -Setting (Import-PowerShellDataFile (Join-Path $sweep run.psd1))
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
        (Import-TrainingHistory $sweep/000/history.json).Run.Optimizer | Should -BeLike 'AdamW*'
    }

    It 'finds its bounds by a range test where it has none, once' {
        $null = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; StepSizeEpochs = 1; Epochs = 2; Iterations = 40; TrialSteps = 0; BatchSize = 128; Device = 'cpu' }
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
        $bounds = Invoke-LrRangeTest mlp:8 digits -Iterations 40 -TrialSteps 0 -BatchSize 128 -Epochs 2 -Threads 1 -Device cpu | Get-SuggestedLrBounds
        $schedule = Import-LrSchedule $sweep/000/schedule.json
        $schedule.Equals(($bounds | New-CyclicSchedule -StepSizeEpochs 1)) | Should -BeTrue
        (Import-TrainingHistory $sweep/000/history.json).Schedule.Equals($schedule) | Should -BeTrue
    }

    It 'that fails says why, does not end the others, and is tried again' {
        $data = Join-Path (Add-Folder) later.csv
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Data = $data, 'digits' }
        $failed = $null
        (Invoke-TrainingSweep $sweep -Index 0, 1 -ErrorAction SilentlyContinue -ErrorVariable failed).State | Should -Be Failed, Done
        ($failed | Where-Object FullyQualifiedErrorId -Like 'SweepRunFailed,*') | Should -HaveCount 1
        "$($failed[-1])" | Should -Match 'Run 000 \(Data .*later\.csv'
        $run = (Get-TrainingSweep $sweep)[0]
        $run.State | Should -Be Failed
        $run.Reason | Should -Match 'later\.csv'
        (Get-Content $sweep/000/error.json | ConvertFrom-Json).errorId | Should -Be DataNotFound
        Set-Content $data ('a,b,y', (1..40 | ForEach-Object { "$_,$($_ % 7),$($_ % 2 ? 'x' : 'z')" }))
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
        "$sweep/000/error.json" | Should -Not -Exist
    }

    It 'whose job is damaged is an error, and the others are trained' {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }
        Set-Content $sweep/000/job.json '{ "format": "clr-sweep-run" }'
        $failed = $null
        (Invoke-TrainingSweep $sweep -Index 0, 1 -ErrorAction SilentlyContinue -ErrorVariable failed).State | Should -Be Done
        ($failed | Where-Object FullyQualifiedErrorId -Like 'SweepJobUnreadable,*') | Should -HaveCount 1
    }

    It 'whose history is lost is trained again, and one whose history is damaged is said' {
        $null = New-TrainingSweep $sweep -Setting $small
        $first = Invoke-TrainingSweep $sweep -Index 0
        Remove-Item $sweep/000/history.json
        (Invoke-TrainingSweep $sweep -Index 0).BestValidationAccuracy | Should -Be $first.BestValidationAccuracy
        Clear-Content $sweep/000/history.json
        (Get-Failure 'Invoke-TrainingSweep $sweep -Index 0').FullyQualifiedErrorId | Should -BeLike 'SweepRunFailed,*'
    }

    It 'that another process has is left to it' {
        $null = New-TrainingSweep $sweep -Setting $small
        $held = [IO.FileStream]::new("$sweep/000/run.lock", 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            (Get-TrainingSweep $sweep).State | Should -Be Running
            (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Running
            Invoke-TrainingSweep $sweep | Should -BeNullOrEmpty
        }
        finally { $held.Dispose() }
        (Get-TrainingSweep $sweep).State | Should -Be Waiting
    }

    It 'that is stopped goes on from there, to the same end' {
        $null = New-TrainingSweep $sweep -Setting ($small + @{ CheckpointEvery = 5; Seed = 3 }) -Grid @{ Epochs = 60 }
        $stopped = Invoke-Midway "Invoke-TrainingSweep '$sweep' -Index 0"
        $stopped.Shell.InvocationStateInfo.State | Should -Be Stopped
        $run = Get-TrainingSweep $sweep
        $run.State | Should -Be Waiting
        $run.Reason | Should -MatchExactly '^goes on after \d+ steps$'
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
        $whole = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 60 -Seed 3 -Device cpu -Threads 1
        Get-EpochText (Import-TrainingHistory $sweep/000/history.json) | Should -BeExactly (Get-EpochText $whole)
    }

    It 'of a number that is not there is refused' {
        $null = New-TrainingSweep $sweep -Setting $small
        (Get-Failure 'Invoke-TrainingSweep $sweep -Index 7').FullyQualifiedErrorId | Should -BeLike 'SweepNotFound,*'
    }
}

Describe 'A sweep on this machine' -Tag Slow {
    It 'trains all that is missing, each run in a process of its own, and says at the end what failed' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Model = 'mlp:8', 'lenet', 'mlp:16' }
        $failed = $said = $null
        $runs = Invoke-TrainingSweep $sweep -ThrottleLimit 2 -ErrorAction SilentlyContinue -ErrorVariable failed -InformationVariable said
        $runs | Should -HaveCount 3
        $failed | Should -HaveCount 1
        "$($failed[0])" | Should -Match '^Run 001 \(Model lenet\) failed: '
        (Get-TrainingSweep $sweep).State | Should -Be Done, Failed, Done
        "$said" | Should -Match 'Run 002: Epoch 2 of 2'
        $table = Get-TrainingSweep $sweep | ConvertTo-Csv | ConvertFrom-Csv
        $table.Model | Should -Be 'mlp:8', 'lenet', 'mlp:16'
        $table[0].MaxLr, $table[0].State | Should -Be '0.1', 'Done'
        ($table | ConvertTo-Csv) -join '' | Should -Not -Match 'System\.|Clr[A-Z]\w+\.'
        Import-TrainingHistory $sweep/*/history.json | Export-TrainingHistory $sweep/epochs.csv
        (Import-Csv $sweep/epochs.csv).Run | Should -Be 1, 1, 2, 2
    }

    It 'loses with a process that is killed only what it had not kept' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Epochs = 50 }
        $run = Invoke-Apart "Invoke-TrainingSweep '$sweep' -ThrottleLimit 1"
        Stop-Trainer $sweep/000 $run.Running
        $null = $run.Shell.EndInvoke($run.Running)
        "$($run.Shell.Streams.Warning)" | Should -Match '(?s)The process of run 000 ended.*tried once more'
        $run.Output.State | Should -Be Done
        $whole = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 50 -Device cpu -Threads 1
        Get-EpochText (Import-TrainingHistory $sweep/000/history.json) | Should -BeExactly (Get-EpochText $whole)
    }
}

Describe 'A sweep over SSH' -Tag Slow -Skip:$noSsh {
    BeforeAll {
        # An SSH server of the test's own, on this machine alone.
        $ssh = Add-Folder
        foreach ($key in 'host', 'user') { ssh-keygen -q -t ed25519 -N '' -f $ssh/$key }
        Copy-Item $ssh/user.pub $ssh/authorized_keys
        $listener = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $dotnet = Split-Path ([IO.Path]::GetFullPath((Get-Item (Get-Command dotnet).Source).ResolvedTarget))
        # Its sessions have the folders of this one, wherever the test looks for what they leave, and not those that the account has by itself.
        $ours = Get-Item env:HOME, env:XDG_*_HOME, env:NUGET_PACKAGES, env:CLR_* -ErrorAction Ignore | ForEach-Object { "'$($_.Name)=$($_.Value)'" }
        Set-Content $ssh/sshd_config @"
Port $port
ListenAddress 127.0.0.1
HostKey $ssh/host
AuthorizedKeysFile $ssh/authorized_keys
PidFile $ssh/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
Subsystem powershell /usr/bin/env DOTNET_ROOT=$dotnet $ours $PSHOME/pwsh -sshs -NoLogo -NoProfile
"@
        # Where sshd runs as root it wants a folder for the unprivileged part of itself.
        if ((id -u) -eq 0) { $null = New-Item /run/sshd -ItemType Directory -Force }
        $server = Start-Process (Get-Command sshd, /usr/sbin/sshd -ErrorAction Ignore)[0].Source -ArgumentList '-D', '-f', $ssh/sshd_config, '-E', $ssh/log -PassThru
        $reach = @{ Port = $port; KeyFilePath = "$ssh/user"; RemoteModule = Get-Manifest; Options = @{ StrictHostKeyChecking = 'no'; UserKnownHostsFile = "$ssh/known"; LogLevel = 'ERROR' } }
        $text = ($reach.GetEnumerator() | ForEach-Object { "-$($_.Key) $($_.Value -is [hashtable] ? "@{ $(($_.Value.GetEnumerator() | ForEach-Object { "$($_.Key) = '$($_.Value)'" }) -join '; ') }" : "'$($_.Value)'")" }) -join ' '
    }

    AfterAll { if ($server) { $server.Kill() } }

    It 'trains there what the folder here asks for, and brings histories and models; a host that is not there costs nothing' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }
        $warned = $null
        $runs = Invoke-TrainingSweep $sweep -HostName 127.0.0.1, nosuchhost.invalid @reach -WarningVariable warned
        $runs.State | Should -Be Done, Done
        "$warned" | Should -Match 'nosuchhost\.invalid is given up'
        $typed = New-CyclicSchedule 0.01 0.05 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Device cpu -Threads 1
        Get-EpochText (Import-TrainingHistory $sweep/000/history.json) | Should -BeExactly (Get-EpochText $typed)
        (Test-TrainedModel $sweep/000/models/best.safetensors digits).Accuracy | Should -Be $typed.BestValidationAccuracy
        (Get-ChildItem $sweep/000 -Force).Name | Sort-Object | Should -Be history.json, job.json, models, run.lock, run.owner
    }

    It 'goes on without a host that dies in its run' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Epochs = 50 }
        $run = Invoke-Apart "Invoke-TrainingSweep '$sweep' -HostName 127.0.0.1, localhost $text"
        # On the host the run lies in a folder that is named by what it is.
        $there = Join-Path ([Environment]::GetFolderPath('LocalApplicationData')) Clr/sweeps
        do { Start-Sleep -Milliseconds 20; $job = Get-ChildItem $there/*/000/job.json -ErrorAction Ignore | Where-Object { (Get-FileHash $_).Hash -eq (Get-FileHash $sweep/000/job.json).Hash } | Sort-Object LastWriteTime | Select-Object -Last 1 } until ($job -or $run.Running.IsCompleted)
        Stop-Trainer $job.DirectoryName $run.Running
        $null = $run.Shell.EndInvoke($run.Running)
        "$($run.Shell.Streams.Warning)" | Should -Match 'is given up, and run 000 waits for another'
        $run.Output.State | Should -Be Done
        $whole = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 50 -Device cpu -Threads 1
        Get-EpochText (Import-TrainingHistory $sweep/000/history.json) | Should -BeExactly (Get-EpochText $whole)
    }

    It 'says so where no host is left' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small
        (Get-Failure 'Invoke-TrainingSweep $sweep -HostName nosuchhost.invalid').FullyQualifiedErrorId | Should -BeLike 'SweepWithoutHosts,*'
        (Get-TrainingSweep $sweep).State | Should -Be Waiting
    }
}
