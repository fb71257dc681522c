BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $manifest = Get-Manifest
    $history = New-CyclicSchedule 0.01 0.05 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 -Seed 3 -Device cpu
}

Describe 'Trainings in parallel' {
    It 'give the histories that they give one after the other: <_>' -ForEach 'mlp', 'cnn:16,32' {
        $model = $_
        $alone = 0.05, 0.1, 0.15 | ForEach-Object { New-CyclicSchedule 0.01 $_ -StepSize 23 | Start-CyclicTraining -Model $model -Data digits -Epochs 2 -Seed 3 -Device cpu }
        $together = 0.05, 0.1, 0.15 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            New-CyclicSchedule 0.01 $_ -StepSize 23 | Start-CyclicTraining -Model $using:model -Data digits -Epochs 2 -Seed 3 -Device cpu -WarningAction Ignore
        } | Sort-Object { $_.Schedule.MaxLr }
        $together | Should -HaveCount 3
        0..2 | ForEach-Object { Get-EpochText $together[$_] | Should -BeExactly (Get-EpochText $alone[$_]) }
    }
}

Describe 'Eight runspaces' {
    BeforeAll {
        # Data, range test, training, files, test of models and report in one; all that is said of it, to the bit.
        $work = {
            param($number, $folder, $manifest)
            $WarningPreference = $ProgressPreference = 'SilentlyContinue'
            Import-Module $manifest
            $folder = (New-Item (Join-Path $folder $number) -ItemType Directory).FullName
            $model = ('mlp:32', 'cnn:16', 'cnn:24,40', 'mlp:256,128')[$number % 4]
            $common = @{ Model = $model; Data = Import-TrainingData ('digits', 'breast-cancer')[$number -eq 4]; Device = 'cpu'; Seed = $number }
            $augment = $number -in 1, 5 ? @{ Augment = 'Crop', 'Flip' } : @{}
            $test = Invoke-LrRangeTest @common -Iterations 15 -TrialSteps 0
            $history = New-CyclicSchedule 0.01 0.1 -StepSize 5 | Start-CyclicTraining @common @augment -Epochs 1 -OutPath $folder/models
            $history | Export-TrainingHistory $folder/run.json
            $score = Test-TrainedModel $folder/models/*.safetensors $common.Data -Device cpu
            $history, $test | Export-ClrReport $folder/report.html
            @(
                $number
                $test.Points.Loss.ForEach{ $_.ToString('R', [cultureinfo]::InvariantCulture) }
                $history.Epochs | Select-Object * -ExcludeProperty Seconds | ConvertTo-Json -Compress
                (Import-TrainingHistory $folder/run.json).Epochs[0].ValidationLoss.ToString('R', [cultureinfo]::InvariantCulture)
                $score.Loss.ToString('R', [cultureinfo]::InvariantCulture)
                (Import-TrainingData digits).Identity
                (Get-Item $folder/report.html).Length -gt 10000
            ) -join ' '
        }
        $text = "$work"
        $alone = 0..7 | ForEach-Object { & $work $_ (Join-Path $TestDrive alone) $manifest }
    }

    It 'give at once what they give one after the other: round <_>' -ForEach 1..3 {
        $folder = Join-Path $TestDrive "round-$_"
        $together = 0..7 | ForEach-Object -Parallel { & ([scriptblock]::Create($using:text)) $_ $using:folder $using:manifest } -ThrottleLimit 8 | Sort-Object
        $together | Should -HaveCount 8
        $together | Should -BeExactly $alone
    }
}

Describe 'A training in a job' {
    It 'comes back with its epochs and its schedule' {
        $job = Start-Job {
            Import-Module $using:manifest
            New-CyclicSchedule 0.01 0.05 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 -Seed 3 -Device cpu -WarningAction Ignore
        }
        $received = $job | Receive-Job -Wait -AutoRemoveJob
        Get-EpochText $received | Should -BeExactly (Get-EpochText $history)
        $received.Schedule.MaxLr | Should -Be 0.05
    }
}

Describe 'A training in a thread of its own' {
    It 'has its progress, epochs and warnings in the streams of the job' {
        $job = Start-ThreadJob {
            Import-Module $using:manifest
            New-CyclicSchedule 0.01 0.05 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 3 -Device cpu
        }
        $null = Wait-Job $job
        $job.Information | Should -HaveCount 3
        "$($job.Warning)" | Should -Match '^The run ends after 23 of the 46 steps'
        $job.Progress[0].StatusDescription | Should -Match 'rate .*steps/s'
        ($job | Receive-Job -AutoRemoveJob -Wait).Epochs | Should -HaveCount 3
    }
}

Describe 'A history that comes from another process' {
    BeforeAll { $copy = Copy-AsSaved $history }

    It 'keeps its epochs as records' {
        $copy.Epochs.Count | Should -Be 2
        $copy.Epochs[0].Epoch | Should -Be 1
        $copy.Epochs.ValidationLoss | Should -Be $history.Epochs.ValidationLoss
    }

    It 'keeps its schedule' { $copy.Schedule.MaxLr | Should -Be 0.05 }

    It 'keeps its best epoch' {
        $copy.BestEpoch.Epoch | Should -Be $history.BestEpoch.Epoch
        $copy.BestEpoch.ValidationLoss | Should -BeGreaterThan 0
    }

    It 'sorts as a live one does' { ($copy, $copy | Sort-Object BestValidationAccuracy).Count | Should -Be 2 }
}

Describe 'A range test that comes from another process' {
    It 'keeps its points and its options' {
        $copy = Copy-AsSaved (Invoke-LrRangeTest -Model mlp -Data digits -Iterations 12)
        $copy.Points.Count | Should -Be 12
        $copy.Points[0].LearningRate | Should -Be 1e-7
        $copy.Options.Iterations | Should -Be 12
    }
}

Describe 'A process that is interrupted' -Tag Slow {
    It 'by SIGINT in a training runs what stands in finally, and leaves whole checkpoints' -Skip:($IsWindows) {
        # The skip: Windows has no signal that a test could send.
        $path = Add-Folder
        $script = Join-Path (Add-Folder) train.ps1
        Set-Content $script @"
Import-Module '$($manifest.Replace("'", "''"))'
try { New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp digits -Seed 3 -Device cpu -Epochs 1000000 -CheckpointPath '$path' -CheckpointEvery 10 -InformationAction Continue }
finally { [Console]::Out.WriteLine('cleaned up') }
"@
        $start = [Diagnostics.ProcessStartInfo]::new('env')
        # A process in the background ignores SIGINT, and so does all that it starts, unless it is told otherwise.
        if ($IsLinux) { $start.ArgumentList.Add('--default-signal=INT') }
        (Join-Path $PSHOME pwsh), '-NoProfile', '-File', $script | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [Diagnostics.Process]::Start($start)
        $failure = $process.StandardError.ReadToEndAsync()
        do { $line = $process.StandardOutput.ReadLine() } until ($null -eq $line -or $line -match '^Epoch 2 of')
        $line | Should -Not -BeNullOrEmpty -Because 'the training gets to its second epoch'
        sh -c "kill -INT $($process.Id)"
        $process.StandardOutput.ReadToEnd() | Should -MatchExactly 'cleaned up'
        $process.WaitForExit()
        $failure.Result | Should -BeNullOrEmpty

        $kept = Get-ChildItem $path -Directory
        $kept | ForEach-Object { $_.Name | Should -MatchExactly '^step-\d+$' }
        $epochs = [math]::Ceiling([long] ($kept.Name | Sort-Object | Select-Object -Last 1).Substring(5) / 23) + 1
        $resumed = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp digits -Seed 3 -Device cpu -Epochs $epochs -CheckpointPath $path -Resume
        $resumed.Status | Should -Be Completed
        $resumed.Epochs[-1].Step | Should -Be ($epochs * 23)
    }
}

Describe 'A process that is asked to end while it trains' -Tag Slow -Skip:($IsWindows) {
    # The skip: Windows has no signal that a test could send.
    It 'by <signal> leaves a checkpoint, goes on with the history, begins no other run, and ends with <code>' -ForEach @(
        @{ signal = 'TERM'; code = 143 }, @{ signal = 'HUP'; code = 129 }) {
        $path = Add-Folder
        $script = Join-Path (Add-Folder) train.ps1
        Set-Content $script @"
Import-Module '$($manifest.Replace("'", "''"))'
`$schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
`$history = `$schedule | Start-CyclicTraining mlp digits -Seed 3 -Device cpu -Epochs 1000000 -CheckpointPath '$path/run' -InformationAction Continue
`$history | Export-TrainingHistory '$path/history.json'
try { `$schedule | Start-CyclicTraining mlp digits -Epochs 1; 'not reached' } finally { [Console]::Out.WriteLine('cleaned up') }
"@
        $start = [Diagnostics.ProcessStartInfo]::new('env')
        # Under nohup, which a build server may use, SIGHUP is ignored by all that is started.
        if ($IsLinux) { $start.ArgumentList.Add("--default-signal=$signal") }
        (Join-Path $PSHOME pwsh), '-NoProfile', '-File', $script | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $true
        $process = [Diagnostics.Process]::Start($start)
        do { $line = $process.StandardOutput.ReadLine() } until ($null -eq $line -or $line -match '^Epoch 2 of')
        $line | Should -Not -BeNullOrEmpty -Because 'the training gets to its second epoch'
        # The kernel and the shell each tell a process that its terminal goes.
        sh -c "kill -$signal $($process.Id); kill -$signal $($process.Id)"
        $rest = $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        $process.ExitCode | Should -Be $code
        $rest | Should -MatchExactly "SIG$signal stopped the run after \d+ of \d+ updates\. Its checkpoint is '.*step-\d+'"
        $rest | Should -MatchExactly 'cleaned up'
        $rest | Should -Not -Match 'not reached'
        $history = Import-TrainingHistory "$path/history.json"
        $history.Status | Should -Be Cancelled
        $history.Epochs.Count | Should -BeGreaterOrEqual 2
        Get-ChildItem $path/run -Directory -Filter step-* | Should -Not -BeNullOrEmpty
    }
}

Describe 'A process that is asked to end when its run has just ended' -Tag Slow -Skip:($IsWindows) {
    # The skip: Windows has no signal that a test could send.
    It 'by <signal> gives the history to what takes it, begins no other run, and ends with <code>' -ForEach @(
        @{ signal = 'TERM'; code = 143 }, @{ signal = 'HUP'; code = 129 }) {
        $folder = Add-Folder
        $script = Join-Path $folder train.ps1
        Set-Content $script @"
Import-Module '$($manifest.Replace("'", "''"))'
`$schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
`$schedule | Start-CyclicTraining mlp:8 digits -Device cpu -Epochs 1 -WarningAction Ignore |
    ForEach-Object { sh -c "kill -$signal `$PID"; Start-Sleep -Milliseconds 500; sh -c "kill -$signal `$PID"; `$_ } |
    Select-Object -First 1 |
    Export-TrainingHistory '$folder/history.json'
`$schedule | Start-CyclicTraining mlp:8 digits -Epochs 1
'not reached'
"@
        $lines = & env @(if ($IsLinux) { "--default-signal=$signal" }) (Join-Path $PSHOME pwsh) -NoProfile -File $script
        $LASTEXITCODE | Should -Be $code
        $lines | Should -BeNullOrEmpty
        (Import-TrainingHistory $folder/history.json).Status | Should -Be Completed
    }
}

Describe 'A process that is asked to end while its checkpoint cannot be written' -Tag Slow -Skip:($IsWindows) {
    # The skip: Windows has no signal that a test could send.
    It 'says both, gives the history with the reason, and ends with the code of the signal' {
        $folder = Add-Folder
        # The schedule is asked for each update, so that it knows the one amid an epoch.
        $lines = Invoke-Pwsh @"
`$schedule = New-CyclicSchedule 0.01 0.1 -StepSize 40 -ScaleMode Iterations -ScaleFunction { if (`$_ -eq 30 -and (Test-Path '$folder/run/step*')) { Remove-Item '$folder/run' -Recurse; Set-Content '$folder/run' x; sh -c "kill -TERM `$PID"; Start-Sleep -Milliseconds 500 }; 1 }
`$schedule | Start-CyclicTraining mlp:8 digits -Epochs 100 -Device cpu -CheckpointPath '$folder/run' -ErrorVariable failed -ErrorAction SilentlyContinue | Export-TrainingHistory '$folder/history.json'
"Said: `$failed"
"@
        $LASTEXITCODE | Should -Be 143
        "$lines" | Should -Match 'SIGTERM stopped the run after 31 of 2300 updates'
        "$lines" | Should -Match "Nothing of it is kept\. '.*run' could not take a checkpoint.*Said: '.*run' could not take a checkpoint"
        $history = Import-TrainingHistory $folder/history.json -AllowScript
        $history.Status, $history.Epochs.Count | Should -Be Cancelled, 1
        $history.StatusReason | Should -Match 'could not take a checkpoint'
    }
}

Describe 'The end of a run' {
    BeforeAll {
        $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
        $run = @{ Model = 'mlp:8'; Data = 'digits'; Epochs = 1 }
    }

    It 'is refused before its first step where <what>' -ForEach @(
        @{ what = 'a file has the name of the folder'; Id = 'PathIsFile'; Make = { Set-Content $args[0] x } }
        @{ what = 'a folder has the name of a model'; Id = 'FileNotWritten'; Make = { $null = New-Item (Join-Path $args[0] best.safetensors) -ItemType Directory -Force } }
        @{ what = 'a folder has the name of a snapshot'; Id = 'FileNotWritten'; Make = { $null = New-Item (Join-Path $args[0] snapshot-001.safetensors) -ItemType Directory -Force } }
        @{ what = 'another run left its models'; Id = 'TrainedModelExists'; Make = { $null = New-Item $args[0] -ItemType Directory; Set-Content (Join-Path $args[0] final.safetensors) x } }) {
        $out = Join-Path (Add-Folder) models
        & $Make $out
        $line = $null
        { $schedule | Start-CyclicTraining @run -OutPath $out -InformationVariable line } | Should -Throw -ErrorId "$Id,*"
        $line | Should -BeNullOrEmpty
    }

    It 'replaces the models of another run by -Force, and its own where it goes on' {
        $out = Add-Folder
        $null = $schedule | Start-CyclicTraining @run -OutPath $out
        $null = $schedule | Start-CyclicTraining @run -OutPath $out -Force
        $kept = Add-Folder
        $null = $schedule | Start-CyclicTraining @run -OutPath $out -CheckpointPath $kept -Force
        ($schedule | Start-CyclicTraining mlp:8 digits -Epochs 2 -OutPath $out -CheckpointPath $kept -Resume).Epochs.Count | Should -Be 2
    }

    It 'keeps the history where the models cannot be written, and says why' {
        $out = Join-Path (Add-Folder) models
        $history = $schedule | Start-CyclicTraining @run -OutPath $out -InformationAction SilentlyContinue -ErrorVariable failed -ErrorAction SilentlyContinue 6>&1 |
            ForEach-Object { if ($_ -is [Management.Automation.InformationRecord]) { Remove-Item $out; Set-Content $out x } else { $_ } }
        $history.Epochs.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'FileNotWritten,*'
    }

    It 'ends with the history so far where a checkpoint cannot be written, and goes on once it can' {
        $kept = Join-Path (Add-Folder) run
        $history = $schedule | Start-CyclicTraining mlp:8 digits -Epochs 3 -Seed 3 -Device cpu -Threads 1 -CheckpointPath $kept -InformationAction SilentlyContinue -ErrorVariable failed -ErrorAction SilentlyContinue 6>&1 |
            ForEach-Object { if ($_ -is [Management.Automation.InformationRecord]) { Remove-Item $kept -Recurse; Set-Content $kept x } else { $_ } }
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'CheckpointNotWritten,*'
        $history.Status | Should -Be Cancelled
        $history.StatusReason | Should -BeExactly $failed[0].Exception.Message
        $history.Epochs.Count | Should -BeGreaterOrEqual 1
        Remove-Item $kept
        ($schedule | Start-CyclicTraining mlp:8 digits -Epochs 3 -Seed 3 -Device cpu -Threads 1 -CheckpointPath $kept -Resume).Epochs.Count | Should -Be 3
    }

    It 'makes its folder again where somebody removed it' {
        $out = Join-Path (Add-Folder) models
        $null = $schedule | Start-CyclicTraining @run -OutPath $out 6>&1 | ForEach-Object { if ($_ -is [Management.Automation.InformationRecord]) { Remove-Item $out } }
        Join-Path $out final.safetensors | Should -Exist
    }
}
