BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
}

Describe 'A cmdlet that makes a schedule' {
    It 'gives one <Type> for: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule 0.001 0.1 -StepSize 8'; Type = 'CyclicSchedule' }
        @{ Line = 'New-CyclicSchedule 0.001,0.01 0.1 -StepSize 8'; Type = 'GroupedSchedule' }
        @{ Line = 'New-OneCycleSchedule 0.1 -TotalSteps 100'; Type = 'OneCycleSchedule' }
        @{ Line = 'New-OneCycleSchedule 0.1,0.2 -Epochs 2 -StepsPerEpoch 50'; Type = 'GroupedSchedule' }
        @{ Line = 'New-WarmRestartSchedule 0.1 -T0 10 -TMult 2'; Type = 'CosineWarmRestartsSchedule' }
        @{ Line = 'New-DecaySchedule 0.1 -TotalSteps 100'; Type = 'DecaySchedule' }
        @{ Line = 'New-DecaySchedule 0.1,0.2 0.01 -Epochs 2 -StepsPerEpoch 50 -Shape Linear'; Type = 'GroupedSchedule' }
        @{ Line = 'New-StepDecaySchedule 0.1 -StepSize 30'; Type = 'StepDecaySchedule' }
        @{ Line = 'New-StepDecaySchedule 0.1,0.2 -MilestoneEpochs 1,2 -StepsPerEpoch 50'; Type = 'GroupedSchedule' }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -TotalSteps 100 -WarmupSteps 10 -DecaySteps 20'; Type = 'WarmupSchedule' }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1,0.2 -Epochs 4 -WarmupEpochs 0 -DecayEpochs 1 -StepsPerEpoch 5'; Type = 'GroupedSchedule' }
        @{ Line = 'New-ConstantSchedule 0.1'; Type = 'ConstantSchedule' }
        @{ Line = 'New-ConstantSchedule 0.1 | Add-ScheduleWarmup 10'; Type = 'WarmupSchedule' }
        @{ Line = 'New-ConstantSchedule 0.1 | Join-LrSchedule (New-ConstantSchedule 0.2) 10'; Type = 'JoinedSchedule' }
    ) {
        $made = @(& ([scriptblock]::Create($Line)))
        $made | Should -HaveCount 1
        $made[0].GetType().FullName | Should -BeExactly "ClrEngine.Schedules.$Type"
    }

    It 'leaves what was not said to the engine''s default: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule 0.001 0.1 -StepSize 8'; Engine = { [ClrEngine.Schedules.CyclicSchedule]::new(0.001, 0.1, 8) } }
        @{ Line = 'New-OneCycleSchedule 0.1 -TotalSteps 100'; Engine = { [ClrEngine.Schedules.OneCycleSchedule]::new(0.1, 100) } }
        @{ Line = 'New-WarmRestartSchedule 0.1 -CycleSteps 10'; Engine = { [ClrEngine.Schedules.CosineWarmRestartsSchedule]::new(0.1, 10) } }
        @{ Line = 'New-StepDecaySchedule 0.1 -Milestone 30, 60'; Engine = { [ClrEngine.Schedules.StepDecaySchedule]::new(0.1, $null, 0.1, [long[]] (30, 60)) } }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -TotalSteps 100 -WarmupSteps 10 -DecaySteps 20'; Engine = { [ClrEngine.Schedules.WarmupStableDecay]::Make(0.1, 100, 10, 20) } }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -Epochs 10 -WarmupEpochs 0 -DecayEpochs 2 -StepsPerEpoch 10'; Engine = { [ClrEngine.Schedules.WarmupStableDecay]::Make(0.1, 100, 0, 20) } }
        @{ Line = 'New-ConstantSchedule 0.1 | Add-ScheduleWarmup 10'; Engine = { [ClrEngine.Schedules.WarmupSchedule]::new([ClrEngine.Schedules.ConstantSchedule]::new(0.1), 10) } }
    ) {
        (& ([scriptblock]::Create($Line))).Equals((& $Engine)) | Should -BeTrue
    }
}

