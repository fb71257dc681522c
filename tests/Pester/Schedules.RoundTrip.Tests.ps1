BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $modulePath = Join-Path (Get-Module ClrModule).ModuleBase ClrModule.psd1
    $random = [Random]::new(1506)

    # A field that is added to a kind of schedule is drawn too; names only help to meet the rules between fields quickly.
    function Get-RandomValue($Field, [int] $Depth) {
        $type = [Nullable]::GetUnderlyingType($Field.Type) ?? $Field.Type
        if ($type -ne $Field.Type -and $Field.Name -ne 'StepSizeDown' -and $random.Next(3) -eq 0) { return $null }
        if ($type.IsEnum) { return [Enum]::GetNames($type)[$random.Next([Enum]::GetNames($type).Count - ($Field.Name -eq 'Mode'))] }
        switch -Wildcard ("$type") {
            'double' {
                if ($Field.Name -in 'CycleMul', 'TMult', 'DivFactor', 'FinalDivFactor') { return 1.01 + $random.NextDouble() * 9 }
                if ($Field.Name -in 'MaxLr', 'EndLr', 'MaxMomentum') { return 0.5 + $random.NextDouble() / 2 }
                return $random.NextDouble() / 2
            }
            'long' {
                if ($Field.Name -like 'Hold*' -and $random.Next(2) -eq 0) { return 0 }
                return $random.NextInt64(3, 5000)
            }
            'bool' { return $random.Next(2) -eq 0 }
            '*ScaleFunction' { return $null }
            '*IReadOnlyList*long*' { if ($Field.IsOptional -and $random.Next(2) -eq 0) { return $null } else { return , @($random.NextInt64(1, 5000)) } }
            '*IReadOnlyList*' { return , @((New-RandomDefinition ($Depth - 1)), (New-RandomDefinition ($Depth - 1))) }
            '*ILrSchedule' { return New-RandomDefinition ($Depth - 1) }
            default { throw "A schedule has a field of type $type`: say here how it is drawn." }
        }
    }

    function New-RandomDefinition([int] $Depth, $Kind) {
        while ($true) {
            $drawn = $Kind ?? [ClrEngine.Schedules.ScheduleKind]::All[$random.Next([ClrEngine.Schedules.ScheduleKind]::All.Count)]
            if (-not $Kind -and $Depth -le 0 -and $drawn.Name -in 'grouped', 'joined', 'warmup') { continue }
            $definition = [ordered]@{ kind = $drawn.Name }
            foreach ($field in $drawn.Fields) { $definition[$field.JsonName] = Get-RandomValue $field $Depth }
            try {
                $null = Import-LrSchedule -Json (@{ version = [ClrEngine.Schedules.ScheduleJson]::Version } + $definition | ConvertTo-Json -Depth 20) -WarningAction Ignore
                return $definition
            }
            catch { $null = $Error.Clear() }
        }
    }

    function New-RandomSchedule($Kind) {
        Import-LrSchedule -Json (@{ version = [ClrEngine.Schedules.ScheduleJson]::Version } + (New-RandomDefinition 2 $Kind) | ConvertTo-Json -Depth 20) -WarningAction Ignore
    }

    # What a session without the module makes of saved objects: bags of properties.
    function Import-Bag($Path) {
        $shell = [powershell]::Create().AddScript('Import-Clixml $args[0]').AddArgument($Path)
        try { $shell.Invoke() } finally { $shell.Dispose() }
    }

    function Save-Clixml($Value, [int] $Depth = 1) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).xml"
        $Value | Export-Clixml $path -Depth $Depth
        $path
    }

    $everyKind = foreach ($kind in [ClrEngine.Schedules.ScheduleKind]::All) { 1..8 | ForEach-Object { New-RandomSchedule $kind } }
    $scripted = New-CyclicSchedule 0.1 0.2 -StepSize 4 -ScaleFunction { 1 / $_ } | Add-ScheduleWarmup 3
    $compiled = [ClrEngine.Schedules.CyclicSchedule]::new(0.1, 0.2, 4, $null, 'Custom', 1, $true, 0.8, 0.9, [ClrEngine.Schedules.ScaleFunction]::new([Func[double, double]] { 1 }))
}

