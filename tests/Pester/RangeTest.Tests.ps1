BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $test = Invoke-LrRangeTest mlp:32 digits
    $grouped = Invoke-LrRangeTest mlp:32 digits -ParameterGroup '*.weight', '*' -StartLr 1e-7, 1e-6 -EndLr 10, 100 | Get-SuggestedLrBounds
}

Describe 'A range test' {
    It 'stops where the loss diverges, and its table says where it was best' {
        $diverged = Invoke-LrRangeTest mlp digits
        $diverged.StopReason | Should -Be Diverged
        $diverged | ConvertTo-Screen | Should -MatchExactly 'Model +Data +StopReason +BestLr +BestLoss +Loss\n-+ .*\nmlp:256,128 +digits +\w+ +[\d.]+ +[\d.]+( |\n)'
    }

    It 'says all that is needed to run it again' {
        $adam = Invoke-LrRangeTest mlp:32 digits -Optimizer AdamW -Device cpu
        $adam.Model, $adam.Data, $adam.Device | Should -Be mlp:32, digits, cpu
        $adam.DataIdentity | Should -BeExactly (Import-TrainingData digits).Identity
        $adam.Optimizer | Should -BeExactly 'AdamW, betas 0.9 and 0.999, weight decay 0.01'
        $adam.Versions | Should -MatchExactly 'TorchSharp 0\.'
    }

    It 'that shows too little warns what to change: <Sweep>' -ForEach @(
        @{ Sweep = '-EndLr 0.01'; Remedy = 'raise EndLr' }
        @{ Sweep = '-StartLr 5 -EndLr 50'; Remedy = 'lower StartLr' }
    ) {
        $null = & ([scriptblock]::Create("Invoke-LrRangeTest mlp:32 digits $Sweep -WarningVariable script:warned"))
        $script:warned | Should -HaveCount 1
        $script:warned[0].Message | Should -MatchExactly $Remedy
    }

    It 'on validation batches has the curve of samples that stay the same' {
        $validated = Invoke-LrRangeTest mlp:32 digits -ValidationBatches 2
        # At a rate of 1e-7 the model stands still.
        [math]::Round($validated.Points[0].Loss, 4) | Should -Be ([math]::Round($validated.Points[1].Loss, 4))
        $validated.Options.ValidationBatches | Should -Be 2
    }

    It 'on a data set smaller than a batch gives bounds' {
        $small = Invoke-LrRangeTest mlp:32 wine -BatchSize 1000
        $small.StepsPerEpoch | Should -Be 1
        ($small | Get-SuggestedLrBounds).MaxLr | Should -BeGreaterThan 0
    }

    It 'refuses an option that cannot be used: <Option>' -ForEach @(
        @{ Option = '-Repeats 0'; Id = 'InvalidRepeats' }
        @{ Option = '-ValidationBatches -1'; Id = 'InvalidValidationBatches' }
        @{ Option = '-StartLr 1e-7, 1e-6 -EndLr 1, 1, 1'; Id = 'GroupCountMismatch' }
        @{ Option = '-ValidationData wine'; Id = 'InvalidValidationData' }
    ) {
        (Get-Failure "Invoke-LrRangeTest mlp:32 digits $Option").FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }
}

Describe 'Repeats' {
    It 'keep each seed, and give the bounds a spread' {
        $repeated = Invoke-LrRangeTest mlp:32 digits -Repeats 3 -Seed 5
        $repeated.Repeats.Seed | Should -Be 5, 6, 7
        ($repeated | Get-SuggestedLrBounds).Spread.Repeats | Should -Be 3
    }
}

