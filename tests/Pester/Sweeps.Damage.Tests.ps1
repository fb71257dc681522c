BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $small = @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; StepSizeEpochs = 1; Epochs = 2; Device = 'cpu' }
    # One run that is done, and one that waits.
    $trained = Join-Path (Add-Folder) sweep
    $null = New-TrainingSweep $trained -Setting $small -Grid @{ MaxLr = 0.1, 0.2 }
    $null = Invoke-TrainingSweep $trained -Index 0

    function Copy-Sweep {
        $folder = Join-Path (Add-Folder) sweep
        Copy-Item $trained $folder -Recurse
        $folder
    }
}

Describe 'The schedule of a run' {
    It 'is that of its range test, kept as it was when the run goes on' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; StepSizeEpochs = 1; Epochs = 1; Iterations = 60; Device = 'cpu' }
        (Invoke-TrainingSweep $sweep -Index 0 -WarningAction Ignore).State | Should -Be Done
        $kept = Get-Content $sweep/000/schedule.json -Raw
        Remove-Item $sweep/000/history.json
        (Invoke-TrainingSweep $sweep -Index 0 -WarningAction Ignore).State | Should -Be Done
        Get-Content $sweep/000/schedule.json -Raw | Should -BeExactly $kept
        # Edited, and from elsewhere.
        foreach ($other in ($kept -replace '"maxLr": [^,]+', '"maxLr": 7.5'), (New-OneCycleSchedule 0.1 -TotalSteps 9).ToJson(), '{') {
            Remove-Item $sweep/000/history.json -ErrorAction Ignore
            Set-Content $sweep/000/schedule.json $other -NoNewline
            "$(Get-Failure 'Invoke-TrainingSweep $sweep -Index 0 -WarningAction Ignore')" | Should -Match "schedule\.json' is not the schedule that the range test of this run led to, by its hash in '.*trained\.json'.*or move it away"
            "$sweep/000/history.json" | Should -Not -Exist
        }
        Remove-Item $sweep/000/schedule.json
        (Invoke-TrainingSweep $sweep -Index 0 -WarningAction Ignore).State | Should -Be Done
        (Import-TrainingHistory $sweep/000).Schedule.Equals((Import-LrSchedule -Json $kept)) | Should -BeTrue
    }

    It 'is not one that was put beside a job that names its bounds' {
        $sweep = Copy-Sweep
        New-CyclicSchedule 0.01 0.5 -StepSize 9 | Export-LrSchedule $sweep/001/schedule.json
        "$(Get-Failure 'Invoke-TrainingSweep $sweep -Index 1')" | Should -Match 'is not the schedule.*A schedule of your own is the Schedule of a job'
        (Get-TrainingSweep $sweep).State | Should -Be Done, Failed
    }
}

Describe 'A copy' {
    It 'of a run is failed, counts nowhere, and is not trained' {
        $sweep = Copy-Sweep
        Copy-Item $sweep/000 $sweep/007 -Recurse
        $rows = Get-TrainingSweep $sweep
        $rows.State | Should -Be Done, Waiting, Failed
        $rows[2].Reason | Should -Match "^Run 007 has the job of run 000, and would count twice.*Remove '.*007'"
        $rows[2].BestValidationAccuracy | Should -BeNullOrEmpty
        (Get-Failure 'Invoke-TrainingSweep $sweep -Index 7').FullyQualifiedErrorId | Should -BeLike 'SweepRunTwice,*'
    }
}