Describe 'Schedules of every kind with every field drawn' {
    It 'come back equal from Import-Clixml' {
        $copies = Import-Clixml (Save-Clixml $everyKind)
        $copies.Count | Should -Be $everyKind.Count
        0..($copies.Count - 1) | Where-Object { -not $copies[$_].Equals($everyKind[$_]) } | Should -BeNullOrEmpty
    }

    It 'keep what was noted beside them' {
        $noted = New-OneCycleSchedule 0.1 -TotalSteps 50 | Add-Member -PassThru NoteProperty Why 'as last week'
        (Import-Clixml (Save-Clixml $noted)).Why | Should -Be 'as last week'
        (Import-Bag (Save-Clixml $noted) | Add-ScheduleWarmup 4).Schedule.Why | Should -Be 'as last week'
    }

    It 'come back equal from a job, and arrive equal in one' {
        $job = Start-Job -ArgumentList $modulePath, $everyKind.ForEach{ $_.ToJson() }, $everyKind {
            param($ModulePath, $Json, $Given)
            Import-Module $ModulePath
            foreach ($text in $Json) { Import-LrSchedule -Json $text -WarningAction Ignore }
            # The arguments came before the module was there.
            foreach ($schedule in $Given) { ($schedule | Get-CyclicSchedulePoint -Count 30).LearningRate -join ' ' }
        }
        $received = $job | Receive-Job -Wait -AutoRemoveJob
        $count = $everyKind.Count
        $received.Count | Should -Be (2 * $count)
        0..($count - 1) | Where-Object { -not $received[$_].Equals($everyKind[$_]) } | Should -BeNullOrEmpty
        0..($count - 1) | Where-Object { $received[$count + $_] -cne (($everyKind[$_] | Get-CyclicSchedulePoint -Count 30).LearningRate -join ' ') } | Should -BeNullOrEmpty
    }

    It 'are taken as bags of properties, also after Select-Object and Sort-Object' {
        $bags = Import-Bag (Save-Clixml $everyKind)
        $bags[0].PSTypeNames[0] | Should -BeLike 'Deserialized.*'
        $taken = @(
            $bags | Get-CyclicSchedulePoint -Count 3
            $bags | Select-Object -First 1000 | Get-CyclicSchedulePoint -Count 3
            $bags | Sort-Object { 1 } -Stable | Select-Object -Skip 0 | Get-CyclicSchedulePoint -Count 3
        )
        $expected = @($everyKind | Get-CyclicSchedulePoint -Count 3)
        $taken.Count | Should -Be (3 * $expected.Count)
        0..($taken.Count - 1) | Where-Object { -not $taken[$_].Equals($expected[$_ % $expected.Count]) } | Should -BeNullOrEmpty
    }

    It 'come back equal from a file' {
        foreach ($schedule in $everyKind) {
            $schedule | Export-LrSchedule (Join-Path $TestDrive schedule.json) -Force
            (Import-LrSchedule (Join-Path $TestDrive schedule.json)).Equals($schedule) | Should -BeTrue
        }
    }
}

