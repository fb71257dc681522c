BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $small = @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; StepSizeEpochs = 1; Epochs = 2; Device = 'cpu' }
    # Two runs that are done, and one that waits.
    $trained = Join-Path (Add-Folder) sweep
    $null = New-TrainingSweep $trained -Setting $small -Grid @{ MaxLr = 0.05, 0.1, 0.2 }
    $null = Invoke-TrainingSweep $trained -Index 0, 1

    function Copy-Sweep([string] $Name = 'sweep') {
        $folder = Join-Path (Add-Folder) $Name
        Copy-Item $trained $folder -Recurse
        $folder
    }

    # What a line gives, and the errors that did not end it.
    function Get-Both([string] $Line) {
        $ErrorActionPreference = 'Continue'
        $all = @(& ([scriptblock]::Create($Line)) 2>&1)
        $failed = @($all | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        [pscustomobject]@{ Given = @($all | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] }); Failed = $failed; Ids = @($failed | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) }
    }
}

Describe 'The history of a run' {
    It 'that is not of its job passes no gate, and the others go on, by the rows and by the files: <Change>' -ForEach @(
        @{ Change = 'job edited'; Do = { $text = Get-Content $sweep/000/job.json -Raw; Set-Content $sweep/000/job.json $text.Replace('"Epochs": 2', '"Epochs": 3') }; Id = 'SweepHistoryOfAnother'; Says = 'Epochs was 2, and is 3 in job\.json' }
        @{ Change = 'history of another'; Do = { Copy-Item $sweep/001/history.json $sweep/000 }; Id = 'SweepHistoryOfAnother'; Says = 'trained\.json has another hash' }
        @{ Change = 'record gone'; Do = { Remove-Item $sweep/000/trained.json }; Id = 'SweepHistoryOfAnother'; Says = 'does not say that this run wrote it' }
        @{ Change = 'job gone'; Do = { Remove-Item $sweep/000/job.json }; Id = 'SweepJobUnreadable'; Says = 'job\.json'' is not there' }
        @{ Change = 'job damaged'; Do = { Set-Content $sweep/000/job.json '{' }; Id = 'SweepJobUnreadable'; Says = 'job\.json'' is no job' }
        @{ Change = 'history damaged'; Do = { Set-Content $sweep/000/history.json '{' }; Id = 'TrainingHistoryUnreadable'; Says = 'history\.json'' is no training history' }
    ) {
        $sweep = Copy-Sweep
        & $Do
        foreach ($line in '0, 1 | ForEach-Object { "$sweep/00$_" } | Import-TrainingHistory', 'Import-TrainingHistory $sweep/*/history.json', 'Import-TrainingHistory -LiteralPath $sweep/000/, $sweep/001', 'Get-TrainingSweep $sweep | Where-Object Index -LT 2 | Import-TrainingHistory | Assert-TrainingHistory') {
            $both = Get-Both $line
            $both.Given.Schedule.MaxLr | Should -Be 0.1 -Because $line
            $both.Ids | Should -Be $Id -Because $line
            "$($both.Failed)" | Should -Match $Says -Because $line
        }
        (Get-Failure 'Import-TrainingHistory $sweep/001 | Assert-TrainingHistory -Baseline $sweep/000/history.json').FullyQualifiedErrorId | Should -BeLike "$Id,*"
        (Get-TrainingSweep $sweep).State | Should -Be Failed, Done, Waiting
        (Get-TrainingSweep $sweep)[0].Reason | Should -Match $Says
    }

    It 'of a copied run counts nowhere a second time' {
        $sweep = Copy-Sweep
        Copy-Item $sweep/001 $sweep/003 -Recurse
        foreach ($line in 'Import-TrainingHistory $sweep/00[0134]/history.json', 'Get-TrainingSweep $sweep | Where-Object Index -NE 2 | Import-TrainingHistory') {
            $both = Get-Both $line
            $both.Given.Schedule.MaxLr | Should -Be 0.05, 0.1 -Because $line
            $both.Ids | Should -Be SweepRunTwice -Because $line
        }
        foreach ($line in 'Test-TrainedModel $sweep/003 digits', 'Import-TrainingHistory $sweep/000 | Assert-TrainingHistory -Baseline $sweep/003') {
            $failure = Get-Failure $line
            $failure.FullyQualifiedErrorId | Should -BeLike 'SweepRunTwice,*'
            "$failure" | Should -Match 'Run 003 has the job of run 001'
        }
    }

    It 'stays where the models were removed, which is said' {
        $sweep = Copy-Sweep
        Remove-Item $sweep/001/models -Recurse
        $failure = Get-Failure 'Test-TrainedModel $sweep/001 digits'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepModelGone,*'
        "$failure" | Should -Match 'the best model of this run, is gone\. Put it back, or move .*history\.json'
    }

    It 'is of its job where a batch would be more than there is: <More.Keys>' -ForEach @{ More = @{ MaxLr = 0.1 } }, @{ More = @{ MaxLr = 0.1; AccumulationSteps = 4 } }, @{ More = @{ Iterations = 60 } } {
        $sweep = Join-Path (Add-Folder) sweep
        $null = New-TrainingSweep $sweep -Setting ($small + $More + @{ BatchSize = 2000 })
        $null = Invoke-TrainingSweep $sweep -Index 0 -WarningAction Ignore
        $run = Get-TrainingSweep $sweep
        $run.Reason | Should -BeNullOrEmpty
        $run.State | Should -Be Done
        $run.BatchSize | Should -Be 2000
        ($run | Import-TrainingHistory).BatchSize | Should -Be 1438
    }

    It 'is not there yet where the run is not done, which is said as such: <_>' -ForEach 'Get-TrainingSweep $trained | Import-TrainingHistory', 'Get-TrainingSweep $trained | Test-TrainedModel -Data digits', 'Import-TrainingHistory $trained/*' {
        $both = Get-Both $_
        $both.Given | Should -HaveCount 2
        $both.Ids | Should -Be SweepRunNotDone
        "$($both.Failed)" | Should -Match "002' is not done"
    }

    It 'is read where it lies in no sweep, whatever lies beside it' {
        $folder = Add-Folder
        Set-Content $folder/job.json 'of something else'
        Copy-Item $trained/000/history.json $folder
        (Import-TrainingHistory $folder).Schedule.MaxLr | Should -Be 0.05
        (Import-TrainingHistory $folder/history.json).Schedule.MaxLr | Should -Be 0.05
    }

    It 'is what a gate compares with, by the row, the folder or the file: <_>' -ForEach '(Get-TrainingSweep $trained)[1]', '"$trained/001"', '(Get-Item $trained/001/history.json)', '@("$trained/001/history.json")' {
        $history = Import-TrainingHistory $trained/001
        & ([scriptblock]::Create("`$history | Assert-TrainingHistory -Baseline $_ -Tolerance 0")) | Should -HaveCount 1
    }

    It 'is one, where a gate compares with it: <Line>' -ForEach @(
        @{ Line = '$histories[0] | Assert-TrainingHistory -Baseline $histories'; Says = '2 values were given' }
        @{ Line = '$histories[0] | Assert-TrainingHistory -Baseline @{ Path = 1 }'; Says = 'type Hashtable was given' }
        @{ Line = '$histories[0] | Assert-TrainingHistory -Baseline 5'; Says = 'type Int32 was given' }
    ) {
        $histories = Import-TrainingHistory $trained/000, $trained/001
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidBaseline,*'
        "$failure" | Should -Match $Says
    }

    It 'has numbers where a table has numbers' {
        $rows = Import-TrainingHistory $trained/000, $trained/001 | ConvertTo-Csv | ConvertFrom-Csv
        $rows.Epochs | Should -Be '2', '2'
        ($rows | Measure-Object Epochs -Sum).Sum | Should -Be 4
        # Nobody looked at cycles: that is no number of them.
        $rows.Cycles | Should -Be '', ''
    }
}