Describe 'Rows of a table' {
    It 'become the schedules that their columns name' {
        $made = "BaseLr,MaxLr,StepSize,Mode,CycleLimit`n0.001,0.1,8,Triangular2,3`n0.01,0.2,20,ExpRange," | ConvertFrom-Csv | New-CyclicSchedule
        $made | Should -HaveCount 2
        $made[0].Equals([ClrEngine.Schedules.CyclicSchedule]::new(0.001, 0.1, 8, $null, 'Triangular2', 1, $true, 0.8, 0.9, $null, 1, 1, 3)) | Should -BeTrue
        $made[1].MaxLr, $made[1].StepSizeUp, $made[1].Mode | Should -Be 0.2, 20, ExpRange
    }

    It 'have true and false as texts: <Text> is <Is>' -ForEach @{ Text = 'false'; Is = $false }, @{ Text = 'FALSE'; Is = $false }, @{ Text = '0'; Is = $false }, @{ Text = 'True'; Is = $true }, @{ Text = '1'; Is = $true } {
        $made = 'BaseLr,MaxLr,StepSize,CycleMomentum,DecayBase,Mode', "0.01,0.1,5,$Text,$Text,ExpRange" | ConvertFrom-Csv | New-CyclicSchedule
        $made.CycleMomentum, $made.DecayBase | Should -Be $Is, $Is
        $made = 'MaxLr,TotalSteps,CycleMomentum,ThreePhase', "0.1,50,$Text,$Text" | ConvertFrom-Csv | New-OneCycleSchedule
        $made.CycleMomentum, $made.ThreePhase | Should -Be $Is, $Is
    }

    It 'are refused where true or false is wanted and <_> stands there' -ForEach 'no', 'off', '$false', '2', '' {
        foreach ($column in 'CycleMomentum', 'DecayBase') {
            $row = [pscustomobject]@{ BaseLr = '0.01'; MaxLr = '0.1'; StepSize = '5'; $column = $_ }
            $failure = Get-Failure '$row | New-CyclicSchedule'
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            "$failure" | Should -Match "'$column'.*($([regex]::Escape("'$_' is neither true nor false"))|text is empty)"
        }
    }

    It 'have true and false read alike by all cmdlets' {
        $flags = (Get-Command -Module ClrModule -CommandType Cmdlet).ImplementingType.GetProperties() |
            Where-Object { $_.PropertyType -in [bool], [switch] -and $_.GetCustomAttributes([Parameter], $true).ValueFromPipelineByPropertyName -contains $true }
        $flags.Name | Should -Contain Nesterov
        ($flags | Where-Object { -not $_.IsDefined([ClrModule.Binding.TrueOrFalseAttribute], $true) }).Name | Should -BeNullOrEmpty
    }

    It 'set switches of the training too' {
        $rows = 'Model,Nesterov,ExcludeBiasAndNorm,Snapshots', 'mlp:8,true,1,false', 'mlp:8,false,0,false' | ConvertFrom-Csv
        $histories = $rows | Start-CyclicTraining -Data digits -Schedule (New-CyclicSchedule 0.01 0.1 -StepSize 23 -CycleMomentum $false) -Epochs 1 -Device cpu -WarningAction Ignore
        $histories[0].Run.Optimizer | Should -Match 'Nesterov'
        $histories[1].Run.Optimizer | Should -Not -Match 'Nesterov'
    }

    It 'have a point as the decimal mark, in the culture <Name> too' -ForEach @{ Name = '' }, @{ Name = 'de-DE' } {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $Name
            $made = [pscustomobject]@{ BaseLr = '0.001'; MaxLr = '6e-3'; StepSize = '2000'; Mode = 'triangular2'; Gamma = '1.0' } | New-CyclicSchedule
        }
        finally { [cultureinfo]::CurrentCulture = $before }
        $made.BaseLr, $made.MaxLr, $made.StepSizeUp, $made.Mode | Should -Be 0.001, 0.006, 2000, Triangular2
    }

    It 'with a comma in a number are refused with the right spelling' {
        (Get-Failure '[pscustomobject]@{ BaseLr = "0,001"; MaxLr = "0.1"; StepSize = "5" } | New-CyclicSchedule').Exception.Message | Should -MatchExactly 'such as 0\.001'
    }

    It 'have no value in an empty cell where the parameter can be without one' {
        ([pscustomobject]@{ BaseLr = '0.001'; MaxLr = '0.1'; StepSize = '5'; StepSizeDown = '' } | New-CyclicSchedule).StepSizeDown | Should -Be 5
    }

    It 'with an empty cell are refused where a number is needed' {
        (Get-Failure '[pscustomobject]@{ BaseLr = "0.001"; MaxLr = ""; StepSize = "5" } | New-CyclicSchedule').Exception.Message | Should -MatchExactly 'empty'
    }
}

