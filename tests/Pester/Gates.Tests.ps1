BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $runs = Add-Folder
    $history = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 4 -Seed 3 -Device cpu -Threads 1
    $table = Join-Path $runs numbers.csv
    Set-Content $table ('a,y', (1..200 | ForEach-Object { "$($_ / 100),$($_ / 50 + 1.5)" }))
    $regression = New-CyclicSchedule 0.01 0.1 -StepSize 10 | Start-CyclicTraining mlp:8 $table -Epochs 10 -Device cpu -Threads 1

    # The history with another end, as a file of it would say.
    function Edit-History($History, [scriptblock] $Change) {
        $path = Join-Path (Add-Folder) run.json
        $History | Export-TrainingHistory $path
        $text = Get-Content $path -Raw | ConvertFrom-Json -AsHashtable
        $null = & $Change $text.history
        $text | ConvertTo-Json -Depth 20 | Set-Content $path
        Import-TrainingHistory $path
    }
    $empty = Edit-History $history { $args[0].epochs = @() }
    $cancelled = Edit-History $history { $args[0].status = 'Cancelled' }
    $diverged = Edit-History $history { $args[0].status = 'Diverged'; $args[0].statusReason = 'The loss was NaN.' }
    $stopped = Edit-History $history { $args[0].status = 'StoppedEarly' }
    $lossless = Edit-History $history { $args[0].epochs | ForEach-Object { $_.validationLoss = 'NaN' } }
    $worse = Edit-History $history { $args[0].epochs | ForEach-Object { $_.validationAccuracy -= 2 } }
    $saved = Join-Path $runs baseline.json
    $history | Export-TrainingHistory $saved
    $best, $loss = $history.BestValidationAccuracy, $history.BestEpoch.ValidationLoss
}

