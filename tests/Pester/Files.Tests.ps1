BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $test = Invoke-LrRangeTest mlp:16 digits -Iterations 5
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
    $history = $schedule | Start-CyclicTraining mlp:16 digits -Cycles 1
}

Describe 'A schedule in a file' {
    BeforeEach {
        $folder = Add-Folder
        $path = Join-Path $folder file.json
    }

    It 'is equal when it is read' {
        $composed = New-OneCycleSchedule 0.1, 0.3 -TotalSteps 100 | Add-ScheduleWarmup 7
        $composed | Export-LrSchedule $path
        (Import-LrSchedule $path).Equals($composed) | Should -BeTrue
    }

    It 'goes on down the pipeline by its file' {
        $constant = New-ConstantSchedule 0.1
        ($constant | Export-LrSchedule $path -PassThru | Import-LrSchedule).Equals($constant) | Should -BeTrue
    }

    It 'holds one schedule, the first of several' {
        { (New-ConstantSchedule 0.2), (New-ConstantSchedule 0.3) | Export-LrSchedule "$TestDrive/several.json" -Force -ErrorAction Stop } | Should -Throw -ErrorId 'SeveralToOneFile,*'
        (Import-LrSchedule "$TestDrive/several.json").LearningRate | Should -Be 0.2
    }

    It 'is not run where it holds a script, and the way to allow it is named' {
        New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction { $env:CLR_TEST_RAN = 1; 1 } | Export-LrSchedule $path
        $failure = Get-Failure 'Import-LrSchedule $path'
        $failure.FullyQualifiedErrorId | Should -BeExactly 'ScheduleHoldsScript,ClrModule.Commands.Files.ImportLrScheduleCommand'
        $failure.Exception.Message | Should -MatchExactly '-AllowScript'
        $env:CLR_TEST_RAN | Should -BeNullOrEmpty
    }

    It 'is equal and runs its script where that is allowed' {
        $own = New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction { 1 / $_ }
        $own | Export-LrSchedule $path
        $read = Import-LrSchedule $path -AllowScript
        $read.Equals($own) | Should -BeTrue
        ($read | Get-CyclicSchedulePoint 1 -From 6).LearningRate | Should -Be 2
    }

    It 'is not written under -WhatIf' {
        $schedule | Export-LrSchedule $path -WhatIf | Should -BeNullOrEmpty
        $path | Should -Not -Exist
    }

    It 'is refused where the file is none' {
        Set-Content $path '{}'
        (Get-Failure 'Import-LrSchedule $path').FullyQualifiedErrorId | Should -BeExactly 'MissingScheduleField,ClrModule.Commands.Files.ImportLrScheduleCommand'
    }

    It 'is missed where there is no file' {
        (Get-Failure 'Import-LrSchedule $path').FullyQualifiedErrorId | Should -BeExactly 'FileNotFound,ClrModule.Commands.Files.ImportLrScheduleCommand'
    }
}