Describe 'A rate that is held' {
    It 'is given in steps or epochs, by a row too, and shown' {
        $schedule = New-CyclicSchedule 0.1 0.3 -StepSize 4 -StepSizeDown 2 -HoldTop 2 -HoldBottomEpochs 0.5 -StepsPerEpoch 6
        $schedule.HoldTop, $schedule.HoldBottom, $schedule.CycleLength | Should -Be 2, 3, 11
        ($schedule | Get-CyclicSchedulePoint 11 -RateOnly).ForEach{ [math]::Round($_, 12) } | Should -Be 0.1, 0.15, 0.2, 0.25, 0.3, 0.3, 0.3, 0.2, 0.1, 0.1, 0.1
        $schedule | Format-Table | Out-String | Should -Match '4 \+ 2 \+ 2 \+ 3'
        $schedule | Format-List | Out-String | Should -Match 'HoldBottom +: 3'
        $row = 'BaseLr,MaxLr,StepSize,HoldTopEpochs,StepsPerEpoch', '0.1,0.3,4,0,6' | ConvertFrom-Csv | New-CyclicSchedule
        $row.Equals((New-CyclicSchedule 0.1 0.3 -StepSize 4)) | Should -BeTrue
        ($schedule | New-CyclicSchedule -StepSize 4 -HoldTopEpochs 1 -StepsPerEpoch 6).HoldTop | Should -Be 6
    }

    It 'is refused in both units at once' {
        (Get-Failure 'New-CyclicSchedule 0.1 0.3 -StepSize 4 -HoldTop 1 -HoldTopEpochs 1 -StepsPerEpoch 5').FullyQualifiedErrorId | Should -BeLike 'InvalidHoldTopEpochs,*'
    }

    It 'ends each cycle, where snapshots are taken, and goes into the command of the run' {
        $history = New-CyclicSchedule 0.01 0.1 -StepSize 5 -HoldTop 3 -HoldBottom 2 | Start-CyclicTraining mlp:4 digits -Cycles 2 -Snapshots -WarningAction Ignore
        $history.Cycles.Step | Should -Be 15, 30
        $history.Command | Should -Match '-HoldTop 3 -HoldBottom 2'
    }
}