Describe 'A schedule of the kind <_>' -ForEach cyclic, oneCycle, cosineWarmRestarts, decay, stepDecay, constant, warmup, joined {
    BeforeAll {
        $kind = [ClrEngine.Schedules.ScheduleKind]::All | Where-Object Name -EQ $_
        do { $schedule = New-RandomSchedule $kind } while (($schedule | Get-CyclicSchedulePoint -Count 1).Groups)
        $copy = Import-Clixml (Save-Clixml $schedule)
        $checkpoints = Join-Path $TestDrive "checkpoints-$_"
        $history = $copy | Start-CyclicTraining mlp:4 digits -Epochs 1 -CheckpointPath $checkpoints -WarningAction Ignore
    }

    It 'trains as a copy with every field as it was' {
        $history.Schedule.Equals($schedule) | Should -BeTrue
    }

    It 'is made again by the command of the history' {
        $line = $history.Command.Substring(0, $history.Command.IndexOf(' | Start-CyclicTraining'))
        (& ([scriptblock]::Create($line))).Equals($schedule) | Should -BeTrue
    }

    It 'is the same in a history that was copied or read from a file' {
        (Import-Clixml (Save-Clixml $history)).Schedule.Equals($schedule) | Should -BeTrue
        $history | Export-TrainingHistory (Join-Path $TestDrive "$kind.json") -Force
        (Import-TrainingHistory (Join-Path $TestDrive "$kind.json")).Schedule.Equals($schedule) | Should -BeTrue
        $history | Start-CyclicTraining mlp:4 digits -Epochs 1 -WarningAction Ignore | ForEach-Object { $_.Schedule.Equals($schedule) } | Should -BeTrue
    }

    It 'goes on from its checkpoint, and another schedule does not' {
        { $copy | Start-CyclicTraining mlp:4 digits -Epochs 2 -CheckpointPath $checkpoints -Resume -WarningAction Ignore } | Should -Not -Throw
        $caught = try { New-ConstantSchedule 0.123 | Start-CyclicTraining mlp:4 digits -Epochs 3 -CheckpointPath $checkpoints -Resume } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CheckpointOtherRun,*'
    }
}

Describe 'A copy that cannot be made again' {
    It 'with a script is refused, and the script is shown' {
        $bag = Import-Clixml (Save-Clixml $scripted)
        { $bag | Start-CyclicTraining mlp digits -ErrorAction Stop } | Should -Throw '*holds the script { 1 / $_ }*Export-LrSchedule*-AllowScript*'
    }

    It 'with compiled code is refused' {
        $bag = Import-Clixml (Save-Clixml $compiled)
        { $bag | Start-CyclicTraining mlp digits -ErrorAction Stop } | Should -Throw '*CyclicSchedule lacks its definition*compiled code*'
    }

    It 'with a property that was changed is refused' {
        $bag = Import-Bag (Save-Clixml (New-OneCycleSchedule 0.1 -TotalSteps 50))
        $bag[0].MaxLr = 0.5
        { $bag | Add-ScheduleWarmup 5 -ErrorAction Stop } | Should -Throw '*MaxLr of the copied OneCycleSchedule was changed*'
        { $bag | Export-ClrReport (Join-Path $TestDrive changed.html) } | Should -Throw -ErrorId 'SavedObjectChanged,*'
    }

    It 'of which properties were picked is made again where all are there, and refused by what lacks' {
        $bag = Import-Bag (Save-Clixml (New-OneCycleSchedule 0.1 -TotalSteps 50))
        ($bag | Select-Object * | Add-ScheduleWarmup 5).Schedule.Equals((New-OneCycleSchedule 0.1 -TotalSteps 50)) | Should -BeTrue
        { $bag | Select-Object * -ExcludeProperty MaxLr | Add-ScheduleWarmup 5 } | Should -Throw '*MaxLr of the copied OneCycleSchedule was removed*'
        { $bag | Select-Object MaxLr, ClrDefinition | Add-ScheduleWarmup 5 } | Should -Throw '*TotalSteps of the copied OneCycleSchedule was removed*'
    }

    It 'from before a schedule could hold its rate is made again, and one that holds lacks what was removed' {
        $plain, $holding = Import-Bag (Save-Clixml (New-CyclicSchedule 0.1 0.2 -StepSize 4), (New-CyclicSchedule 0.1 0.2 -StepSize 4 -HoldTop 3))
        ($plain | Select-Object * -ExcludeProperty HoldTop, HoldBottom | Add-ScheduleWarmup 5).Schedule.Equals((New-CyclicSchedule 0.1 0.2 -StepSize 4)) | Should -BeTrue
        { $holding | Select-Object * -ExcludeProperty HoldTop | Add-ScheduleWarmup 5 } | Should -Throw '*HoldTop of the copied CyclicSchedule was removed*'
    }

    It 'is still shown' {
        Import-Clixml (Save-Clixml $scripted) | Out-String | Should -Match 'Warmup of 3 steps'
    }
}

