BeforeDiscovery {
    $failures = @(
        @{ Line = 'New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5'; Id = 'BaseLrNotBelowMaxLr'; Category = 'InvalidArgument' }
        @{ Line = 'New-CyclicSchedule -BaseLr 0 -MaxLr 0.01 -StepSize 5'; Id = 'InvalidBaseLr'; Category = 'InvalidArgument' }
        @{ Line = 'Invoke-LrRangeTest -Model nosuch -Data digits'; Id = 'ModelNotFound'; Category = 'InvalidArgument' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data ./no-such-data'; Id = 'DataNotFound'; Category = 'ObjectNotFound' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data digits -Device cuda:99'; Id = 'DeviceNotFound'; Category = 'InvalidArgument' }
        @{ Line = 'New-CyclicSchedule 0.1 0.2 -StepSize 5 | Start-CyclicTraining -Model mlp -Data digits -Epochs 0'; Id = 'InvalidEpochs'; Category = 'InvalidArgument' }
    )
}

Describe 'A failure' {
    It 'has the id <Id>, a category, a target and a remedy: <Line>' -ForEach $failures {
        $caught = try { & ([scriptblock]::Create($Line)) } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike "$Id,ClrModule.Commands.*"
        $caught.CategoryInfo.Category | Should -Be $Category
        $caught.TargetObject | Should -Not -BeNullOrEmpty
        $caught.Exception.Message | Should -Match 'give|use|swap|see|write'
    }

    It 'can be matched by its full id' {
        { New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5 -ErrorAction Stop } |
            Should -Throw -ErrorId 'BaseLrNotBelowMaxLr,ClrModule.Commands.NewCyclicScheduleCommand'
    }
}

Describe 'A curve that holds no bounds' {
    It 'is an error that says what to change in the test' {
        { Invoke-LrRangeTest -Model mlp -Data digits -StartLr 1e-9 -EndLr 1e-8 | Get-SuggestedLrBounds } |
            Should -Throw -ErrorId 'NoSuggestion*,ClrModule.Commands.GetSuggestedLrBoundsCommand'
    }
}
