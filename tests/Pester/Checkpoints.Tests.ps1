BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $runs = Add-Folder
    $history = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 4 -Seed 3 -Device cpu -Threads 1 -CheckpointPath $runs/a -CheckpointKeep 4
    $file = Join-Path $runs a.txt
    Set-Content $file 'no folder'
}

Describe 'Checkpoints' {
    It 'are listed, the oldest first, with the best one marked' {
        $list = Get-TrainingCheckpoint $runs/a
        $list.Step | Should -Be 23, 46, 69, 92
        $list.Epoch | Should -Be 1, 2, 3, 4
        ($list | Where-Object IsBest).Step | Should -Be $history.BestEpoch.Step
        $list.State | Select-Object -Unique | Should -Be NotVerified
        $list.Bytes | ForEach-Object { $_ | Should -BeGreaterThan 1000 }
        ($list | ConvertTo-Csv) -join '' | Should -Not -Match 'System\.|Clr[A-Z]\w+\.'
        (Get-TrainingCheckpoint $runs/*a).Count | Should -Be 4
        (Get-Item $runs/a | Get-TrainingCheckpoint).Count | Should -Be 4
    }

    It 'that are damaged are told by -Verify: <Damage>' -ForEach @(
        @{ Damage = 'a flipped byte'; Do = { $bytes = [IO.File]::ReadAllBytes($args[0]); $bytes[-1] = $bytes[-1] -bxor 1; [IO.File]::WriteAllBytes($args[0], $bytes) } }
        @{ Damage = 'a file cut off'; Do = { [IO.File]::WriteAllBytes($args[0], [IO.File]::ReadAllBytes($args[0])[0..99]) } }
        @{ Damage = 'a file that is gone'; Do = { Remove-Item $args[0] } }
    ) {
        Copy-Item $runs/a $runs/b -Recurse
        try {
            & $Do $runs/b/step-000000046/model.safetensors
            $list = Get-TrainingCheckpoint $runs/b -Verify
            $list.State | Should -Be Good, Damaged, Good, Good
            $list[1].Reason | Should -Match 'model\.safetensors'
        }
        finally { Remove-Item $runs/b -Recurse }
    }

    It 'in whose place lies a file are damaged, and one that cannot be read is not the best' {
        Copy-Item $runs/a $runs/e -Recurse
        try {
            Set-Content $runs/e/step-000000200 'a file'
            Set-Content ("$runs/e/step-{0:d9}/state.json" -f $history.BestEpoch.Step) '{'
            $list = Get-TrainingCheckpoint $runs/e
            ($list | Where-Object State -EQ Damaged).Step | Should -Be $history.BestEpoch.Step, 200
            $list[-1].Reason | Should -Match 'is a file, and not the folder of a checkpoint'
            $list | Where-Object IsBest | Should -BeNullOrEmpty
            ($list | Where-Object Step -EQ $history.BestEpoch.Step).Reason | Should -Match 'line 2, byte 1: '
        }
        finally { Remove-Item $runs/e -Recurse }
    }

    It 'that can go are those beyond what is kept, and never the best' {
        Copy-Item $runs/a $runs/c -Recurse
        $bestStep = $history.BestEpoch.Step
        $gone = Get-TrainingCheckpoint $runs/c -Beyond 2
        $gone.Step | Should -Be (23, 46 | Where-Object { $_ -ne $bestStep })
        $gone | Remove-Item -Recurse -WhatIf
        Get-TrainingCheckpoint $runs/c | Should -HaveCount 4
        $gone | Remove-Item -Recurse
        $left = Get-TrainingCheckpoint $runs/c -Verify
        $left.Step | Should -Be (@(23, 46 | Where-Object { $_ -eq $bestStep }) + 69, 92)
        $resumed = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 5 -Seed 3 -Device cpu -Threads 1 -CheckpointPath $runs/c -Resume
        $resumed.Epochs | Should -HaveCount 5
    }

    It 'that were set aside keep their figures, however they are listed' {
        Copy-Item $runs/a $runs/f -Recurse
        Rename-Item $runs/f/step-000000046 refused-step-000000046
        Set-Content $runs/f/refused-step-000000046/model.safetensors ''
        Copy-Item $runs/f/refused-step-000000046 $runs/f/refused-step-000000069.2 -Recurse
        Set-Content $runs/f/refused-step-000000069.2/state.json ''
        foreach ($options in @{}, @{ Beyond = 1 }, @{ Verify = $true }) {
            $aside = Get-TrainingCheckpoint $runs/f @options | Where-Object State -EQ SetAside | Sort-Object Step
            $aside.Step | Should -Be 46, 69
            $aside.Epoch | Should -Be 2, $null
        }
    }

    It 'that a run removes meanwhile are left out, and are not damaged' {
        $null = New-Item $runs/g -ItemType Directory
        # Each is there for a moment, under a name that does not come back.
        $apart = Invoke-Apart {
            Copy-Item $runs/a/step-000000023 $runs/old -Recurse
            for ($step = 100; -not (Test-Path $runs/g/stop); $step++) {
                $place = '{0}/g/step-{1:d9}' -f "$runs", $step
                [IO.Directory]::Move("$runs/old", $place)
                Start-Sleep -Milliseconds 2
                [IO.Directory]::Move($place, "$runs/old")
            }
        } @{ runs = $runs }
        try {
            Copy-Item $runs/a/step-000000092 $runs/g -Recurse
            1..400 | ForEach-Object { Get-TrainingCheckpoint $runs/g -Verify } | Where-Object State -NE Good | Should -BeNullOrEmpty
        }
        finally {
            Set-Content $runs/g/stop ''
            $null = $apart.Shell.EndInvoke($apart.Running)
        }
    }

    It 'that can go leave a good one where the newest is damaged' {
        Copy-Item $runs/a $runs/d -Recurse
        $bytes = [IO.File]::ReadAllBytes("$runs/d/step-000000092/model.safetensors")
        $bytes[-1] = $bytes[-1] -bxor 1
        [IO.File]::WriteAllBytes("$runs/d/step-000000092/model.safetensors", $bytes)
        Get-TrainingCheckpoint $runs/d -Beyond 1 | Remove-Item -Recurse
        (Get-TrainingCheckpoint $runs/d -Verify | Where-Object State -EQ Good).Step | Should -Contain 69
    }

    It 'are not all listed where the number to keep has no value: <_>' -ForEach "''", "' '", '$null', '$env:CLR_NOT_SET', '@($null)', '@()' {
        (Get-Failure "Get-TrainingCheckpoint `$runs/a -Beyond $_").FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
    }

    It 'are looked for by their folder, <Id>: <Line>' -ForEach @(
        @{ Line = 'Get-TrainingCheckpoint $runs'; Id = 'CheckpointsNotFound' }
        @{ Line = 'Get-TrainingCheckpoint $runs/none'; Id = 'CheckpointsNotFound' }
        @{ Line = 'Get-TrainingCheckpoint $file'; Id = 'CheckpointsNotFound' }
        @{ Line = 'Get-TrainingCheckpoint $runs/a -Beyond 0'; Id = 'InvalidBeyond' }
    ) { (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,ClrModule.Commands.Training.GetTrainingCheckpointCommand" }
}

Describe 'A plateau of the validation loss' {
    BeforeAll {
        # So small a rate that nothing is learnt.
        $schedule = New-ConstantSchedule 1e-9
        $run = @{ Model = 'mlp:4'; Data = 'digits'; CheckpointPath = "$TestDrive/plateau"; WarningAction = 'Ignore' }
        $history = $schedule | Start-CyclicTraining @run -Epochs 4 -PlateauPatience 0 -PlateauFactor 0.5
        function Get-Rate($History) { $History.Epochs.ForEach{ [math]::Round($_.LearningRate * 1e10, 6) } }
    }

    It 'lowers the rate from an epoch on, and in the run that repeats it' {
        Get-Rate $history | Should -Be 10, 10, 5, 2.5
        Get-Rate ($history | Start-CyclicTraining -WarningAction Ignore) | Should -Be 10, 10, 5, 2.5
        $history.Command | Should -Match ' -PlateauFactor 0\.5 -PlateauPatience 0\b'
    }

    It 'is gone on with from a checkpoint, and a run that differs in it is not' {
        { $schedule | Start-CyclicTraining @run -Epochs 5 -Resume } | Should -Throw -ErrorId 'CheckpointOtherRun,*'
        Get-Rate ($schedule | Start-CyclicTraining @run -Epochs 5 -Resume -PlateauPatience 0 -PlateauFactor 0.5) | Should -Be 10, 10, 5, 2.5, 1.25
    }

    It 'needs patience for its factor' {
        { $schedule | Start-CyclicTraining mlp:4 digits -PlateauFactor 0.5 } | Should -Throw -ErrorId 'InvalidPlateauFactor,*'
    }
}

Describe 'Models and checkpoints of an earlier run, with -Force' {
    It 'stay where the run diverges before it has any to put in their place, which is said' {
        $out, $kept = (Add-Folder), (Add-Folder)
        $run = @{ Model = 'mlp:8'; Data = 'digits'; Epochs = 1; OutPath = $out; CheckpointPath = $kept }
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining @run -WarningAction Ignore
        $before = Get-ChildItem $out, $kept -Recurse -File -Include *.safetensors | Get-FileHash
        (New-ConstantSchedule 1e30 | Start-CyclicTraining @run -Force -WarningVariable said -WarningAction SilentlyContinue).Status | Should -Be Diverged
        (Get-ChildItem $out, $kept -Recurse -File -Include *.safetensors | Get-FileHash).Hash | Should -Be $before.Hash
        "$said" | Should -Match 'those of an earlier run stay as they are: .*best\.safetensors'
    }
}