Describe 'Data' {
    It 'that was changed between the runs of a sweep is a warning that names them' {
        $folder, $sweep = (Add-Folder), (Add-Folder)
        $rows = 1..60 | ForEach-Object { "$_,$($_ % 7),$($_ % 2 ? 'x' : 'z')" }
        Set-Content $folder/d.csv ('a,b,y', $rows)
        Set-Content $folder/e.csv ('a,b,y', $rows[0..49])
        $setting = $small.Clone()
        $setting.Remove('Data')
        $null = New-TrainingSweep $sweep -Setting $setting -Grid @{ MaxLr = 0.1, 0.2; Data = "$folder/d.csv", "$folder/e.csv" } -WarningAction Ignore
        $ofTheSame = @(Get-TrainingSweep $sweep | Where-Object Data -Like '*d.csv').Index
        $null = Invoke-TrainingSweep $sweep -Index 0, 1, 2, 3 -WarningAction Ignore
        $null = Get-TrainingSweep $sweep -WarningVariable silent
        $silent | Should -BeNullOrEmpty
        Set-Content $folder/d.csv ('a,b,y', ($rows -replace '^1,', '100,'))
        Remove-Item $sweep/00$($ofTheSame[1])/history.json
        $null = Invoke-TrainingSweep $sweep -Index $ofTheSame[1] -WarningAction Ignore
        (Get-TrainingSweep $sweep -WarningVariable warned).State | Select-Object -Unique | Should -Be Done
        $warned | Should -HaveCount 1
        "$warned" | Should -Match "^The data '.*d\.csv' was changed between runs.*one in 00$($ofTheSame[0]), and another in 00$($ofTheSame[1])\."
    }
}

Describe 'Weights' {
    It 'that were changed between the runs of a sweep are a warning that names them, and bounds that were found with others are found anew' {
        $sweep, $folder = (Add-Folder), (Add-Folder)
        $weights = "$folder/start.safetensors"
        # Weights that have hardly learnt, so that a short range test finds bounds.
        $null = New-ConstantSchedule 1e-6 | Start-CyclicTraining mlp:8 digits -Epochs 1 -DestinationPath $folder -WarningAction Ignore
        Copy-Item $folder/best.safetensors $weights
        $null = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; StepSizeEpochs = 1; Epochs = 1; Iterations = 60; Device = 'cpu'; Weights = $weights } -Seed 0, 1
        $null = Invoke-TrainingSweep $sweep -Index 0, 1 -WarningAction Ignore
        $null = Get-TrainingSweep $sweep -WarningVariable silent
        $silent | Should -BeNullOrEmpty
        Copy-Item $folder/final.safetensors $weights
        Remove-Item $sweep/001/history.json
        $null = Invoke-TrainingSweep $sweep -Index 1 -WarningVariable anew -WarningAction Ignore
        "$anew" | Should -Match 'bounds of the run in .*001'' were found on other data, or other weights'
        $null = Get-TrainingSweep $sweep -WarningVariable warned -WarningAction Ignore
        "$warned" | Should -Match "^The file of weights '.*start\.safetensors' was changed between runs.*one in 000, and another in 001\."
    }
}