Describe 'A history in a file' {
    BeforeEach {
        $folder = Add-Folder
        $path = Join-Path $folder file.json
    }

    It 'comes back as it was, looks as it did and repeats itself' {
        $history | Export-TrainingHistory $path | Should -BeNullOrEmpty
        $read = Import-TrainingHistory $path
        $read.Epochs | Should -HaveCount $history.Epochs.Count
        for ($i = 0; $i -lt $read.Epochs.Count; $i++) { $read.Epochs[$i].Equals($history.Epochs[$i]) | Should -BeTrue }
        foreach ($property in $history.PSObject.Properties.Name -notmatch '^(Epochs|Cycles|IsImported)$') {
            [object]::Equals($read.$property, $history.$property) | Should -BeTrue -Because "$property is '$($read.$property)' and was '$($history.$property)'"
        }
        $read.IsImported | Should -BeTrue
        $read | ConvertTo-Screen | Should -BeExactly ($history | ConvertTo-Screen)
        Get-EpochText (& ([scriptblock]::Create($read.Command))) | Should -BeExactly (Get-EpochText $history)
    }

    It 'is the same file where the history came from a job' {
        $history | Export-TrainingHistory $path
        Copy-AsSaved $history | Export-TrainingHistory $folder/copy.json
        Get-Content $folder/copy.json -Raw | Should -BeExactly (Get-Content $path -Raw)
    }

    It 'replaces a <_> file with -Force alone' -ForEach csv, parquet, json {
        $taken = Join-Path $folder "run.$_"
        Set-Content $taken old -NoNewline
        (Get-Failure '$history | Export-TrainingHistory $taken').FullyQualifiedErrorId | Should -BeExactly 'FileExists,ClrModule.Commands.Files.ExportTrainingHistoryCommand'
        $history | Export-TrainingHistory $taken -WhatIf -Force | Should -BeNullOrEmpty
        Get-Content $taken -Raw | Should -BeExactly old
        ($history | Export-TrainingHistory $taken -Force -PassThru).Length | Should -BeGreaterThan 100
        Get-ChildItem $folder | Should -HaveCount 1
    }

    It 'is refused by its cause, <Id>: <Line>' -ForEach @(
        @{ Line = '$history, $history | Export-TrainingHistory $folder/run.json -Force'; Id = 'HistoriesToOneFile,ClrModule.Commands.Files.ExportTrainingHistoryCommand' }
        @{ Line = '$history | Export-TrainingHistory $folder/run.txt'; Id = 'TrainingHistoryFileType,ClrModule.Commands.Files.ExportTrainingHistoryCommand' }
        @{ Line = '$history | Export-TrainingHistory $folder/no/run.csv'; Id = 'FolderNotFound,ClrModule.Commands.Files.ExportTrainingHistoryCommand' }
        @{ Line = '$history | Export-TrainingHistory $folder/run.csv; Import-TrainingHistory $folder/run.csv'; Id = 'TrainingHistoryNotWhole,ClrModule.Commands.Files.ImportTrainingHistoryCommand' }
        @{ Line = 'Import-LrRangeTest $folder/none.json'; Id = 'FileNotFound,ClrModule.Commands.Files.ImportLrRangeTestCommand'; Says = 'is not there; give the file of a range test' }
        @{ Line = 'Import-LrSchedule $folder/none.json'; Id = 'FileNotFound,ClrModule.Commands.Files.ImportLrScheduleCommand'; Says = 'is not there; give the file of a schedule' }
        @{ Line = 'Set-Content $folder/empty.json "" -NoNewline; Import-TrainingHistory $folder/empty.json'; Id = 'TrainingHistoryUnreadable,ClrModule.Commands.Files.ImportTrainingHistoryCommand'; Says = 'valid JSON token\. Give' }
        @{ Line = 'Import-TrainingHistory $folder/none.json'; Id = 'FileNotFound,ClrModule.Commands.Files.ImportTrainingHistoryCommand' }
        @{ Line = 'Test-TrainedModel $folder/none.safetensors digits'; Id = 'FileNotFound,ClrModule.Commands.Training.TestTrainedModelCommand'; Says = 'is not there; give a file of trained weights' }
    ) {
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeExactly $Id
        "$failure" | Should -Match "$Says"
    }

    It 'without an epoch has no row in a table, which is said, and the others keep their numbers' {
        $empty = New-CyclicSchedule 0.01 1e30 -StepSize 5 -CycleMomentum $false | Start-CyclicTraining mlp:16 digits -Epochs 1 -WarningAction Ignore
        $empty.Epochs | Should -HaveCount 0
        $empty, $history | Export-TrainingHistory $folder/mix.csv -WarningVariable warned
        "$warned" | Should -Match '^Run 1 \(mlp:16 on digits, .*\) is Diverged, and has no epoch'
        (Import-Csv $folder/mix.csv).Run | Select-Object -Unique | Should -Be 2
    }

    It 'runs the script of its schedule only where that is allowed' {
        New-CyclicSchedule 0.01 0.1 -StepSize 23 -ScaleFunction { 1 / $_ } | Start-CyclicTraining mlp:16 digits -Epochs 1 | Export-TrainingHistory $path
        (Get-Failure 'Import-TrainingHistory $path').FullyQualifiedErrorId | Should -BeExactly 'ScheduleHoldsScript,ClrModule.Commands.Files.ImportTrainingHistoryCommand'
        (Import-TrainingHistory $path -AllowScript).Schedule.Mode | Should -Be Custom
    }
}

