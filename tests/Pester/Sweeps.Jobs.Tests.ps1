BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $small = @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; MaxLr = 0.1; StepSizeEpochs = 1; Epochs = 2; Device = 'cpu' }

    function Get-Job([string] $Path, [int] $Index = 0) { (Get-Content ('{0}/{1:d3}/job.json' -f $Path, $Index) -Raw | ConvertFrom-Json).parameters }
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

    It 'has each run once where lines that overlap make it at the same time' {
        $manifest = Get-Manifest
        $made = 0..3 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:manifest
            New-TrainingSweep $using:sweep -Setting $using:small -Seed ((5 * $_)..(5 * $_ + 9))
        }
        $made | Should -HaveCount 40
        $runs = Get-TrainingSweep $sweep
        $runs.State | Select-Object -Unique | Should -Be Waiting
        $runs.Index | Should -Be (0..24)
        $runs.Seed | Sort-Object | Should -Be (0..24)
        $made | ForEach-Object { $runs[$_.Index].Seed | Should -Be $_.Seed }
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

    It 'reads several patterns in one cell of a table' {
        $null = 'Model,MaxLr,Freeze', 'mlp:8,0.05,"hidden1*, output.bias"' | ConvertFrom-Csv | New-TrainingSweep $sweep -Setting $small
        (Get-Job $sweep).Freeze | Should -BeExactly 'hidden1*', 'output.bias'
    }

    It 'reads true and false of a table, and nothing else for them: <_>' -ForEach 'CycleMomentum', 'Nesterov' {
        foreach ($text in 'no', 'off', '$false', '2') { (Get-Failure "New-TrainingSweep `$sweep -Setting `$small -Grid @{ $_ = '$($text)' }").Exception.Message | Should -Match "$_ does not take.*neither true nor false" }
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ $_ = '0' }
        (Get-Job $sweep).$_ | Should -BeFalse
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
        @{ Line = 'New-TrainingSweep $sweep -Setting @{ Model = "mlp"; Data = "digits" } -Grid @{ Schedule = New-CyclicSchedule 0.01 0.1 -StepSize 5 -ScaleFunction { 1 } }'; Id = 'SweepParameterInvalid'; Says = 'ScaleFunction { 1 }, and a job runs no code' }
        @{ Line = 'New-TrainingSweep $sweep -Setting ($small + @{ WeightDecay = $env:CLR_NOT_SET })'; Id = 'SweepParameterInvalid'; Says = '^WeightDecay has no value' }
        @{ Line = 'New-TrainingSweep $sweep -Setting ($small + @{ WeightDecay = "" })'; Id = 'SweepParameterInvalid'; Says = '^WeightDecay has no value' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.3, $null }'; Id = 'SweepParameterInvalid'; Says = '^MaxLr has no value' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ MaxLr = 0.3, "" }'; Id = 'SweepParameterInvalid'; Says = '^MaxLr has no value' }
        @{ Line = '@{ MaxLr = $null } | New-TrainingSweep $sweep -Setting $small'; Id = 'SweepParameterInvalid'; Says = '^MaxLr has no value' }
        @{ Line = 'New-TrainingSweep $sweep -Setting $small -Grid @{ Momentum = 0.1, 0.9 }'; Id = 'SweepParameterInvalid'; Says = 'Momentum has no effect where the schedule moves the momentum' }
        @{ Line = 'Get-TrainingSweep $sweep'; Id = 'SweepNotFound' }
        @{ Line = 'Invoke-TrainingSweep $sweep'; Id = 'SweepNotFound' }
    ) {
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,ClrModule.Commands.Sweeps.*"
        "$failure" | Should -Match "$Says"
        $sweep | Should -Not -Exist
    }

    It 'refuses what a job cannot hold, and advises only what a sweep takes: <Name>' -ForEach @(
        @{ Name = 'Repeats'; Value = 3; Says = '-Seed 0, 1, 2' }
        @{ Name = 'LossFunction'; Value = { 1 }; Says = 'give Loss\.' }
        @{ Name = 'Metric'; Value = @{ N = { 1 } }; Says = 'leave it out' }
        @{ Name = 'BestBy'; Value = 'HighestMetric'; Says = 'give another figure' }
        @{ Name = 'TensorBoardPath'; Value = 'events'; Says = 'leave it out' }
    ) {
        $failure = Get-Failure 'New-TrainingSweep $sweep -Setting ($small + @{ $Name = $Value })'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SweepParameterInvalid,*'
        "$failure" | Should -Match "$Name.*$Says"
        "$failure" | Should -Not -Match 'give Metric|a name or a path'
    }

    It 'knows each parameter of a training, or says what to do in its place' {
        $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
        foreach ($name in (Get-Command Start-CyclicTraining).Parameters.Keys.Where({ $_ -notin $common })) {
            "$(Get-Failure "[pscustomobject] @{ $name = '' } | New-TrainingSweep `$sweep")" | Should -Match '^A run needs Model|^\w+ is not for the runs of a sweep: .*(give|leave) '
        }
    }

    It 'refuses whole what a run could not be trained with, as <Id>: <Grid>' -ForEach @(
        @{ Grid = '@{ Epochs = 2, -1 }'; Id = 'InvalidEpochs'; Says = '^The run with Epochs -1 \(2 of 2\): Epochs is -1' }
        @{ Grid = '@{ MaxLr = 0.1, 0.2; BaseLr = 0.15 }'; Id = 'BaseLrNotBelowMaxLr'; Says = 'MaxLr 0\.1\D.*\(1 of 2\)' }
        @{ Grid = '@{ Cycles = 1, 2 }'; Id = 'EpochsAndCycles'; Says = '^The run with Cycles 1 \(1 of 2\): ' }
        @{ Grid = '@{ Optimizer = "Sgd", "Lion" }'; Id = 'SweepParameterInvalid'; Says = "^The run with Optimizer Lion \(2 of 2\): .*'Lion' is none of Sgd, Adam" }
        @{ Grid = '@{ Optimizer = "Adam,AdamW" }'; Id = 'SweepParameterInvalid'; Says = "'Adam,AdamW' is none of" }
        @{ Grid = '@{ Epochs = 2.5 }'; Id = 'SweepParameterInvalid'; Says = "'2\.5' is no whole number" }
        @{ Grid = '@{ BatchSize = $true }'; Id = 'SweepParameterInvalid'; Says = 'is no whole number' }
        @{ Grid = '@{ Model = "mlp", "nosuch" }'; Id = 'ModelNotFound'; Says = '^The run with Model nosuch ' }
        @{ Grid = '@{ Model = "mlp:0" }'; Id = 'InvalidModelArguments'; Says = '^The run with Model mlp:0: ' }
        @{ Grid = '@{ BatchSize = 64, 0 }'; Id = 'InvalidBatchSize'; Says = 'BatchSize 0' }
        @{ Grid = '@{ Momentum = 0.9, 1; CycleMomentum = $false }'; Id = 'InvalidMomentum'; Says = 'Momentum 1\b' }
        @{ Grid = '@{ Beta2 = 0.9, 0.99 }'; Id = 'InvalidBeta2'; Says = 'Beta2 0\.9 \(1 of 2\): Beta2 is of Adam, AdamW, and has no effect with Sgd' }
        @{ Grid = '@{ Optimizer = "RMSprop", "Adam"; Alpha = 0.9 }'; Id = 'InvalidAlpha'; Says = 'Alpha is of RMSprop, and has no effect with Adam' }
        @{ Grid = '@{ LabelSmoothing = 1 }'; Id = 'InvalidLabelSmoothing'; Says = 'LabelSmoothing 1' }
        @{ Grid = '@{ Device = "gpu" }'; Id = 'InvalidDevice'; Says = 'Device gpu' }
        @{ Grid = '@{ Threads = 0 }'; Id = 'InvalidThreads'; Says = 'Threads 0' }
        @{ Grid = '@{ Patience = 1; Schedule = New-ConstantSchedule 0.1 }'; Less = 'BaseLr', 'MaxLr', 'StepSizeEpochs'; Id = 'ScheduleHasNoCycles'; Says = 'Patience' }
        @{ Grid = '@{ Schedule = New-ConstantSchedule 0.1 }'; Less = 'MaxLr', 'StepSizeEpochs'; Id = 'SweepParameterInvalid'; Says = 'BaseLr has no effect' }
        @{ Grid = '@{ Iterations = 40, 80 }'; Id = 'SweepParameterInvalid'; Says = 'Iterations has no effect' }
        @{ Grid = '@{ Method = "Guess" }'; Less = 'MaxLr'; Id = 'SweepParameterInvalid'; Says = "'Guess' is none of" }
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

    It 'of many runs is looked at with a progress bar, run by run' {
        $made = Invoke-Apart "New-TrainingSweep '$sweep' -Setting @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; StepSizeEpochs = 1; Epochs = 2 } -Grid @{ MaxLr = 0.1, 0.2, 0.3; BatchSize = 16, 32, 64, 128 } -Seed (1..60)"
        $null = $made.Shell.EndInvoke($made.Running)
        $made.Output | Should -HaveCount 720
        $made.Output[-1].MaxLr, $made.Output[-1].BatchSize, $made.Output[-1].Seed | Should -Be 0.3, 128, 60
        $shown = @($made.Shell.Streams.Progress | Where-Object Activity -EQ 'Making a sweep')
        $shown[0].StatusDescription | Should -Match '^\d+ of 720 runs looked at$'
        $shown[-1].RecordType | Should -Be Completed
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

    It 'takes values as they are, and says by the path in the file what to write instead: <More>' -ForEach @(
        @{ More = '"Epochs": "0x10"'; Says = '\$\.parameters\.Epochs: Epochs does not take ''0x10'': .* write 16\.' }
        @{ More = '"Epochs": "1e3"'; Says = '\.Epochs: "1e3" stands here; write 1000\.' }
        @{ More = '"Epochs": " 5 "'; Says = '\.Epochs: " 5 " stands here; write 5\.' }
        @{ More = '"Epochs": 2.5'; Says = "\.Epochs: .*'2\.5' is no whole number" }
        @{ More = '"Epochs": 99999999999'; Says = '\.Epochs: .* is too large: give a whole number up to 2147483647\.' }
        @{ More = '"Epochs": true'; Says = "\.Epochs: .*'True' is no whole number" }
        @{ More = '"Epochs": [1, 2]'; Says = '\.Epochs: .*2 values stand here: give one' }
        @{ More = '"Epochs": null'; Says = '\.Epochs: null stands here; give a value, or leave Epochs out' }
        @{ More = '"Epochs": 1, "epochs": 2'; Says = '\.epochs: Epochs stands here twice' }
        @{ More = '"StepSizeUp": 5'; Says = '\.StepSizeUp: StepSize stands here twice' }
        @{ More = '"Nesterov": "true"'; Says = '\.Nesterov: "true" stands here; write true\.' }
        @{ More = '"Nesterov": 1'; Says = "\.Nesterov: 1 stands here; write true\." }
        @{ More = '"WeightDecay": "0.1"'; Says = '\.WeightDecay: "0\.1" stands here; write 0\.1\.' }
        @{ More = '"LabelColumn": -1'; Says = '\.LabelColumn: -1 stands here; write "-1"\.' }
        @{ More = '"ResidencyBudget": "4GB"'; Says = 'write 4294967296\.' }
        @{ More = '"ClassWeight": { "1": "5" }'; Says = '\.ClassWeight: .* write \{"1":5\}' }
        @{ More = '"Optimizer": ""'; Says = '\.Optimizer: "" stands here' }
        @{ More = '"Optimizer": "Lion"'; Says = "\.Optimizer: .*'Lion' is none of Sgd, Adam, AdamW, RMSprop" }
        @{ More = '"Colour": 1'; Says = "\.Colour: 'Colour' is no parameter" }
        @{ More = '"ValidationData": "./later.csv"'; Says = '\.ValidationData: "\./later\.csv" is neither a name that is known nor a full path' }
        @{ More = '"ValidationData": "later.csv"'; Says = 'write the full path' }
        @{ More = '"ValidationData": 5'; Says = '\.ValidationData: 5 stands here; write a text' }
    ) {
        $sweep = Add-Folder
        $job = New-Item $sweep/000/job.json -Force
        $head = '{ "format": "clr-sweep-run", "version": 1, "parameters": { "Model": "mlp:8", "Data": "digits", "BaseLr": 0.01, "MaxLr": 0.1, "StepSize": 5, '
        Set-Content $job "$head$More } }"
        $run = Get-TrainingSweep $sweep
        $run.State | Should -Be Failed
        $run.Reason | Should -Match "job\.json' is no job of a sweep: .*$Says"
        $run.Reason | Should -Not -Match 'System\.|`1|ClrModule\.'
    }

    It 'may be written in any of the ways that JSON and PowerShell have for the same' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting $small -Grid @{ Augment = 'Flip'; Optimizer = 'AdamW'; Data = '/data/later.csv' }
        $text = Get-Content $sweep/000/job.json -Raw
        Set-Content $sweep/000/job.json $text.Replace('"Epochs": 2', '"epochs": 0.2e1').Replace('"AdamW"', '"adamw"').Replace('"Flip"', '["flip"]')
        (Get-TrainingSweep $sweep).State | Should -Be Waiting
        (Get-TrainingSweep $sweep).Setting | Should -BeNullOrEmpty
        Set-Content $sweep/000/job.json $text.Replace('/data/later.csv', 'C:\\data\\later.csv')
        (Get-TrainingSweep $sweep).State | Should -Be Waiting
    }
}