Describe 'Range tests, bounds and histories' {
    BeforeAll {
        $test = Invoke-LrRangeTest mlp:8 digits -Repeats 2 -ParameterGroup '*.weight', '*' -StartLr 1e-6, 1e-5 -EndLr 10, 100
        $bounds = $test | Get-SuggestedLrBounds
        $history = $bounds | New-CyclicSchedule -StepSizeEpochs 1 | Start-CyclicTraining mlp:8 digits -Cycles 2 -Snapshots -ParameterGroup '*.weight', '*'
        function Get-Definition($Value) { $Value.psobject.Properties['ClrDefinition'].Value }
    }

    It 'are copied whole, however shallow' {
        foreach ($live in $test, $bounds, $history) {
            $copy = Import-Clixml (Save-Clixml $live)
            $copy | Should -BeOfType $live.GetType()
            Get-Definition $copy | Should -BeExactly (Get-Definition $live)
        }
    }

    It 'come whole out of a job' {
        $json = Join-Path $TestDrive test.json
        $test | Export-LrRangeTest $json
        $received = Start-Job -ArgumentList $modulePath, $json { Import-Module $args[0]; Import-LrRangeTest $args[1]; Import-LrRangeTest $args[1] | Get-SuggestedLrBounds } | Receive-Job -Wait -AutoRemoveJob
        Get-Definition $received[0] | Should -BeExactly (Get-Definition $test)
        $received[1].BaseLr, $received[1].MaxLr | Should -BeExactly $bounds.BaseLr, $bounds.MaxLr
        ($received[1] | New-CyclicSchedule -StepSizeEpochs 1).Equals($history.Schedule) | Should -BeTrue
    }

    It 'are taken as bags of properties, also after <Name>' -ForEach @(
        @{ Name = 'nothing'; Step = { $input } }
        @{ Name = 'Select-Object -First'; Step = { $input | Select-Object -First 1 } }
        @{ Name = 'Sort-Object'; Step = { $input | Sort-Object { 1 } } }
    ) {
        $bound = Import-Bag (Save-Clixml $test) | & $Step | Get-SuggestedLrBounds
        Get-Definition $bound | Should -BeExactly (Get-Definition $bounds)
        (Import-Bag (Save-Clixml $bounds 6) | & $Step | New-CyclicSchedule -StepSizeEpochs 1).Equals($history.Schedule) | Should -BeTrue
        $path = Join-Path $TestDrive history.json
        (Import-Bag (Save-Clixml $history) | & $Step | Start-CyclicTraining -WarningAction Ignore).Run.Learning | Should -BeExactly $history.Run.Learning
        Import-Bag (Save-Clixml $history) | & $Step | Export-TrainingHistory $path -Force
        Get-Definition (Import-TrainingHistory $path) | Should -BeExactly (Get-Definition $history)
        Import-Bag (Save-Clixml $test, $bounds, $history) | Export-ClrReport (Join-Path $TestDrive report.html) -Force -PassThru | Should -Exist
    }

    It 'are refused by the property that was edited in a copy, whatever it is: <Of> <Edit>' -ForEach @(
        @{ Of = 'schedule'; Edit = { $_.MaxLr = 'abc' }; Says = 'MaxLr' }
        @{ Of = 'schedule'; Edit = { $_.MaxLr = -0.1 }; Says = 'MaxLr' }
        @{ Of = 'schedule'; Edit = { $_.BaseLr = [double]::NaN }; Says = 'BaseLr' }
        @{ Of = 'schedule'; Edit = { $_.StepSizeUp = $null }; Says = 'StepSizeUp' }
        @{ Of = 'schedule'; Edit = { $_.Mode = 'Triangular2' }; Says = 'Mode' }
        @{ Of = 'schedule'; Edit = { $_.Mode = 7 }; Says = 'Mode' }
        @{ Of = 'schedule'; Edit = { $_ | Add-Member MaxLr 0.5 -Force }; Says = 'MaxLr' }
        @{ Of = 'schedule'; Edit = { $_.ClrDefinition = $_.ClrDefinition -replace '"maxLr": [^,]+', '"maxLr": -1' }; Says = '\$\.maxLr: MaxLr is -1' }
        @{ Of = 'schedule'; Edit = { $_.ClrDefinition = $_.ClrDefinition -replace '"maxLr": [^,]+', '"maxLr": 5' }; Says = 'MaxLr of the copied CyclicSchedule was changed' }
        @{ Of = 'schedule'; Edit = { $_.ClrDefinition = $_.ClrDefinition -replace '"maxLr": [^,]+', '"maxLr": NaN' }; Says = '\$\.maxLr: this is no JSON' }
        @{ Of = 'schedule'; Edit = { $_.ClrDefinition = 5 }; Says = 'lacks its definition' }
        @{ Of = 'test'; Edit = { $_.Points[3].Loss = 'abc' }; Says = 'Points\[3\]\.Loss' }
        @{ Of = 'test'; Edit = { $_.Points.RemoveAt(2) }; Says = 'Points' }
        @{ Of = 'test'; Edit = { $_.Points = 'System.Object' }; Says = 'Points' }
        @{ Of = 'test'; Edit = { $_.Points = 'System.Collections.Generic.List`1[System.Int64]' }; Says = 'Points' }
        @{ Of = 'history'; Edit = { $_.Epochs = 'ClrEngine.Training.EpochRecord 5' }; Says = 'Epochs' }
        @{ Of = 'test'; Edit = { $_.Options.Iterations = -4 }; Says = 'Options\.Iterations' }
        @{ Of = 'test'; Edit = { $_.Run.BatchSize = $null }; Says = 'Run\.BatchSize' }
        @{ Of = 'test'; Edit = { $_.ClrDefinition = $_.ClrDefinition -replace '"version": 3', '"version": 33' }; Says = '\$\.version: the version is 33' }
        @{ Of = 'history'; Edit = { $_.Epochs[0].TrainLoss = 0 }; Says = 'Epochs\[0\]\.TrainLoss' }
        @{ Of = 'history'; Edit = { $_.Epochs = @() }; Says = 'Epochs' }
        @{ Of = 'history'; Edit = { $_.Status = 'Diverged' }; Says = 'Status' }
        @{ Of = 'history'; Edit = { $_.Run = $null }; Says = 'Run' }
        @{ Of = 'history'; Edit = { $_.Command = 'Remove-Item x' }; Says = 'Command' }
        @{ Of = 'nested'; Edit = { $_.Schedule.Schedules[1].Schedule = 'none' }; Says = 'Schedule\.Schedules\[1\]\.Schedule of the copied WarmupSchedule was changed' }
        @{ Of = 'nested'; Edit = { $_.Schedule.Schedules[1].Schedule = 'System.Object' }; Says = 'Schedule\.Schedules\[1\]\.Schedule of the copied' }
        @{ Of = 'nested'; Edit = { $_.Schedule.Schedules[1].Schedule.MaxLr = 7 }; Says = 'Schedule\.Schedules\[1\]\.Schedule\.MaxLr of the copied' }
        @{ Of = 'bounds'; Edit = { $_.MaxLr = 'abc' }; Says = "'MaxLr'.*'abc' is no number" }
        @{ Of = 'bounds'; Edit = { $_.MaxLr = -1 }; Says = 'MaxLr' }
        @{ Of = 'bounds'; Edit = { $_.BaseLr = [double]::NaN }; Says = 'BaseLr' }
        @{ Of = 'bounds'; Edit = { $_.Groups[1].MaxLr = 3 }; Says = 'MaxLr' }
        @{ Of = 'bounds'; Edit = { $_.Groups[1].MaxLr = 'abc' }; Says = 'MaxLr' }
        @{ Of = 'bounds'; Edit = { $_.Groups.RemoveAt(1) }; Says = 'BaseLr' }
        @{ Of = 'bounds'; Edit = { $_.ClrDefinition = 'clr-bounds' }; Says = '\$: this is no JSON' }
    ) {
        $nested = New-ConstantSchedule 0.1 | Join-LrSchedule (New-OneCycleSchedule 0.1 -TotalSteps 50 | Add-ScheduleWarmup 4) 20 | Add-ScheduleWarmup 7
        $live = @{ schedule = New-CyclicSchedule 0.01 0.1 -StepSize 5; nested = $nested; test = $test; history = $history; bounds = $bounds }[$Of]
        $bag = @(Import-Bag (Save-Clixml $live 6))[0]
        $bag | ForEach-Object $Edit
        $use = @{ schedule = '$bag | Add-ScheduleWarmup 5'; nested = '$bag | Add-ScheduleWarmup 5'; test = '$bag | Get-SuggestedLrBounds'; history = '$bag | Export-TrainingHistory $TestDrive/edited.json -Force'; bounds = '$bag | New-CyclicSchedule -StepSizeEpochs 1' }[$Of]
        (Get-Failure $use).Exception.Message | Should -Match $Says
    }

    It 'hide what is copied for them' {
        ($bounds | Get-Member).Name | Should -Not -Contain ClrDefinition
        $bounds | Format-List * | Out-String | Should -Not -Match ClrDefinition
    }
}