Describe 'A file that is there' {
    BeforeEach {
        $folder = Add-Folder
        $path = Join-Path $folder file.json
    }

    It 'stays as it is: <Line>' -ForEach @(
        @{ Line = '$schedule | Export-LrSchedule $path'; Id = 'FileExists' }
        @{ Line = '$schedule | Export-ClrReport $path'; Id = 'FileExists' }
    ) {
        Set-Content $path mine
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,*"
        Get-Content $path | Should -Be mine
    }

    It 'is replaced with -Force' {
        Set-Content $path mine
        $schedule | Export-LrSchedule $path -Force
        (Import-LrSchedule $path).MaxLr | Should -Be 0.1
    }
}

Describe 'A path that cannot be written' {
    BeforeEach {
        $folder = Add-Folder
        $path = Join-Path $folder file.json
    }

    It 'is named, and nothing is left beside it: <Line>' -ForEach @(
        @{ Line = '$schedule | Export-LrSchedule $path -Force'; Id = 'FileNotWritten,ClrModule.Commands.Files.ExportLrScheduleCommand' }
        @{ Line = '$test | Export-LrRangeTest $path -Force'; Id = 'FileNotWritten,ClrModule.Commands.Files.ExportLrRangeTestCommand' }
        @{ Line = '$schedule | Export-ClrReport $path -Force'; Id = 'FileNotWritten,ClrModule.Commands.Files.ExportClrReportCommand' }
    ) {
        $null = New-Item $path -ItemType Directory
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeExactly $Id
        $failure.CategoryInfo.Category | Should -Be WriteError
        $failure.Exception.Message.Contains($path) | Should -BeTrue -Because $failure.Exception.Message
        Get-ChildItem $folder -Force | Should -HaveCount 1
    }
}

Describe 'A path in a folder that is not there' {
    It 'is refused by one cause, and -WhatIf says so too: <_>' -ForEach '$schedule | Export-LrSchedule', '$test | Export-LrRangeTest', '$history | Export-TrainingHistory', '$schedule | Export-ClrReport' {
        foreach ($further in '', ' -WhatIf') { (Get-Failure "$_ '$TestDrive/nowhere/file.json'$further").FullyQualifiedErrorId | Should -BeLike 'FolderNotFound,*' }
        "$TestDrive/nowhere" | Should -Not -Exist
    }
}