Describe 'A run of which something is damaged' {
    It 'says where and what helps, which does help: <File>' -ForEach @(
        @{ File = 'trained.json'; Text = "{`n  `"format`": }"; Says = 'trained\.json.* line 2, byte 13: .*Move it away, with history\.json and schedule\.json'; Helps = { Remove-Item $sweep/000/trained.json, $sweep/000/history.json } }
        @{ File = 'trained.json'; Text = '{ "format": "clr-sweep-run" }'; Says = 'trained\.json.*Move it away'; Helps = { Remove-Item $sweep/000/trained.json, $sweep/000/history.json } }
        @{ File = 'history.json'; Text = '{'; Says = 'history\.json.* line 2, byte 1: .*or move it away, and the run is trained anew'; Helps = { Remove-Item $sweep/000/history.json } }
        @{ File = 'error.json'; Text = '{'; Says = 'error\.json.* is not as it was written: start the sweep again'; Helps = { } }
    ) {
        $sweep = Copy-Sweep
        Set-Content $sweep/000/$File $Text
        if ($File -eq 'error.json') { Remove-Item $sweep/000/history.json }
        $row = (Get-TrainingSweep $sweep)[0]
        $row.State | Should -Be Failed
        $row.Reason | Should -Match $Says
        $row.Reason | Should -Not -Match 'LineNumber|BytePosition|System\.'
        & $Helps
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
    }

    It 'is not trained while a folder lies in the place of a file, or a file in that of a folder: <_>' -ForEach 'history.json', 'trained.json', 'schedule.json', 'error.json', 'job.json', 'models', 'checkpoints' {
        $sweep = Copy-Sweep
        Remove-Item $sweep/001/$_ -ErrorAction Ignore
        $null = New-Item $sweep/001/$_ -ItemType $(if ($_ -like '*.json') { 'Directory' } else { 'File' })
        (Get-TrainingSweep $sweep)[1].State | Should -Be Failed
        $failure = Get-Failure 'Invoke-TrainingSweep $sweep -Index 1'
        "$failure" | Should -Match "001.$([regex]::Escape($_))'"
        "$sweep/001/models/*" | Should -Not -Exist
    }

    It 'goes on from the newest checkpoint that is good, and says so' {
        $sweep = Copy-Sweep
        $null = New-CyclicSchedule 0.01 0.2 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Device cpu -Threads 1 -CheckpointPath $sweep/001/checkpoints
        (Get-TrainingSweep $sweep)[1].Reason | Should -Be 'goes on after 46 steps'
        Set-Content $sweep/001/checkpoints/step-000000046/model.safetensors 'cut'
        (Get-TrainingSweep $sweep)[1].Reason | Should -Be 'goes on after 23 steps'
        Set-Content $sweep/001/checkpoints/step-000000023/state.json '{'
        (Get-TrainingSweep $sweep)[1].Reason | Should -Match '^cannot go on: .*step-000000046.* is damaged: model'
    }

    It 'does not go on with another job, and says what to move away' {
        $sweep = Copy-Sweep
        $null = New-CyclicSchedule 0.01 0.2 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Seed 5 -Device cpu -Threads 1 -CheckpointPath $sweep/001/checkpoints
        "$(Get-Failure 'Invoke-TrainingSweep $sweep -Index 1')" | Should -Match 'is of another run: .*put job\.json back as it was when the run began, or move .*checkpoints'' away'
        Move-Item $sweep/001/checkpoints $sweep/001/aside
        $null = Invoke-TrainingSweep $sweep -Index 1
        (Get-TrainingSweep $sweep)[1].State | Should -Be Done
    }

    It 'that goes on in another process says how far it is' {
        $sweep = Copy-Sweep
        $null = New-Item $sweep/001/checkpoints/step-000000023 -ItemType Directory
        Set-Content $sweep/001/run.owner 'process 12 on far since yesterday' -NoNewline
        $held = [IO.FileStream]::new("$sweep/001/run.lock", 'OpenOrCreate', 'ReadWrite', 'None')
        try { $row = (Get-TrainingSweep $sweep)[1] }
        finally { $held.Dispose() }
        $row.State | Should -Be Running
        $row.Reason | Should -Be 'process 12 on far since yesterday, 23 steps so far'
    }
}

Describe 'What a run does not have' {
    It 'is said: checkpoints of one that is done, or has not begun' {
        "$(Get-Failure 'Get-TrainingCheckpoint $trained/000')" | Should -Match 'holds no checkpoints: the run is done, and its checkpoints were removed'
        "$(Get-Failure 'Get-TrainingCheckpoint $trained/001')" | Should -Match 'holds no checkpoints: the run has written none yet'
    }

    It 'is said: the best model of one that diverged at once' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 1e30 }
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Diverged
        $failure = Get-Failure 'Get-TrainingSweep $sweep | Test-TrainedModel -Data digits'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepRunWithoutModel,*'
        "$failure" | Should -Match 'is Diverged, and no epoch of it ended with a finite loss'
    }

    It 'is another sweep: <_>' -ForEach '000', '001/models/further' {
        $failure = Get-Failure "New-TrainingSweep `$trained/$_ -Setting `$small -Grid @{ MaxLr = 0.3 }"
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepInRun,*'
        "$failure" | Should -Match "the folder of another sweep's run"
    }
}

Describe 'A row that comes from a job' {
    It 'is a baseline as it was' {
        $row = Get-TrainingSweep $trained | Where-Object State -EQ Done
        $copy = Copy-AsSavedElsewhere $row
        $copy | Should -Not -BeOfType $row.GetType()
        Import-TrainingHistory $trained/000 | Assert-TrainingHistory -Baseline $copy -Tolerance 0 | Should -HaveCount 1
    }
}