Describe 'An amplitude of one''s own' {
    It 'scales each cycle: <_>' -ForEach '{ 1 / $_ }', '{ param($cycle) 1 / $cycle }' {
        $block = [scriptblock]::Create($_.Trim('{}'))
        $rates = (New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction $block | Get-CyclicSchedulePoint 3 -Every 4 -From 2).LearningRate
        $rates | Should -HaveCount 3
        0..2 | ForEach-Object { [math]::Abs($rates[$_] - (3, 2, (1 + 2 / 3))[$_]) | Should -BeLessThan 1e-15 }
    }

    It 'that gives no number is named: <_>' -ForEach "{ 'x' }", '{ }', '{ 1; 2 }', '{ $null }', '{ $true }', "{ '0,5' }" {
        (Get-Failure "New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction $_ | Get-CyclicSchedulePoint").FullyQualifiedErrorId |
            Should -BeExactly 'InvalidScaleFunction,ClrModule.Commands.Schedules.GetCyclicSchedulePointCommand'
    }

    It 'that reads a variable is code, which no file and no other process has' {
        $share = 0.5
        $one = New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction { $share }.GetNewClosure() -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -Match 'ScaleFunction reads \$share'
        $share = 0.25
        $other = New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction { $share }.GetNewClosure() -WarningAction Ignore
        $one.At(2).LearningRate, $other.At(2).LearningRate | Should -Be 2, 1.5
        $one.Equals($other) | Should -BeFalse
        { $one | Export-LrSchedule "$TestDrive/share.json" } | Should -Throw -ErrorId 'ScheduleNotSaveable,*' -ExpectedMessage '*reads variables*'
        "$TestDrive/share.json" | Should -Not -Exist
    }

    It 'that no step could shrink to is refused' {
        { New-CyclicSchedule 1 3 -StepSize 2 -Mode ExpRange -FinalAmplitude 0.1 -OverEpochs 1e17 -StepsPerEpoch 23 } | Should -Throw -ErrorId 'InvalidOver,*'
    }

    It 'that is left after so many epochs is reached by gamma' {
        $schedule = New-CyclicSchedule 1 3 -StepSize 2 -Mode ExpRange -FinalAmplitude 0.1 -OverEpochs 10 -StepsPerEpoch 100
        [math]::Abs($schedule.AmplitudeAt(1000) - 0.1) | Should -BeLessThan 1e-12
    }

    It 'that nothing would use is refused: <_>' -ForEach '-FinalAmplitude 0.1 -Over 100', '-Mode ExpRange -Gamma 0.9 -FinalAmplitude 0.1 -Over 100' {
        (Get-Failure "New-CyclicSchedule 1 3 -StepSize 2 $_").FullyQualifiedErrorId | Should -BeExactly 'InvalidFinalAmplitude,ClrModule.Commands.Schedules.NewCyclicScheduleCommand'
    }
}

Describe 'A decay that cannot be' {
    It 'is refused with what to do: <Line>' -ForEach @(
        @{ Line = 'New-DecaySchedule 0.1 -TotalSteps 9 -Shape Linear -Power 2'; Id = 'InvalidPower'; Says = 'the shape is Linear; leave Power out' }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -TotalSteps 9 -WarmupSteps 1 -DecaySteps 4 -Power 2'; Id = 'InvalidPower'; Says = 'the shape is OneMinusSqrt' }
        @{ Line = 'New-DecaySchedule 0.1 -TotalSteps 9 -Shape Exponential'; Id = 'InvalidMinLr'; Says = 'never reaches' }
        @{ Line = 'New-DecaySchedule 0.1 0.2 -TotalSteps 9'; Id = 'MinLrNotBelowMaxLr'; Says = 'must be below' }
        @{ Line = 'New-StepDecaySchedule 0.1 -Milestone 5, 3'; Id = 'InvalidMilestones'; Says = 'the step 3, which is not above 5' }
        @{ Line = 'New-StepDecaySchedule 0.1 -MilestoneEpochs 5'; Id = 'InvalidStepsPerEpoch'; Says = 'give -StepsPerEpoch' }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -TotalSteps 9 -WarmupSteps 5 -DecaySteps 5'; Id = 'InvalidDecaySteps'; Says = 'give shorter parts' }
    ) {
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$failure" | Should -Match $Says
    }
}