Describe 'A run' {
    It 'gives its best model to be tested' {
        $runs = Get-TrainingSweep $trained | Where-Object State -EQ Done
        ($runs | Test-TrainedModel -Data digits).Accuracy | Should -Be $runs.BestValidationAccuracy
    }

    It 'gives its checkpoints, under its own name' {
        $sweep = Copy-Sweep
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Device cpu -CheckpointPath $sweep/002/checkpoints
        $list = Get-TrainingSweep $sweep | Where-Object State -EQ Waiting | Get-TrainingCheckpoint
        $list.Run | Select-Object -Unique | Should -Be '002'
        $list.Epoch | Should -Be 1, 2
    }

    It 'that diverged is no result: it has no figures, and is not trained again' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting ($small + @{ CheckpointEvery = 0 }) -Grid @{ MaxLr = 0.1, 1e30 }
        (Invoke-TrainingSweep $sweep -Index 0, 1).State | Should -Be Done, Diverged
        $runs = Get-TrainingSweep $sweep
        $runs[1].State, $runs[1].Status | Should -Be Diverged, Diverged
        $runs[1].Reason | Should -Not -BeNullOrEmpty
        $runs[1].BestEpoch, $runs[1].BestValidationAccuracy, $runs[1].BestValidationLoss | Should -Be $null, $null, $null
        ($runs | Sort-Object BestValidationAccuracy | Select-Object -Last 1).Index | Should -Be 0
        ($runs | ConvertTo-Screen) | Should -Match '(?m)^ *001 +Diverged '
        $written = (Get-Item $sweep/001/history.json).LastWriteTimeUtc
        Invoke-TrainingSweep $sweep | Should -BeNullOrEmpty
        (Invoke-TrainingSweep $sweep -Index 1).State | Should -Be Diverged
        (Get-Item $sweep/001/history.json).LastWriteTimeUtc | Should -Be $written
        (Get-Failure 'Import-TrainingHistory $sweep/001 | Assert-TrainingHistory').FullyQualifiedErrorId | Should -BeLike 'TrainingGate,*'
    }

    It 'that another process has is said to be left to it, with who has it and what to do: <_>' -ForEach 'Invoke-TrainingSweep $sweep -Index 2', 'Invoke-TrainingSweep $sweep' {
        $sweep = Copy-Sweep
        Set-Content $sweep/002/run.owner 'process 12 on far since yesterday' -NoNewline
        $held = [IO.FileStream]::new("$sweep/002/run.lock", 'OpenOrCreate', 'ReadWrite', 'None')
        try { $null = . ([scriptblock]::Create("$_ -WarningVariable warned")) }
        finally { $held.Dispose() }
        $warned | Should -HaveCount 1
        "$warned" | Should -Match '^Run 002 is left to the process that has it \(process 12 on far since yesterday\).*end that process'
    }

    It 'whose job names a device that is not here has failed, with a remedy that helps: <_>' -ForEach '', '-Device cpu' {
        $sweep = Add-Folder
        $setting = $small.Clone()
        $setting.Device = 'cuda:99'
        $null = New-TrainingSweep $sweep -Setting $setting -Grid @{ MaxLr = 0.1 }
        $null = Get-Failure "Invoke-TrainingSweep `$sweep -Index 0 $_"
        $run = Get-TrainingSweep $sweep
        $run.State | Should -Be Failed
        $run.Reason | Should -Match "^Device 'cuda:99' is not here: .*The run's job names it.*write another one in '.*job\.json'\.$"
        (Get-Content $sweep/000/job.json -Raw).Replace('cuda:99', 'cpu') | Set-Content $sweep/000/job.json
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
    }

    It 'is not tested with the model of another run' {
        $sweep = Copy-Sweep
        (Test-TrainedModel $sweep/000 digits).Accuracy | Should -Be (Get-TrainingSweep $sweep)[0].BestValidationAccuracy
        Copy-Item $sweep/001/models/best.safetensors $sweep/000/models -Force
        $failure = Get-Failure 'Test-TrainedModel $sweep/000 digits'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepModelOfAnother,*'
        "$failure" | Should -Match '000.models.best\.safetensors'
        (Test-TrainedModel $sweep/001 digits).Accuracy | Should -Be (Get-TrainingSweep $sweep)[1].BestValidationAccuracy
    }

    It 'is held against what its history says itself, also where both records of its job were changed: <Name>' -ForEach @(
        @{ Name = 'MaxLr'; To = 0.07 }
        @{ Name = 'Epochs'; To = 5 }
        @{ Name = 'Seed'; To = 9 }
        @{ Name = 'CycleMomentum'; To = $false }
    ) {
        $sweep = Copy-Sweep
        (Get-TrainingSweep $sweep)[0].State | Should -Be Done
        foreach ($file in 'job.json', 'trained.json') {
            $text = Get-Content $sweep/000/$file -Raw | ConvertFrom-Json -AsHashtable
            $text.parameters[$Name] = $To
            $text | ConvertTo-Json -Depth 9 | Set-Content $sweep/000/$file
        }
        $failure = Get-Failure 'Import-TrainingHistory $sweep/000'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepHistoryOfAnother,*'
        "$failure" | Should -Match "$Name is .* in the history itself"
        (Get-TrainingSweep $sweep)[0].State | Should -Be Failed
    }

    It 'keeps what was set aside of its checkpoints when it is done' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.1 }
        $aside = 'refused-step-000000004', 'refused-cycle-0001.safetensors'
        $null = New-Item $sweep/000/checkpoints/$($aside[0])/kept, $sweep/000/checkpoints/$($aside[1]) -Force
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
        (Get-ChildItem $sweep/000/checkpoints).Name | Sort-Object | Should -Be ($aside | Sort-Object)
        "$sweep/000/checkpoints/$($aside[0])/kept" | Should -Exist
        (Get-TrainingSweep $sweep).State | Should -Be Done
    }

    It 'that is not there is said to be so, and not to have the wrong name: <_>' -ForEach 'Import-TrainingHistory $sweep/099', 'Import-TrainingHistory $sweep/none.csv', 'Import-TrainingHistory $trained/001 | Assert-TrainingHistory -Baseline $sweep/099' {
        $sweep = Add-Folder
        $failure = Get-Failure $_
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        "$failure" | Should -Match ' is not there; give the \.json file of a history, or the folder of a sweep''s run\.$'
    }

    It 'on a device that has no such name, or is not here, is refused, and has not failed: <Device>' -ForEach @{ Device = 'gpu'; Id = 'InvalidDevice' }, @{ Device = 'cuda:99'; Id = 'DeviceNotFound' } {
        $sweep = Add-Folder
        $setting = $small.Clone()
        $setting.Remove('Device')
        $null = New-TrainingSweep $sweep -Setting $setting -Grid @{ MaxLr = 0.1 }
        foreach ($further in '-Index 0', '') { (Get-Failure "Invoke-TrainingSweep `$sweep -Device $Device $further").FullyQualifiedErrorId | Should -BeLike "$Id,*" }
        (Get-TrainingSweep $sweep).State | Should -Be Waiting
    }
}