Describe 'A gate' {
    It 'lets pass what is good enough, as it is: <_>' -ForEach @(
        '$history | Assert-TrainingHistory'
        '$stopped | Assert-TrainingHistory'
        '$history | Assert-TrainingHistory -MinimumAccuracy $best -MaximumLoss $loss'
        'Copy-AsSaved $history | Assert-TrainingHistory -MinimumAccuracy 20'
        '$history | Assert-TrainingHistory -Baseline $saved -Tolerance 0'
        '$history | Assert-TrainingHistory -Baseline $history -Tolerance 0'
        '$history | Assert-TrainingHistory -Baseline (Copy-AsSaved $history) -Tolerance 0'
        '$worse | Assert-TrainingHistory -Baseline $saved -Tolerance 2.01'
        '$regression | Assert-TrainingHistory -MinimumRSquared 0.1 -MaximumLoss 10'
        '$regression | Assert-TrainingHistory -Baseline $regression -Tolerance 0'
    ) { @(& ([scriptblock]::Create($_))) | Should -HaveCount 1 }

    It 'says of <Line> that <Says>' -ForEach @(
        @{ Line = '$history | Assert-TrainingHistory -MinimumAccuracy 99.9'; Says = '^mlp:8 on digits, seed 3, Triangular 0\.01 to 0\.1, .*: the validation accuracy of its best epoch should be at least 99\.9 %, and is [\d.]+ %\.$' }
        @{ Line = '$history | Assert-TrainingHistory -MaximumLoss 0.001'; Says = 'the validation loss of its best epoch should be at most 0\.001, and is 0\.\d+\.$' }
        @{ Line = '$worse | Assert-TrainingHistory -Baseline $saved -Tolerance 1.5'; Says = "at least [\d.]+ %, the baseline's [\d.]+ less 1\.5, and is [\d.]+ %\.$" }
        @{ Line = '$history | Assert-TrainingHistory -MinimumRSquared 0.5'; Says = 'should have a R² of at least 0\.5, and has none: it tells classes apart' }
        @{ Line = '$regression | Assert-TrainingHistory -MinimumAccuracy 90'; Says = 'should have a validation accuracy of at least 90 %, and has none: it predicts values' }
        @{ Line = '$regression | Assert-TrainingHistory -MinimumRSquared 1.1'; Says = 'the R² of its best epoch should be at least 1\.1, and is' }
        @{ Line = '$regression | Assert-TrainingHistory -Baseline $saved'; Says = 'and has none: it predicts values' }
        @{ Line = '$history | Assert-TrainingHistory -Baseline $empty'; Says = 'the baseline has no epoch' }
        @{ Line = '$history | Assert-TrainingHistory -Baseline $diverged'; Says = 'the baseline is of a run that is Diverged' }
        @{ Line = '$cancelled | Assert-TrainingHistory'; Says = 'should have come to its end, and is Cancelled\.$' }
        @{ Line = '$diverged | Assert-TrainingHistory'; Says = 'and is Diverged \(The loss was NaN\.\)\.$' }
        @{ Line = '$empty | Assert-TrainingHistory -MinimumAccuracy 2'; Says = 'it has no epochs' }
        @{ Line = '$lossless | Assert-TrainingHistory'; Says = 'no epoch has a finite validation loss' }
    ) {
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeExactly 'TrainingGate,ClrModule.Commands.Training.AssertTrainingHistoryCommand'
        $failure.CategoryInfo.Category | Should -Be InvalidResult
        $failure.Exception | Should -BeOfType ([ClrModule.Commands.Training.TrainingGateException])
        $failure.TargetObject | Should -BeOfType ([ClrEngine.Training.TrainingHistory])
        "$failure" | Should -MatchExactly $Says
    }

    It 'lets pass the good ones of several, and ends with a line for each figure of the others' {
        $passed = [Collections.Generic.List[object]]::new()
        $failure = { $worse, $history, $empty | Assert-TrainingHistory -MinimumAccuracy $best | ForEach-Object { $passed.Add($_) } } | Should -Throw -PassThru
        $passed | Should -HaveCount 1
        $failure.Exception.Failures | Should -HaveCount 2
        "$failure" | Should -MatchExactly '^2 figures of 3 histories are not as they should be\.'
    }

    It 'is not passed by nothing, and takes no baseline that is not there' {
        (Get-Failure '@() | Assert-TrainingHistory -MinimumAccuracy 50').FullyQualifiedErrorId | Should -BeLike 'TrainingGate,*'
        (Get-Failure '$history | Assert-TrainingHistory -Baseline $TestDrive').FullyQualifiedErrorId | Should -BeLike 'PathIsFolder,*'
        (Get-Failure '$history | Assert-TrainingHistory -Baseline $null').FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError*'
    }

    It 'warns of a baseline whose run was of another kind, by what differs: <Says>' -ForEach @(
        @{ Do = { $args[0].run.dataIdentity = 'other' }; Says = "the data's identity was \S+ and is other" }
        @{ Do = { $args[0].run.model = 'mlp:9'; $args[0].run.modelIdentity = 'mlp:9' }; Says = 'the model was mlp:8 and is mlp:9' }
        @{ Do = { $args[0].run.optimizer = 'Adam' }; Says = 'the optimizer was .* and is Adam' }
        @{ Do = { $args[0].run.batchSize = 1000 }; Says = 'the batch size was \d+ and is 1000' }
        @{ Do = { $one = $args[0].run.schedule; $one.Remove('version'); $args[0].run.schedule = @{ kind = 'grouped'; version = 1; schedules = @($one, $one) } }; Says = "the schedule's rate was one for all parameters and is one for each of 2 parameter groups" }
    ) {
        $null = Edit-History $history $Do | Assert-TrainingHistory -Baseline $saved -WarningVariable warned
        "$warned" | Should -Match "of another kind.*: $Says\.$"
        $null = $history | Assert-TrainingHistory -Baseline $saved -WarningVariable silent
        $silent | Should -BeNullOrEmpty
    }

    It 'ends at an input that is no history, and passes nothing that comes after it: <Piped>' -ForEach @(
        @{ Piped = "'x'"; Says = 'A value of type String came to the gate' }
        @{ Piped = '$null'; Says = '\$null came to the gate' }
        @{ Piped = '(Get-Item $saved)'; Says = 'A value of type FileInfo' }
        @{ Piped = '(Copy-AsSavedElsewhere $history)'; Says = 'lacks its definition' }
    ) {
        $passed = [Collections.Generic.List[object]]::new()
        $failure = { $ErrorActionPreference = 'Continue'; & ([scriptblock]::Create("`$history, $Piped, `$history | Assert-TrainingHistory")) | ForEach-Object { $passed.Add($_) } } | Should -Throw -PassThru
        $passed | Should -HaveCount 1
        "$failure" | Should -Match $Says
    }

    It 'prints as many digits as tell two figures apart' {
        $wanted = $best + 1e-7
        "$(Get-Failure '$history | Assert-TrainingHistory -MinimumAccuracy $wanted')" | Should -Match 'at least (\S+) %, and is (\S+) %\.$'
        $null = "$(Get-Failure '$history | Assert-TrainingHistory -MinimumAccuracy $wanted')" -match 'at least (\S+) %, and is (\S+) %\.$'
        [double] $Matches[1] | Should -BeGreaterThan ([double] $Matches[2])
        $limit = $loss - 1e-9
        $null = "$(Get-Failure '$history | Assert-TrainingHistory -MaximumLoss $limit')" -match 'at most (\S+), and is (\S+)\.$'
        [double] $Matches[1] | Should -BeLessThan ([double] $Matches[2])
    }

    It 'refuses <Line>' -ForEach @(
        @{ Line = '$history | Assert-TrainingHistory -MinimumAccuracy 0.95'; Id = 'InvalidMinimumAccuracy' }
        @{ Line = '$history | Assert-TrainingHistory -MinimumAccuracy 101'; Id = 'InvalidMinimumAccuracy' }
        @{ Line = '$history | Assert-TrainingHistory -Baseline $saved -Tolerance -1'; Id = 'InvalidTolerance' }
        @{ Line = '$history | Assert-TrainingHistory -Tolerance 1'; Id = 'InvalidTolerance' }
        @{ Line = '$history | Assert-TrainingHistory -MaximumLoss NaN'; Id = 'InvalidMaximumLoss' }
        @{ Line = '$history | Assert-TrainingHistory -MaximumLoss Infinity'; Id = 'InvalidMaximumLoss' }
        @{ Line = '$history | Assert-TrainingHistory -MinimumRSquared NaN'; Id = 'InvalidMinimumRSquared' }
        @{ Line = '$history | Assert-TrainingHistory -Baseline none.json'; Id = 'FileNotFound' }
        @{ Line = '$history | Assert-TrainingHistory -Baseline $table'; Id = 'TrainingHistoryNotWhole' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,*"
        # Without ErrorAction Stop too, the rest of a script is not reached.
        { $ErrorActionPreference = 'Continue'; & ([scriptblock]::Create($Line)) } | Should -Throw
    }

    It 'takes no figure without a value: <Line>' -ForEach @(
        foreach ($name in 'MinimumAccuracy', 'MinimumRSquared', 'MaximumLoss', 'Tolerance') {
            foreach ($value in "''", "' '", '$null', '$env:CLR_NOT_SET', '@($null)') { @{ Line = "`$history | Assert-TrainingHistory -$name $value" } }
        }
    ) { (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*' }

    It 'fails a script' -Tag Slow {
        $text = Invoke-Pwsh "`$ErrorActionPreference = 'Stop'; Import-TrainingHistory '$saved' | Assert-TrainingHistory -MinimumAccuracy 99.9; 'not reached'" 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 1
        $text | Should -Not -Match 'not reached'
        $text | Should -Match 'mlp:8 on digits'
    }
}

Describe 'A row' {
    BeforeAll {
        $test = Invoke-LrRangeTest mlp:8 digits -Iterations 60 -Repeats 2 -Device cpu
        $bounds = $test | Get-SuggestedLrBounds -WarningAction Ignore
    }

    It 'of Export-Csv means something in every column: <_>' -ForEach 'history', 'regression', 'test', 'bounds' {
        $csv = Get-Variable $_ -ValueOnly | ConvertTo-Csv
        $csv | Should -HaveCount 2
        $csv -join '' | Should -Not -Match 'System\.|Clr[A-Z]\w+\.|\{ \w+ = |\[\]'
    }

    It 'as text is one line' {
        "$history" | Should -MatchExactly '^mlp:8 on digits: Completed, 4 epochs, best [\d.]+ % in epoch \d$'
        "$regression" | Should -MatchExactly '^mlp:8 on \S+: Completed, 10 epochs, best R² [\d.]+ in epoch \d+$'
        "$empty" | Should -MatchExactly '^mlp:8 on digits: Completed, 0 epochs$'
        "$test" | Should -MatchExactly '^mlp:8 on digits: \w+ after \d+ points, lowest loss [\d.]+ at a rate of [\d.E-]+$'
        "$($test.Options)" | Should -MatchExactly '^1E-07 to 10 in 60 steps, Exponential$'
    }

    It 'of several histories says which it is of, in <_>' -ForEach csv, parquet {
        $path = Join-Path (Add-Folder) "epochs.$_"
        $history, $regression, $empty | Export-TrainingHistory $path
        if ($_ -eq 'csv') {
            $rows = Import-Csv $path
            $rows | Should -HaveCount 14
            ($rows | Group-Object Run | ForEach-Object Count) | Should -Be 4, 10
            $rows[0].Model, $rows[0].Data, $rows[0].Seed, $rows[0].Schedule | Should -Be 'mlp:8', 'digits', '3', "$($history.Schedule)"
            [double] $rows[3].ValidationLoss | Should -Be $history.Epochs[3].ValidationLoss
        }
        else { (Import-TrainingData $path -LabelColumn Run -IgnoreColumn TrainAccuracy, ValidationAccuracy, ValidationRSquared, ValidationFigure, EmaLoss, EmaAccuracy, BestBy).Train.Count | Should -BeGreaterThan 5 }
    }
}