Describe 'A setting without effect' {
    It 'is refused with what to do: <Line>' -ForEach @(
        @{ Line = '-Gamma 0.9'; Id = 'InvalidGamma'; Says = 'the mode is Triangular; leave Gamma out, or set the mode to ExpRange' }
        @{ Line = '-Gamma 0.9 -ScaleFunction { 1 }'; Id = 'InvalidGamma'; Says = 'the mode is Custom' }
        @{ Line = '-CycleMomentum $false -BaseMomentum 0.7'; Id = 'InvalidBaseMomentum'; Says = 'CycleMomentum is false' }
        @{ Line = '-CycleMomentum $false -MaxMomentum 0.95, 0.9 -MaxLr 3, 4'; Id = 'InvalidMaxMomentum'; Says = 'leave MaxMomentum out' }
        @{ Line = '-Over 100'; Id = 'InvalidOver'; Says = 'goes with FinalAmplitude' }
        @{ Line = '-OverEpochs 10 -StepsPerEpoch 5'; Id = 'InvalidOverEpochs'; Says = 'goes with FinalAmplitude' }
        @{ Line = '-Mode ExpRange -FinalAmplitude 0.1 -Over 100 -OverEpochs 10'; Id = 'InvalidOver'; Says = 'give one of them' }
        @{ Line = '-ScaleMode Iterations'; Id = 'InvalidScaleMode'; Says = 'goes with ScaleFunction' }
    ) {
        $failure = Get-Failure "New-CyclicSchedule 1 -StepSize 2 $Line$(if ($Line -notmatch 'MaxLr') { ' -MaxLr 3' })"
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Id,ClrModule.Commands.Schedules.NewCyclicScheduleCommand"
        "$failure" | Should -Match $Says
        $row = [pscustomobject]@{ BaseLr = 1; MaxLr = 3; StepSize = 2; Gamma = 0.9 }
        (Get-Failure '$row | New-CyclicSchedule').FullyQualifiedErrorId | Should -BeLike 'InvalidGamma,*'
        (Get-Failure 'New-OneCycleSchedule 1 -TotalSteps 9 -CycleMomentum $false -BaseMomentum 0.7').FullyQualifiedErrorId | Should -BeLike 'InvalidBaseMomentum,*'
    }

    It 'that a schedule in the pipeline brings along is left, and so is one that changes nothing' {
        (New-CyclicSchedule 1 3 -StepSize 2 -Mode ExpRange -Gamma 0.9 | New-CyclicSchedule -Mode Triangular).Mode | Should -Be Triangular
        (New-CyclicSchedule 1 3 -StepSize 2 -Gamma 1).Gamma | Should -Be 1
    }

    It 'of <Line> is refused, and left where a row brings it along: <Says>' -ForEach @(
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -TotalSteps 9 -WarmupSteps 0 -DecaySteps 3 -StartFactor 0.1'; Says = 'StartFactor 0\.1 is where the warm-up starts, and there is none' }
        @{ Line = 'New-WarmupStableDecaySchedule 0.1 -Epochs 9 -WarmupEpochs 0 -DecayEpochs 3 -StepsPerEpoch 2 -StartFactor 7'; Says = 'leave StartFactor out' }
        @{ Line = 'New-CyclicSchedule 1 3 -StepSize 2 -CycleLimit 1 -CycleDecay 0.5 -CycleMomentum $false'; Says = 'CycleDecay 0\.5 changes each cycle after the first, and CycleLimit is 1' }
        @{ Line = 'New-WarmRestartSchedule 0.1 -CycleSteps 5 -CycleLimit 1 -TMult 2'; Says = 'leave CycleMul out' }
    ) {
        "$(Get-Failure $Line)" | Should -Match $Says
        ([pscustomobject] @{ StartFactor = 0.1; MaxLr = 0.1 } | New-WarmupStableDecaySchedule -TotalSteps 9 -WarmupSteps 0 -DecaySteps 3).At(0).LearningRate | Should -Be 0.1
    }

    It 'of a file of JSON is warned of by name' {
        $text = (New-DecaySchedule 0.1 -TotalSteps 9 -Shape Polynomial -Power 2).ToJson().Replace('Polynomial', 'Cosine').Replace('polynomial', 'cosine')
        Set-Content $TestDrive/idle.json $text
        (Import-LrSchedule $TestDrive/idle.json -WarningVariable file).Power, (Import-LrSchedule -Json $text -WarningVariable read).Power | Should -Be 2, 2
        $file, $read | Should -Match 'Power 2 bends the decay under Shape Polynomial, and the shape is Cosine'
        "$file" | Should -Match 'idle\.json'
    }

    It 'does not keep a run from being repeated' {
        $schedule = Import-LrSchedule -Json ((New-CyclicSchedule 0.01 0.1 -StepSize 23 -Mode ExpRange -Gamma 0.9).ToJson().Replace('ExpRange', 'Triangular'))
        $history = $schedule | Start-CyclicTraining mlp:4 digits -Epochs 1 -Device cpu -Threads 1
        (& ([scriptblock]::Create($history.Command))).Schedule.Equals($schedule) | Should -BeTrue
    }
}