Describe 'A sweep of which a run is damaged' {
    It 'is not added to, since that run may be one of the new: <What>' -ForEach @(
        @{ What = 'cut off'; Do = { Set-Content $sweep/001/job.json '{' } }
        @{ What = 'gone'; Do = { Remove-Item $sweep/001/job.json } }
    ) {
        $sweep = Copy-Sweep
        & $Do
        $before = (Get-ChildItem $sweep -Force).Name
        $failure = Get-Failure 'New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1, 0.2 }'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepJobUnreadable,*'
        "$failure" | Should -Match '001.job\.json.*Nothing is added.*put its job\.json back.*or remove ''.*001'''
        (Get-ChildItem $sweep -Force).Name | Should -Be $before
        # What is there in others is found, and no folder is made of it.
        (New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.2, 0.05 }).Index | Should -Be 2, 0
        Remove-Item $sweep/001 -Recurse
        (New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1, 0.2 }).Index | Should -Be 0, 1, 2
    }

    It 'knows a job that somebody wrote otherwise' {
        $sweep = Copy-Sweep
        $text = Get-Content $sweep/001/job.json -Raw
        Set-Content $sweep/001/job.json ($text.Replace('"MaxLr": 0.1', '"maxlr": 1e-1') -replace '\s+', ' ')
        (New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.1 }).Index | Should -Be 1
    }
}