Describe 'The methods of a suggestion' {
    It 'give one object each where all are asked for' {
        ($test | Get-SuggestedLrBounds -Method All).Method | Should -Be ([enum]::GetNames([ClrEngine.RangeTest.Suggestions.SuggestionMethod]))
    }

    It 'doubt a curve that does not show what they read, and say what to change: <Sweep>' -ForEach @(
        @{ Sweep = '-Sweep Linear -StartLr 0.001 -EndLr 1'; Method = 'Steepest'; Remedy = 'Sweep Exponential' }
        @{ Sweep = '-EndLr 0.01'; Method = 'Minimum'; Remedy = 'raise EndLr' }
        @{ Sweep = '-StartLr 0.02 -EndLr 5'; Method = 'Steepest'; Remedy = 'lower StartLr' }
    ) {
        $curve = & ([scriptblock]::Create("Invoke-LrRangeTest mlp:32 digits $Sweep -TrialSteps 0 -WarningAction Ignore"))
        $bounds = $curve | Get-SuggestedLrBounds -Method $Method -WarningVariable told -WarningAction SilentlyContinue
        $bounds.Confidence | Should -Be Low
        $told.Message -join ' ' | Should -MatchExactly $Remedy
    }

    It 'are those of the engine, and All' {
        $line = 'Get-SuggestedLrBounds -Method '
        [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText |
            Should -Be ([string[]] [enum]::GetNames([ClrEngine.RangeTest.Suggestions.SuggestionMethod]) + 'All')
        (Get-Failure '$test | Get-SuggestedLrBounds -Method Best').Exception.Message | Should -MatchExactly 'Balanced, Conservative'
    }
}

Describe 'A test that was saved' {
    It 'in CLIXML has the bounds of the original' {
        $repeated = Invoke-LrRangeTest mlp:32 digits -Repeats 2
        $copy = Copy-AsSaved $repeated
        $own, $read = $repeated, $copy | Get-SuggestedLrBounds
        $read.BaseLr, $read.MaxLr | Should -Be $own.BaseLr, $own.MaxLr
        $read.Spread.Equals($own.Spread) | Should -BeTrue
    }

    It 'without its definition says how to write it' {
        $copy = Copy-AsSavedElsewhere $test
        Get-Failure '$copy | Get-SuggestedLrBounds' | Should -MatchExactly 'Export-LrRangeTest'
    }

    It 'in a file has the bounds of the original' {
        $test | Export-LrRangeTest $TestDrive/test.json | Should -BeNullOrEmpty
        (Import-LrRangeTest $TestDrive/test.json | Get-SuggestedLrBounds).MaxLr | Should -Be ($test | Get-SuggestedLrBounds).MaxLr
    }

    It 'in a file knows where its data lies, also where both have moved' {
        $here, $there = (Add-Folder), (Add-Folder)
        Set-Content $here/rows.csv 'a,b,label', (0..59 | ForEach-Object { "$($_ * 7 % 11),$($_ * 5 % 13),$($_ % 3)" })
        Invoke-LrRangeTest mlp:8 $here/rows.csv -Iterations 20 | Export-LrRangeTest $here/test.json
        $line = 'Import-LrRangeTest test.json | Get-SuggestedLrBounds -Method Steepest | New-CyclicSchedule -MaxLr 0.1 -StepSizeEpochs 1 | Start-CyclicTraining -Epochs 2'
        Push-Location $there
        try {
            ($line -replace 'test.json', "$here/test.json" | Invoke-Expression).Data | Should -Be rows
            Move-Item $here/* $there
            (Invoke-Expression $line).Data | Should -Be rows
            Remove-Item rows.csv
            (Get-Failure $line).Exception.Message | Should -MatchExactly "lay at '.*rows.csv', and does not lie there or in this folder"
        } finally {
            Pop-Location
        }
    }

    It 'is refused where the file holds something else' {
        Set-Content $TestDrive/other.json "@{ ModuleVersion = '1.0' }"
        (Get-Failure "Import-LrRangeTest $TestDrive/other.json").FullyQualifiedErrorId | Should -BeLike 'RangeTestUnreadable,*'
    }
}

Describe 'Rates for parameter groups' {
    It 'give bounds for each' {
        [math]::Round($grouped.Groups[1].MaxLr / $grouped.Groups[0].MaxLr, 6) | Should -Be 10
    }

    It 'give each group a schedule of its own, of whatever kind' {
        $cyclic = $grouped | New-CyclicSchedule -StepSizeEpochs 2
        $cyclic.Schedules.BaseLr | Should -Be $grouped.Groups.BaseLr
        $cyclic.Schedules.MaxLr | Should -Be $grouped.Groups.MaxLr
        ($grouped | New-OneCycleSchedule -Epochs 4).Schedules.MaxLr | Should -Be $cyclic.At(46).Groups.LearningRate
        ($grouped | New-WarmRestartSchedule -CycleEpochs 4).Schedules | Should -HaveCount 2
    }

    It 'give way to a rate that is given by hand' {
        ($grouped | New-CyclicSchedule -MaxLr 3 -StepSizeEpochs 2).Schedules.MaxLr | Should -Be 3, 3
    }

    It 'come back from another process whole, or say that they were cut off' {
        $whole, $cut = (Copy-AsSaved $grouped), (Copy-AsSavedElsewhere $grouped -Depth 1)
        ($whole | New-CyclicSchedule -StepSizeEpochs 2).Schedules | Should -HaveCount 2
        (Get-Failure '$cut | New-CyclicSchedule -StepSizeEpochs 2').FullyQualifiedErrorId | Should -BeLike 'SavedObjectCutOff,*'
    }
}