Describe 'The cmdlets that make schedules' {
    It 'have the defaults of the constructor: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule 0.1 0.2 -StepSize 4'; Schedule = { [ClrEngine.Schedules.CyclicSchedule]::new(0.1, 0.2, 4) } }
        @{ Line = 'New-OneCycleSchedule 0.1 -TotalSteps 40'; Schedule = { [ClrEngine.Schedules.OneCycleSchedule]::new(0.1, 40) } }
        @{ Line = 'New-WarmRestartSchedule 0.1 -CycleSteps 40'; Schedule = { [ClrEngine.Schedules.CosineWarmRestartsSchedule]::new(0.1, 40) } }
        @{ Line = 'New-DecaySchedule 0.1 -TotalSteps 40'; Schedule = { [ClrEngine.Schedules.DecaySchedule]::new(0.1, 40) } }
        @{ Line = 'New-StepDecaySchedule 0.1 -StepSize 40'; Schedule = { [ClrEngine.Schedules.StepDecaySchedule]::new(0.1, 40) } }
        @{ Line = 'New-ConstantSchedule 0.1'; Schedule = { [ClrEngine.Schedules.ConstantSchedule]::new(0.1) } }
        @{ Line = 'New-ConstantSchedule 0.1 | Add-ScheduleWarmup 4'; Schedule = { [ClrEngine.Schedules.WarmupSchedule]::new([ClrEngine.Schedules.ConstantSchedule]::new(0.1), 4) } }
    ) {
        (& ([scriptblock]::Create($Line))).Equals((& $Schedule)) | Should -BeTrue
    }

    It 'refuse epochs beyond what can be counted by name' {
        { New-CyclicSchedule 0.1 0.2 -StepSizeEpochs 1e300 -StepsPerEpoch 100 } | Should -Throw '*StepSizeEpochs is 1E+300*fewer epochs*' -ErrorId 'InvalidStepSizeEpochs,*'
    }
}

Describe 'Cycles of composed schedules' {
    It 'are refused for patience where a warm-up leads to a constant rate' {
        { New-ConstantSchedule 0.1 | Add-ScheduleWarmup 5 | Start-CyclicTraining mlp:4 digits -Patience 1 } | Should -Throw -ErrorId 'ScheduleHasNoCycles,*'
    }

    It 'are counted behind a constant rate, and end where the next part takes over' {
        $cyclic = New-CyclicSchedule 0.01 0.1 -StepSize 5
        $joined = New-ConstantSchedule 0.1 | Join-LrSchedule $cyclic 7 | Join-LrSchedule (New-ConstantSchedule 0.01) 20
        $history = $joined | Start-CyclicTraining mlp:4 digits -Cycles 2 -Snapshots -WarningAction Ignore
        $history.Cycles.Step | Should -Be 17, 20
        $history.Epochs[-1].Step | Should -Be 20
    }
}