Describe 'A name with brackets' {
    It 'of a sweep is taken by -LiteralPath and down the pipeline, and not for what it matches' {
        $folder = Add-Folder
        Copy-Item $trained $folder/sw1 -Recurse
        $null = New-TrainingSweep "$folder/sw[1]" -Setting $small -Grid @{ MaxLr = 0.3 }
        (Get-ChildItem $folder).Name | Should -Be 'sw[1]', 'sw1'
        (Invoke-TrainingSweep "$folder/sw[1]").State | Should -Be Done
        (Get-TrainingSweep -LiteralPath "$folder/sw[1]").MaxLr | Should -Be 0.3
        (Get-Item -LiteralPath "$folder/sw[1]" | Get-TrainingSweep).MaxLr | Should -Be 0.3
        ("$folder/sw[1]" | Get-TrainingSweep).MaxLr | Should -Be 0.3
        (Get-TrainingSweep "$folder/sw[1]").MaxLr | Should -Be 0.05, 0.1, 0.2
        Get-TrainingSweep "$folder/sw*" | Should -HaveCount 4
        (Get-TrainingSweep -LiteralPath "$folder/sw[1]" | Import-TrainingHistory).Schedule.MaxLr | Should -Be 0.3
        (Get-TrainingSweep -LiteralPath "$folder/sw[1]" | Test-TrainedModel -Data digits) | Should -HaveCount 1
        Get-TrainingSweep -LiteralPath "$folder/sw[1]" | Remove-Item -Recurse
        Get-ChildItem -LiteralPath "$folder/sw[1]" | Should -BeNullOrEmpty
        Get-ChildItem $folder/sw1 | Should -HaveCount 3
    }

    It 'of data is trained on, and not what it matches' {
        $folder = Add-Folder
        Set-Content "$folder/d1.csv" ('a,b,y', (1..40 | ForEach-Object { "$_,$($_ % 7),$($_ % 2 ? 'x' : 'z')" }))
        Set-Content -LiteralPath "$folder/d[1].csv" ('a,b,y', (1..60 | ForEach-Object { "$_,$($_ % 5),$($_ % 2 ? 'x' : 'z')" }))
        $null = New-TrainingSweep $folder/sweep -Setting $small -Grid @{ Data = "$folder/d[1].csv"; MaxLr = 0.1 }
        $null = Invoke-TrainingSweep $folder/sweep -Index 0
        (Import-TrainingHistory $folder/sweep/000).DataIdentity | Should -Be (Import-TrainingData -LiteralPath "$folder/d[1].csv").Identity
    }

    It 'of a run does not lead Remove-Item to the checkpoints of another' {
        $folder = Add-Folder
        foreach ($name in 'run1', 'run[1]') { $null = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Device cpu -CheckpointPath "$folder/$name" }
        Get-TrainingCheckpoint -LiteralPath "$folder/run[1]" | Remove-Item -Recurse
        Get-TrainingCheckpoint $folder/run1 | Should -HaveCount 2
        Get-ChildItem -LiteralPath "$folder/run[1]" -Filter step-* | Should -BeNullOrEmpty
    }
}
