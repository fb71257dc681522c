BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
}

Describe 'A failure' {
    It 'has the id <Id>, its category, the value at fault and a remedy: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5'; Id = 'BaseLrNotBelowMaxLr,ClrModule.Commands.NewCyclicScheduleCommand'; Target = 0.1 }
        @{ Line = 'New-CyclicSchedule -BaseLr 0 -MaxLr 0.01 -StepSize 5'; Id = 'InvalidBaseLr,ClrModule.Commands.NewCyclicScheduleCommand'; Target = 0.0 }
        @{ Line = 'Invoke-LrRangeTest -Model nosuch -Data digits'; Id = 'ModelNotFound,ClrModule.Commands.InvokeLrRangeTestCommand'; Target = 'nosuch' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp:x -Data digits'; Id = 'InvalidModelArguments,ClrModule.Commands.InvokeLrRangeTestCommand'; Target = 'mlp:x' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data digits -Device cuda:99'; Id = 'DeviceNotFound,ClrModule.Commands.InvokeLrRangeTestCommand'; Target = 'cuda:99' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data digits -Device gpu'; Id = 'InvalidDevice,ClrModule.Commands.InvokeLrRangeTestCommand'; Target = 'gpu' }
        @{ Line = 'New-CyclicSchedule 0.1 0.2 -StepSize 5 | Start-CyclicTraining -Model mlp -Data digits -Epochs 0'; Id = 'InvalidEpochs,ClrModule.Commands.StartCyclicTrainingCommand'; Target = 0 }
    ) {
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeExactly $Id
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $failure.TargetObject | Should -BeExactly $Target
        $failure.Exception.Message | Should -MatchExactly '[Gg]ive|[Uu]se|swap|see|write'
    }

    It 'has one id for its cause, <Id>: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule 0.01 0.1 -StepSizeEpochs 4'; Id = 'InvalidStepsPerEpoch,ClrModule.Commands.NewCyclicScheduleCommand' }
        @{ Line = 'New-CyclicSchedule 0.1,0.2,0.3 1,2 -StepSize 8'; Id = 'GroupCountMismatch,ClrModule.Commands.NewCyclicScheduleCommand' }
        @{ Line = 'Invoke-LrRangeTest mlp:0 digits'; Id = 'InvalidModelArguments,ClrModule.Commands.InvokeLrRangeTestCommand' }
        @{ Line = 'Invoke-LrRangeTest mlp digits -Device tpu'; Id = 'InvalidDevice,ClrModule.Commands.InvokeLrRangeTestCommand' }
        @{ Line = 'Invoke-LrRangeTest mlp digits -Iterations 8 | Get-SuggestedLrBounds'; Id = 'NoSuggestionTooFewPoints,ClrModule.Commands.GetSuggestedLrBoundsCommand' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeExactly $Id
    }

    It 'of data that is nowhere names the path where it was looked for' {
        $failure = Get-Failure 'Invoke-LrRangeTest -Model mlp -Data ./no-such-data'
        $failure.FullyQualifiedErrorId | Should -BeExactly 'DataNotFound,ClrModule.Commands.InvokeLrRangeTestCommand'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        [IO.Path]::IsPathFullyQualified($failure.TargetObject) | Should -BeTrue -Because $failure.TargetObject
        $failure.Exception.Message | Should -Match 'give|use|swap|see|write'
    }

    It 'can be matched by its full id' {
        { New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5 -ErrorAction Stop } |
            Should -Throw -ErrorId 'BaseLrNotBelowMaxLr,ClrModule.Commands.NewCyclicScheduleCommand'
    }
}

Describe 'A curve that holds no bounds' {
    It 'is an error that says what to change in the test' {
        (Get-Failure 'Invoke-LrRangeTest -Model mlp -Data digits -StartLr 1e-9 -EndLr 1e-8 | Get-SuggestedLrBounds').FullyQualifiedErrorId |
            Should -BeLike 'NoSuggestion*,ClrModule.Commands.GetSuggestedLrBoundsCommand'
    }
}
