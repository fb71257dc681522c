BeforeDiscovery {
    # The skip: where no sshd is installed there is no host to send runs to; on Windows it is a service of the whole machine.
    $sshd = if (-not $IsWindows) { Get-Command sshd, /usr/sbin/sshd -ErrorAction Ignore | Select-Object -First 1 }
    $noSsh = -not ($sshd -and (Get-Command ssh, ssh-keygen -ErrorAction Ignore).Count -eq 2)
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $small = @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; MaxLr = 0.1; StepSizeEpochs = 1; Epochs = 2; Device = 'cpu' }

    # Waits until a run has a checkpoint, and kills the process that trains it.
    function Stop-Trainer([string] $Run, $While) {
        while (-not (Get-ChildItem $Run/checkpoints -Filter step-* -ErrorAction Ignore) -and -not $While.IsCompleted) { Start-Sleep -Milliseconds 20 }
        (Get-Content $Run/run.owner) -match 'process (\d+)' | Should -BeTrue
        Stop-Process -Id $Matches[1] -Force
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
        (Get-ChildItem $sweep/001).Name | Sort-Object | Should -Be history.json, job.json, models, run.lock, run.owner, trained.json
        (Get-TrainingSweep $sweep).State | Should -Be Waiting, Done
        $written = (Get-Item $sweep/001/history.json).LastWriteTimeUtc
        (Invoke-TrainingSweep $sweep -Index 1).State | Should -Be Done
        (Get-Item $sweep/001/history.json).LastWriteTimeUtc | Should -Be $written
    }

    It 'warns, remarks and tells of its epochs through the cmdlet, whose own parameters decide what of it is shown' {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Epochs = 3, 5, 7, 9 }
        $warned = $told = $null
        $null = Invoke-TrainingSweep $sweep -Index 0 -WarningVariable warned -InformationVariable told
        "$warned" | Should -Match '^The run ends after 23 of the 46 steps of a cycle'
        $told | Should -HaveCount 3
        $said = Invoke-TrainingSweep $sweep -Index 1 -Verbose *>&1
        $said | ForEach-Object { $_.GetType().Name } | Select-Object -Unique | Sort-Object | Should -Be InformationRecord, TrainingSweepRun, VerboseRecord, WarningRecord
        @($said | Where-Object { $_ -is [Management.Automation.WarningRecord] }) | Should -HaveCount 1
        # A runspace of its own shows what went to the host past the cmdlet, and what a user sees by default.
        $quiet = Invoke-Apart "Invoke-TrainingSweep '$sweep' -Index 2 -WarningAction SilentlyContinue -InformationAction Ignore -ProgressAction SilentlyContinue"
        $usual = Invoke-Apart "Invoke-TrainingSweep '$sweep' -Index 3"
        $quiet, $usual | ForEach-Object { $null = $_.Shell.EndInvoke($_.Running) }
        $quiet.Output.State, $usual.Output.State | Should -Be Done, Done
        'Warning', 'Information', 'Verbose', 'Progress' | ForEach-Object { $quiet.Shell.Streams.$_.Count } | Should -Be 0, 0, 0, 0
        'Warning', 'Information', 'Verbose' | ForEach-Object { $usual.Shell.Streams.$_.Count } | Should -Be 1, 9, 0
        $usual.Shell.Streams.Progress.Count | Should -BeGreaterThan 0
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

    It 'does not count the history of another job as its own, and says what differs: <Says>' -ForEach @(
        @{ Change = { $text = Get-Content $sweep/000/job.json -Raw; Set-Content $sweep/000/job.json $text.Replace('"Epochs": 2', '"Epochs": 3') }; Says = 'Epochs was 2, and is 3 in job\.json' }
        @{ Change = { Copy-Item $sweep/001/history.json $sweep/000 }; Says = 'copied from another run or changed, since trained\.json has another hash' }
        @{ Change = { Remove-Item $sweep/000/trained.json }; Says = 'trained\.json does not say that this run wrote it' }
    ) {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }
        $null = Invoke-TrainingSweep $sweep -Index 0, 1
        & $Change
        $runs = Get-TrainingSweep $sweep
        $runs.State | Should -Be Failed, Done
        $runs[0].Reason | Should -Match $Says
        $runs[0].BestValidationAccuracy | Should -BeNullOrEmpty
        $written = Get-FileHash $sweep/000/history.json
        $failure = Get-Failure 'Invoke-TrainingSweep $sweep'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepHistoryOfAnother,*'
        "$failure" | Should -Match $Says
        (Get-FileHash $sweep/000/history.json).Hash | Should -Be $written.Hash
        Remove-Item $sweep/000/history.json
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
    }

    It 'that is edited finds its bounds anew' {
        $null = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; StepSizeEpochs = 1; Epochs = 2; Iterations = 40; TrialSteps = 0; Device = 'cpu' }
        $null = Invoke-TrainingSweep $sweep -Index 0
        $before = Import-LrSchedule $sweep/000/schedule.json
        $text = Get-Content $sweep/000/job.json -Raw
        Set-Content $sweep/000/job.json $text.Replace('"StepSizeEpochs": 1', '"StepSizeEpochs": 2')
        Remove-Item $sweep/000/history.json
        (Invoke-TrainingSweep $sweep -Index 0).State | Should -Be Done
        (Import-LrSchedule $sweep/000/schedule.json).StepSizeUp | Should -Be (2 * $before.StepSizeUp)
    }

    It 'of several data sets at once is refused by name, also where the wildcards are in its file' {
        $folder = Add-Folder
        'a', 'b' | ForEach-Object { Set-Content $folder/$_.csv ('a,b,y', (1..40 | ForEach-Object { "$($_ % 3),$($_ % 7),$($_ % 2 ? 'x' : 'z')" })) }
        "$(Get-Failure 'New-TrainingSweep $sweep -Setting $small -Grid @{ Data = "$folder/*.csv" }')" | Should -Match 'has wildcards, and a run has one data set'
        (New-TrainingSweep $sweep -Setting $small -Grid @{ Data = Get-Item $folder/*.csv }).Data | Should -Be (Get-Item $folder/*.csv).FullName
        $text = Get-Content $sweep/000/job.json -Raw
        Set-Content $sweep/000/job.json $text.Replace('a.csv', '*.csv')
        (Get-Failure 'Invoke-TrainingSweep $sweep -Index 0').FullyQualifiedErrorId | Should -BeLike 'SweepRunFailed,*'
        (Get-TrainingSweep $sweep)[0].Reason | Should -Match 'several data sets match'
    }

    It 'gives its history down the pipeline, to a gate' {
        $null = New-TrainingSweep $sweep -Setting $small
        $null = Invoke-TrainingSweep $sweep -Index 0
        (Get-TrainingSweep $sweep | Import-TrainingHistory | Assert-TrainingHistory -MinimumAccuracy 50).Epochs.Count | Should -Be 2
    }

    It 'in a folder that is not named by a number is said to be left out' {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.05, 0.1 }
        Rename-Item $sweep/001 1
        $warned = $null
        (Get-TrainingSweep $sweep -WarningVariable warned).Index | Should -Be 0
        "$warned" | Should -Match "1' holds a job\.json, and is left out"
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

    It 'whose checkpoint cannot be written is no run that was only stopped: its error is kept' {
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Epochs = 5000 }
        $kept = "$sweep/000/checkpoints"
        $run = Invoke-Apart "Invoke-TrainingSweep '$sweep' -Index 0"
        while (-not (Get-ChildItem $kept/step-* -ErrorAction Ignore) -and -not $run.Running.IsCompleted) { Start-Sleep -Milliseconds 10 }
        # The run may make its folder anew between the two.
        while (-not (Test-Path $kept -PathType Leaf)) { try { Move-Item $kept "$sweep/$(New-Guid)"; Set-Content $kept x } catch { $null = $_ } }
        $null = try { $run.Shell.EndInvoke($run.Running) } catch { $_ }
        (Get-TrainingSweep $sweep).State | Should -Be Failed
        (Get-TrainingSweep $sweep).Reason | Should -Match 'could not take a checkpoint'
        (Get-Content $sweep/000/error.json | ConvertFrom-Json).errorId | Should -Be CheckpointNotWritten
    }

    It 'of what is no row is refused: <_>' -ForEach '$null', '5', '@{}', "'text'", '(Get-Date)' {
        { Invoke-Expression "$_ | New-TrainingSweep '$(Add-Folder)/none' -Setting @{ Model = 'mlp:8'; Data = 'iris'; BaseLr = 0.01; MaxLr = 0.1; StepSize = 8; Epochs = 1 } -ErrorAction Stop" } |
            Should -Throw -ErrorId 'SweepParameterInvalid,*'
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
        "$($run.Shell.Streams.Warning)" | Should -Match '(?s)The process of run 000 ended: process \d+ is gone.*tried once more'
        $run.Output.State | Should -Be Done
        $whole = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 50 -Device cpu -Threads 1
        Get-EpochText (Import-TrainingHistory $sweep/000/history.json) | Should -BeExactly (Get-EpochText $whole)
    }

    It 'is ended by a signal, which is named as it is, with its code and a checkpoint' -Skip:($IsWindows) {
        # The skip: Windows has no signal that a test could send.
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Epochs = 1000000 }
        $script = Join-Path (Add-Folder) sweep.ps1
        Set-Content $script "Import-Module '$((Get-Manifest).Replace("'", "''"))'; Invoke-TrainingSweep '$sweep' -ThrottleLimit 1; [Console]::Out.WriteLine('went on')"
        $start = [Diagnostics.ProcessStartInfo]::new((Join-Path $PSHOME pwsh))
        '-NoProfile', '-File', $script | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $true
        $process = [Diagnostics.Process]::Start($start)
        $text = $process.StandardOutput.ReadToEndAsync()
        while (-not (Get-ChildItem $sweep/000/checkpoints -Filter step-* -ErrorAction Ignore) -and -not $process.HasExited) { Start-Sleep -Milliseconds 20 }
        sh -c "kill -TERM $($process.Id)"
        $process.WaitForExit()
        $process.ExitCode | Should -Be 143
        $text.Result | Should -Match '(?s)SIGTERM stopped the sweep after 0 of 1 run: the same line goes on.*went on'
        $text.Result | Should -Not -Match 'Ctrl'
        (Get-TrainingSweep $sweep).Reason | Should -MatchExactly '^goes on after \d+ steps$'
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
        "$warned" | Should -Match "nosuchhost\.invalid is given up.*'ssh -p $port -i \S+ nosuchhost\.invalid' says why: a name that does not resolve"
        $typed = New-CyclicSchedule 0.01 0.05 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 2 -Device cpu -Threads 1
        Get-EpochText (Import-TrainingHistory $sweep/000/history.json) | Should -BeExactly (Get-EpochText $typed)
        (Test-TrainedModel $sweep/000/models/best.safetensors digits).Accuracy | Should -Be $typed.BestValidationAccuracy
        (Get-ChildItem $sweep/000 -Force).Name | Sort-Object | Should -Be history.json, job.json, models, run.lock, run.owner, trained.json
    }

    It 'brings the schedule that a range test led to there, under which the run goes on here' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; StepSizeEpochs = 1; Epochs = 1; Iterations = 60; Device = 'cpu' } -Seed 0
        (Invoke-TrainingSweep $sweep -HostName 127.0.0.1 @reach -WarningAction Ignore).State | Should -Be Done
        $found = (Import-TrainingHistory $sweep/000).Schedule
        Remove-Item $sweep/000/history.json
        (Invoke-TrainingSweep $sweep -Index 0 -WarningAction Ignore).State | Should -Be Done
        (Import-TrainingHistory $sweep/000).Schedule.Equals($found) | Should -BeTrue
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