Describe 'A path' {
    BeforeEach {
        $folder = Add-Folder
        $schedule | Export-LrSchedule "$folder/a.json"
        $schedule | Export-LrSchedule "$folder/b[1] ü.json"
        Set-Content "$folder/broken.json" '{}'
        $null = New-Item "$folder/sub" -ItemType Directory
    }

    It 'with wildcards is all that it matches, and one that is broken leaves the others: <_>' -ForEach 'Import-LrSchedule $folder/*.json', '"$folder/a.json", "$folder/broken.json", "$folder/b[1] ü.json" | Import-LrSchedule', 'Get-ChildItem $folder -File | Import-LrSchedule', 'Import-LrSchedule -LiteralPath (Get-ChildItem $folder -File).FullName' {
        $ErrorActionPreference = 'Continue'
        $found = & ([scriptblock]::Create($_)) 2>&1
        @($found | Where-Object { $_ -is [ClrEngine.Schedules.ILrSchedule] }) | Should -HaveCount 2
        $failure = @($found | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        $failure | Should -HaveCount 1
        "$failure" | Should -Match 'broken\.json'
    }

    It 'is literal where it shall be, and where nothing else matches: <_>' -ForEach '-LiteralPath "$folder/b[1] ü.json"', '-Path "$folder/b[1] ü.json"', '-Path "$folder/b* ?.json"' {
        (& ([scriptblock]::Create("Import-LrSchedule $_"))).Equals($schedule) | Should -BeTrue
    }

    It 'may begin with a drive of the user' {
        $null = New-PSDrive -Name ClrTest -PSProvider FileSystem -Root $folder
        try { (Import-LrSchedule ClrTest:/a.json).Equals($schedule) | Should -BeTrue } finally { Remove-PSDrive ClrTest }
    }

    It 'that is none of a file is refused by its cause, <Id>: <Line>' -ForEach @(
        @{ Line = 'Import-LrSchedule Env:PATH'; Id = 'NotFileSystem' }
        @{ Line = 'Import-LrSchedule Env:P*'; Id = 'NotFileSystem' }
        @{ Line = 'Import-LrRangeTest Function:prompt'; Id = 'NotFileSystem' }
        @{ Line = 'Import-TrainingHistory -LiteralPath Variable:x'; Id = 'NotFileSystem' }
        @{ Line = 'Import-TrainingData Env:PATH'; Id = 'NotFileSystem' }
        @{ Line = 'Test-TrainedModel Alias:cd digits'; Id = 'NotFileSystem' }
        @{ Line = 'New-TrainingModel Env:x.pt digits'; Id = 'NotFileSystem' }
        @{ Line = '$schedule | Export-LrSchedule Env:x'; Id = 'NotFileSystem' }
        @{ Line = '$schedule | Export-ClrReport Variable:x'; Id = 'NotFileSystem' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -OutPath Env:x'; Id = 'NotFileSystem' }
        @{ Line = 'Import-LrSchedule nosuchdrive:/a.json'; Id = 'DriveNotFound' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -CheckpointPath "$env:NOT_SET" -Force'; Id = 'PathIsEmpty' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -OutPath " "'; Id = 'PathIsEmpty' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -TensorBoardPath ""'; Id = 'PathIsEmpty' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 "" -Epochs 1'; Id = 'PathIsEmpty' }
        @{ Line = '$schedule | Export-LrSchedule "a`0b"'; Id = 'PathIsEmpty' }
        @{ Line = 'Import-LrSchedule $folder/z*.json'; Id = 'NothingMatches' }
        @{ Line = 'Import-LrSchedule $folder/sub'; Id = 'PathIsFolder' }
        @{ Line = 'Import-LrRangeTest $folder/sub'; Id = 'PathIsFolder' }
        @{ Line = 'Import-TrainingHistory $folder/sub'; Id = 'PathIsFolder' }
        @{ Line = 'Test-TrainedModel $folder/sub digits'; Id = 'PathIsFolder' }
        @{ Line = 'Invoke-LrRangeTest $folder/sub digits'; Id = 'NotTorchScript' }
        @{ Line = '$schedule | Export-LrSchedule $folder/sub -Force'; Id = 'FileNotWritten' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -OutPath $folder/a.json'; Id = 'PathIsFile' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -CheckpointPath $folder/a.json'; Id = 'PathIsFile' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -TensorBoardPath $folder/a.json'; Id = 'PathIsFile' }
        @{ Line = '$schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -CheckpointPath $folder/a.json/x'; Id = 'PathIsFile' }
        @{ Line = 'New-TrainingSweep $folder/a.json/x/y -Setting @{ Model = "mlp:4"; Data = "digits"; BaseLr = 0.01; MaxLr = 0.1; StepSize = 5; Epochs = 1 }'; Id = 'PathIsFile' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,ClrModule.Commands.*"
    }

    It 'of a pipe that nobody writes to is refused at once: <_>' -Skip:$IsWindows -ForEach 'Import-LrSchedule', 'Import-LrRangeTest', 'Import-TrainingHistory' {
        mkfifo $folder/pipe.json
        try { (Get-Failure "$_ '$folder/pipe.json'").FullyQualifiedErrorId | Should -BeLike 'PathIsPipe,*' } finally { Remove-Item $folder/pipe.json }
    }

    It 'of a pipe that nobody reads from is refused at once, and what reads is given it: <_>' -Skip:$IsWindows -ForEach '$schedule | Export-LrSchedule', '$test | Export-LrRangeTest', '$history | Export-TrainingHistory', '$history | Export-ClrReport' {
        $pipe = "$folder/$(New-Guid).json"
        mkfifo $pipe
        (Get-Failure "$_ '$pipe'").Exception.Message | Should -BeExactly "'$pipe' cannot be written: nobody reads from this pipe; start its reader first."
        $reader = [IO.File]::Open($pipe, 'Open', 'ReadWrite', 'ReadWrite')
        $read = $reader.ReadAsync([byte[]]::new(1MB), 0, 1MB)
        $exporting = Invoke-Apart "$_ '$pipe'" @{ schedule = $schedule; test = $test; history = $history }
        $read.Result | Should -BeGreaterThan 0
        $reader.Dispose()
        $null = try { $exporting.Shell.EndInvoke($exporting.Running) } catch { $_ }
        Get-ChildItem $folder -Force -Filter '.*' | Should -BeNullOrEmpty
    }

    It 'of a pipe whose reader takes nothing is given up when the user stops it: <_>' -Skip:$IsWindows -ForEach '$schedule | Export-LrSchedule', '$test | Export-LrRangeTest', '$history | Export-TrainingHistory', '$history | Export-ClrReport' {
        $pipe = "$folder/$(New-Guid).json"
        mkfifo $pipe
        $reader = [IO.File]::Open($pipe, 'Open', 'ReadWrite', 'ReadWrite')
        $reader.Write([byte[]]::new(65536), 0, 65536)
        $reader.Flush()
        $exporting = Invoke-Apart "$_ '$pipe'" @{ schedule = $schedule; test = $test; history = $history }
        $exporting.Shell.Stop()
        $exporting.Shell.InvocationStateInfo.State | Should -Be Stopped
        $reader.Dispose()
    }

    It 'may be that of a device, which needs no -Force, or of what is open already' -Skip:$IsWindows {
        $schedule | Export-LrSchedule /dev/null
        $history | Export-TrainingHistory /dev/null
        $out = Join-Path (Add-Folder) out.txt
        $script = "Import-Module '$(Get-Manifest)'; 'before'; New-ConstantSchedule 0.1 | Export-LrSchedule /dev/stdout; 'after'"
        sh -c "'$PSHOME/pwsh' -NoProfile -Command `"$script`" > '$out'"
        Get-Content $out -Raw | Should -Match '(?s)^before\s+\{.*"constant".*\}\s*after\s*$'
    }

    It 'of data may have wildcards, and is literal by its parameter' {
        foreach ($name in 'd1', 'd2', 'd[3]') { Set-Content -LiteralPath "$folder/$name.csv" ('a,b,y', (1..40 | ForEach-Object { "$_,$($_ % 7),$($_ % 2 ? 'x' : 'z')" })) }
        (Import-TrainingData $folder/d*.csv).Name | Should -BeExactly 'd[3]', 'd1', 'd2'
        (Import-TrainingData -LiteralPath "$folder/d[3].csv").Name | Should -BeExactly 'd[3]'
        # As completion writes it.
        (Import-TrainingData "$folder/d``[3``].csv").Name | Should -BeExactly 'd[3]'
        (Get-Failure "Import-TrainingData ''").FullyQualifiedErrorId | Should -BeLike 'PathIsEmpty,*'
        @(Import-TrainingData "$folder/d1.csv", "$folder/none.csv", iris -ErrorAction SilentlyContinue).Name | Should -BeExactly d1, iris
    }
}

Describe 'A row of several' {
    It 'that is wrong leaves the rows after it' {
        $rows = 5, -5, 6 | ForEach-Object { [pscustomobject]@{ Model = 'mlp:4'; Data = 'digits'; Iterations = $_; TrialSteps = 0 } }
        $tests = $rows | Invoke-LrRangeTest -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $tests | ForEach-Object { $_.Points.Count } | Should -Be 5, 6
    }
}