Describe 'A number' {
    It 'of bytes as a text is no rate: <_>' -ForEach '-BaseLr 1 -MaxLr "0.1KB"', '-BaseLr 1 -MaxLr 3, "1mb"', '-BaseLr 1 -MaxLr 3 -CycleDecay "0.0001kb"' {
        $failure = Get-Failure "New-CyclicSchedule -StepSize 2 $_"
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -Match 'b.* is the number .*, a count of bytes: write the number without [km]b'
        $row = 'BaseLr,MaxLr,StepSize', '1,0.1kb,2' | ConvertFrom-Csv
        (Get-Failure '$row | New-CyclicSchedule').FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
    }

    It 'of a row is written as tables have it, and not as PowerShell does: <_>' -ForEach '1kb', '2mb', '0x10', '5L', '0.5kb' {
        $row = [pscustomobject] @{ MaxLr = '0.1'; TotalSteps = $_ }
        $failure = Get-Failure '$row | New-DecaySchedule'
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -Match "'$_' is .* write"
        (Get-Failure '[pscustomobject] @{ ClassWeight = @{ 1 = $row.TotalSteps } } | Start-CyclicTraining mlp:4 digits -Schedule (New-ConstantSchedule 0.1)').FullyQualifiedErrorId | Should -BeLike 'InvalidClassWeight,*'
    }

    It 'of a row may have an exponent, as R writes 100000' { ('MaxLr,TotalSteps', '0.1,1e+05' | ConvertFrom-Csv | New-DecaySchedule).TotalSteps | Should -Be 100000 }

    It 'of bytes in a row may have its unit' { ([pscustomobject] @{ ResidencyBudget = '4GB' } | Start-CyclicTraining mlp:4 digits -Schedule (New-ConstantSchedule 0.1) -Epochs 1 -WhatIf) | Should -BeNullOrEmpty }

    It 'of steps may be a multiple' { (New-CyclicSchedule 1 3 -StepSize 2kb).StepSizeUp | Should -Be 2048 }
}

Describe 'The points of a schedule' {
    It 'are its corners where every corner is asked for' {
        (New-CyclicSchedule 0.01 0.1 -StepSize 23 | Get-CyclicSchedulePoint -Count 3 -Every 23).LearningRate | Should -Be 0.01, 0.1, 0.01
    }

    It 'come as one array of rates with -RateOnly <Options>' -ForEach @(
        @{ Options = '-Count 5'; Rates = '1 2 3 2 1' }
        @{ Options = '-Count 3 -Every 2 -From 1'; Rates = '2 2 2' }
        @{ Options = ''; Rates = '1 2 3 2 1' }
        @{ Options = '-Count 0'; Rates = '' }
    ) {
        $list = [scriptblock]::Create("New-CyclicSchedule 1 3 -StepSize 2 | Get-CyclicSchedulePoint $Options -RateOnly")
        & $list | ForEach-Object { "$($_.GetType()): $_" } | Should -BeExactly "double[]: $Rates"
    }

    It 'are made one by one: the first of a huge number are there at once' {
        @(New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint 9000000000000000000 | Select-Object -First 3) | Should -HaveCount 3
    }

    It 'beyond the largest step are refused by their count <_>' -ForEach '', '-RateOnly' {
        (Get-Failure "New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint 3 -Every 4611686018427387904 $_").FullyQualifiedErrorId |
            Should -BeExactly 'InvalidCount,ClrModule.Commands.Schedules.GetCyclicSchedulePointCommand'
    }

    It 'end where they are stopped' {
        $run = Invoke-Midway 'New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint 9000000000000000000 | Where-Object Step -eq 5'
        $run.Shell.InvocationStateInfo.State | Should -Be Stopped
    }
}
