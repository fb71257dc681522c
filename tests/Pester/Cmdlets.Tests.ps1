BeforeDiscovery {
    $cmdlets = Get-Command -Module ClrModule | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1

    function Get-Value([string] $Line) { [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches }

    # The parameters of a cmdlet's own, each with its type without "or none".
    function Get-OwnParameter($Cmdlet) {
        $Cmdlet.Parameters.Values | Where-Object { $Cmdlet.ImplementingType.GetProperty($_.Name) } | ForEach-Object {
            $plain = [Nullable]::GetUnderlyingType($_.ParameterType)
            [pscustomobject]@{ Name = $_.Name; Attributes = $_.Attributes; IsNullable = $null -ne $plain; Type = $plain ?? $_.ParameterType }
        }
    }

    function Get-Attribute($Parameter, [string] $Name) { $Parameter.Attributes | Where-Object { $_.GetType().Name -like "$Name*" } }
}

Describe 'The module' {
    It 'exports its cmdlets, all of them, and nothing else' {
        $module = Get-Module ClrModule
        $types = $module.ImplementingAssembly.GetTypes() | Where-Object { $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) }
        $names = $types | ForEach-Object { $name = $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false)[0]; "$($name.VerbName)-$($name.NounName)" }
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be ($names | Sort-Object)
        $module.ExportedAliases.Count + $module.ExportedFunctions.Count + $module.ExportedVariables.Count | Should -Be 0
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb' { $Cmdlet.Verb | Should -BeIn (Get-Verb).Verb }
    It 'is sealed' { $Cmdlet.ImplementingType.IsSealed | Should -BeTrue }
    It 'says what comes out' { $Cmdlet.OutputType.Type | Should -Not -BeNullOrEmpty }

    It 'has at most two positional parameters' {
        foreach ($set in $Cmdlet.ParameterSets) { @($set.Parameters | Where-Object Position -GE 0).Count | Should -BeLessOrEqual 2 -Because $set.Name }
    }

    It 'can be asked what it would do if it changes something' {
        if ($Cmdlet.Verb -in 'Export', 'Install', 'Save', 'Set', 'Remove', 'Clear', 'Copy', 'Start', 'Update' -or $Cmdlet.Name -in 'New-TrainingSweep', 'Invoke-TrainingSweep') { $Cmdlet.Parameters.Keys | Should -Contain WhatIf }
        else { $Cmdlet.Parameters.Keys | Should -Not -Contain WhatIf }
    }

    It 'reads numbers in text with a point, and an empty text as no number where there can be none' {
        foreach ($parameter in Get-OwnParameter $Cmdlet) {
            $single = $parameter.Type.IsArray ? $parameter.Type.GetElementType() : $parameter.Type
            if ($single -notin [double], [long], [int]) { continue }
            $needed = $single -eq [double] ? 'PointDecimal' : 'WholeNumber'
            $attribute = Get-Attribute $parameter $needed
            $attribute.EmptyIsNone, $attribute.IsList | Should -Be ($parameter.IsNullable -and -not $attribute.RefusesNull), $parameter.Type.IsArray -Because "-$($parameter.Name) needs [$needed]"
            if ($needed -eq 'WholeNumber') { $attribute.GetType().GenericTypeArguments | Should -Be $single -Because "the numbers of -$($parameter.Name) end where those of its type do" }
        }
    }

    It 'says in words of its own that a name or a number is none, and takes one where it has place for one' {
        foreach ($parameter in Get-OwnParameter $Cmdlet) {
            $single = $parameter.Type.IsArray ? $parameter.Type.GetElementType() : $parameter.Type
            if ($single.IsEnum -or $single.Name -like 'Choice*') { (Get-Attribute $parameter NameOf).IsList | Should -Be $parameter.Type.IsArray -Because "-$($parameter.Name) needs [NameOf]" }
        }
    }

    It 'completes each parameter with known values by a completer, which has tooltips' {
        foreach ($parameter in Get-OwnParameter $Cmdlet) {
            if ($parameter.Type.Name -eq 'Choice`1' -or (Get-Attribute $parameter ValidateListed) -or $parameter.Name -in 'Model', 'Data', 'Device') {
                Get-Attribute $parameter ArgumentCompleter | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name) needs a completer"
            }
            # PowerShell completes the bare ones without tooltips: Choice<...> and [ValidateListed] stand in for them.
            $parameter.Type.IsEnum | Should -BeFalse -Because "-$($parameter.Name) is a bare enumeration"
            Get-Attribute $parameter ValidateSet | Should -BeNullOrEmpty -Because "-$($parameter.Name) has a bare set"
        }
    }

    It 'takes a path by its name as it is' {
        $paths = Get-OwnParameter $Cmdlet | Where-Object { $_.Name -eq 'Path' -or (Get-Attribute $_ SupportsWildcards) }
        foreach ($parameter in $paths) {
            $literal = if (Get-Attribute $parameter SupportsWildcards) { $Cmdlet.Parameters.Keys } else { $Cmdlet.Parameters[$parameter.Name].Aliases }
            $literal | Should -Contain LiteralPath -Because "-$($parameter.Name) takes a path"
        }
    }

    It 'demands no switch' {
        $switches = Get-OwnParameter $Cmdlet | Where-Object { $_.Type -eq [switch] }
        ($switches.Attributes | Where-Object { $_ -is [Parameter] }).Mandatory | Should -Not -Contain $true
    }
}

Describe 'Completion' {
    It 'offers <Value>, with a line on what it is, for: <Line>' -ForEach @(
        @{ Line = 'Start-CyclicTraining -Model m'; Value = 'mlp'; ToolTip = 'Fully connected' }
        @{ Line = 'New-TrainingModel -Model m'; Value = 'mlp'; ToolTip = 'Fully connected' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data dig'; Value = 'digits'; ToolTip = 'handwritten' }
        @{ Line = 'Import-TrainingData dig'; Value = 'digits'; ToolTip = 'handwritten' }
        @{ Line = 'Invoke-LrRangeTest -Device a'; Value = 'auto'; ToolTip = 'CUDA' }
        @{ Line = 'Invoke-LrRangeTest -Device c'; Value = 'cpu'; ToolTip = '' }
        @{ Line = 'New-CyclicSchedule -Mode Exp'; Value = 'ExpRange'; ToolTip = 'gamma' }
        @{ Line = 'Invoke-LrRangeTest -Sweep Lin'; Value = 'Linear'; ToolTip = '' }
        @{ Line = 'Get-SuggestedLrBounds -Method Con'; Value = 'Conservative'; ToolTip = 'third' }
        @{ Line = 'Get-SuggestedLrBounds -Method A'; Value = 'All'; ToolTip = 'rule' }
        @{ Line = 'Start-CyclicTraining -Optimizer AdamW'; Value = 'AdamW'; ToolTip = '' }
    ) {
        $found = @(Get-Value $Line | Where-Object CompletionText -CEQ $Value)
        $found | Should -HaveCount 1
        $found[0].ToolTip | Should -MatchExactly $ToolTip
        $found[0].ToolTip | Should -Not -BeNullOrEmpty
        $found[0].ToolTip | Should -Not -Be $Value
    }

    It 'offers paths for data' {
        $null = New-Item TestDrive:/my-data -ItemType Directory
        (Get-Value "Import-TrainingData $TestDrive/my").CompletionText | Should -Contain (Join-Path $TestDrive my-data)
    }

    It 'offers folders and files that may be models for -Model' {
        $folder = New-Item TestDrive:/nets -ItemType Directory
        'a.pt', 'b.torchscript', 'c.csv' | ForEach-Object { $null = New-Item (Join-Path $folder $_) }
        $null = New-Item (Join-Path $folder inner) -ItemType Directory
        (Get-Value "Start-CyclicTraining -Model $folder/").ListItemText | Sort-Object | Should -Be 'a.pt', 'b.torchscript', 'inner'
    }

    It 'offers folders and files that <Cmdlet> can read' -ForEach @(
        @{ Cmdlet = 'Test-TrainedModel'; Offered = 'a.safetensors', 'inner' }
        @{ Cmdlet = 'Import-LrSchedule'; Offered = 'b.json', 'inner' }
        @{ Cmdlet = 'Import-LrRangeTest'; Offered = 'b.json', 'inner' }
        @{ Cmdlet = 'Import-TrainingHistory'; Offered = 'b.json', 'inner' }
        @{ Cmdlet = 'Get-TrainingCheckpoint'; Offered = 'inner' }
        @{ Cmdlet = 'Get-TrainingSweep'; Offered = 'inner' }
    ) {
        $folder = Add-Folder
        'a.safetensors', 'b.json', 'c.csv' | ForEach-Object { $null = New-Item (Join-Path $folder $_) }
        $null = New-Item (Join-Path $folder inner) -ItemType Directory
        (Get-Value "$Cmdlet $folder/").ListItemText | Sort-Object | Should -Be $Offered
    }

    It 'offers the columns of the table that the line names, with <Parameter>' -ForEach @{ Parameter = 'LabelColumn' }, @{ Parameter = 'IgnoreColumn' }, @{ Parameter = 'CategoryColumn' } {
        Set-Content TestDrive:/flowers.csv "width,petal length,kind's name", '1,2,a', '3,4,b'
        (Get-Value "Import-TrainingData $TestDrive/flowers.csv -$Parameter ").CompletionText | Should -Be 'width', "'petal length'", "'kind''s name'"
        (Get-Value "Import-TrainingData -LiteralPath $TestDrive/flowers.csv -$Parameter pe").CompletionText | Should -Be "'petal length'"
        Set-Content TestDrive:/units.csv 'size[mm],y', '1,a', '3,b'
        foreach ($source in "'$TestDrive/units.csv'", "Get-Item $TestDrive/units.csv", "gci $TestDrive/units.csv") {
            (Get-Value "$source | Import-TrainingData -$Parameter si").CompletionText | Should -Be "'size[mm]'" -Because $source
        }
        (Get-Value "Import-TrainingData $TestDrive/units.csv -$Parameter 'size[").CompletionText | Should -Be "'size[mm]'"
    }

    It 'offers the runs of the sweep that the line names' {
        $sweep = Add-Folder
        $null = New-TrainingSweep $sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; StepSizeEpochs = 1 } -Grid @{ MaxLr = 0.1, 0.2 }
        $offered = Get-Value "Invoke-TrainingSweep $sweep -Index "
        $offered.CompletionText | Should -Be 0, 1
        $offered[1].ToolTip | Should -Be 'run 001 (MaxLr 0.2): Waiting'
    }

    It 'offers the devices of this machine, as Get-TorchDevice lists them' {
        (Get-Value 'Invoke-LrRangeTest -Device ').CompletionText | Should -Be (@('auto') + (Get-TorchDevice).Name)
    }
}

Describe 'A failure' {
    It 'has the id <Id>, its category, the value at fault and a remedy: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5'; Id = 'BaseLrNotBelowMaxLr,ClrModule.Commands.Schedules.NewCyclicScheduleCommand'; Target = 0.1 }
        @{ Line = 'New-CyclicSchedule -BaseLr 0 -MaxLr 0.01 -StepSize 5'; Id = 'InvalidBaseLr,ClrModule.Commands.Schedules.NewCyclicScheduleCommand'; Target = 0.0 }
        @{ Line = 'Invoke-LrRangeTest -Model nosuch -Data digits'; Id = 'ModelNotFound,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand'; Target = 'nosuch' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp:x -Data digits'; Id = 'InvalidModelArguments,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand'; Target = 'mlp:x' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data digits -Device cuda:99'; Id = 'DeviceNotFound,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand'; Target = 'cuda:99' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data digits -Device gpu'; Id = 'InvalidDevice,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand'; Target = 'gpu' }
        @{ Line = 'New-CyclicSchedule 0.1 0.2 -StepSize 5 | Start-CyclicTraining -Model mlp -Data digits -Epochs 0'; Id = 'InvalidEpochs,ClrModule.Commands.Training.StartCyclicTrainingCommand'; Target = 0 }
    ) {
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeExactly $Id
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $failure.TargetObject | Should -BeExactly $Target
        $failure.Exception.Message | Should -MatchExactly '[Gg]ive|[Uu]se|swap|see|write'
    }

    It 'has one id for its cause, <Id>: <Line>' -ForEach @(
        @{ Line = 'New-CyclicSchedule 0.01 0.1 -StepSizeEpochs 4'; Id = 'InvalidStepsPerEpoch,ClrModule.Commands.Schedules.NewCyclicScheduleCommand' }
        @{ Line = 'New-CyclicSchedule 0.1,0.2,0.3 1,2 -StepSize 8'; Id = 'GroupCountMismatch,ClrModule.Commands.Schedules.NewCyclicScheduleCommand' }
        @{ Line = 'Invoke-LrRangeTest mlp:0 digits'; Id = 'InvalidModelArguments,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand' }
        @{ Line = 'Invoke-LrRangeTest mlp digits -Device tpu'; Id = 'InvalidDevice,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand' }
        @{ Line = 'Invoke-LrRangeTest mlp digits -Iterations 8 -TrialSteps 0 | Get-SuggestedLrBounds'; Id = 'NoSuggestionTooFewPoints,ClrModule.Commands.RangeTests.GetSuggestedLrBoundsCommand' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeExactly $Id
    }

    It 'of data that is nowhere names the path where it was looked for, in one sentence' {
        $failure = Get-Failure 'Invoke-LrRangeTest -Model mlp -Data ./no-such-data'
        $failure.FullyQualifiedErrorId | Should -BeExactly 'DataNotFound,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $where = Join-Path $PWD no-such-data
        $failure.TargetObject | Should -BeExactly $where
        "$failure" | Should -BeExactly "Nothing lies at '$where', and it is none of the names digits, breast-cancer, iris, wine: check the path, or give a name."
        "$(Get-Failure 'Import-TrainingData ./no-such-data')" | Should -BeExactly "$failure"
    }

    It 'can be matched by its full id' {
        { New-CyclicSchedule -BaseLr 0.1 -MaxLr 0.01 -StepSize 5 -ErrorAction Stop } |
            Should -Throw -ErrorId 'BaseLrNotBelowMaxLr,ClrModule.Commands.Schedules.NewCyclicScheduleCommand'
    }
}

Describe 'A curve that holds no bounds' {
    It 'is an error that says what to change in the test' {
        (Get-Failure 'Invoke-LrRangeTest -Model mlp -Data digits -StartLr 1e-9 -EndLr 1e-8 | Get-SuggestedLrBounds').FullyQualifiedErrorId |
            Should -BeLike 'NoSuggestion*,ClrModule.Commands.RangeTests.GetSuggestedLrBoundsCommand'
    }
}

Describe 'A value that a parameter does not take' {
    It 'is refused in words that name no type: <Line>' -ForEach @(
        @{ Line = 'Start-CyclicTraining mlp digits -Optimizer Lion'; Says = "'Lion' is none of Sgd, Adam, AdamW, RMSprop\.$" }
        @{ Line = 'Start-CyclicTraining mlp digits -Optimizer 3'; Says = "'3' is none of Sgd" }
        @{ Line = 'Start-CyclicTraining mlp digits -Optimizer Sgd, Adam'; Says = "'Sgd, Adam' is none of Sgd" }
        @{ Line = 'Start-CyclicTraining mlp digits -Optimizer $null'; Says = 'is none of Sgd' }
        @{ Line = 'Start-CyclicTraining mlp digits -Augment Crop, Turn'; Says = "'Turn' is none of Crop, Flip, ResizedCrop, ColorJitter\.$" }
        @{ Line = 'Start-CyclicTraining mlp digits -Epochs 2.5'; Says = "'2\.5' is no whole number\.$" }
        @{ Line = 'Start-CyclicTraining mlp digits -Epochs 99999999999'; Says = "'99999999999' is too large: give a whole number up to 2147483647\.$" }
        @{ Line = 'Start-CyclicTraining mlp digits -Threads -1e30'; Says = "'-1e30' is too small: give a whole number from -2147483648 up\.$" }
        @{ Line = 'Invoke-TrainingSweep here -Index 0, "3000000000"'; Says = "'3000000000' is too large" }
        @{ Line = 'New-CyclicSchedule 0.01 0.1 -StepSize 9223372036854775808'; Says = 'is too large: give a whole number up to 9223372036854775807\.$' }
        @{ Line = 'Start-CyclicTraining mlp digits -ResidencyBudget 9999999TB'; Says = 'is too large' }
        @{ Line = 'Start-CyclicTraining mlp digits -BatchSize @{}'; Says = 'A Hashtable is no number\.$' }
        @{ Line = 'New-CyclicSchedule (Get-Date 2000-01-02) 0.1 -StepSize 9'; Says = "'01/02/2000 00:00:00' is no number\.$" }
        @{ Line = 'Start-CyclicTraining mlp digits -Epochs 5, 10'; Says = '2 values stand here: give one\.$' }
        @{ Line = 'Start-CyclicTraining mlp digits -Threads $true'; Says = "'True' is no whole number" }
        @{ Line = 'Start-CyclicTraining mlp digits -ClipNorm 1, 2'; Says = '2 values stand here' }
        @{ Line = 'New-CyclicSchedule 0.01 0.1 -StepSize 23 -Mode Square'; Says = "'Square' is none of Triangular" }
        @{ Line = 'New-CyclicSchedule "0.1, 0.2" 0.3 -StepSize 23'; Says = 'several numbers are a list' }
        @{ Line = 'Install-TorchLibrary -Backend rocm'; Says = "'rocm' is none of auto, cpu, cuda\.$" }
    ) {
        $failure = Get-Failure $Line
        "$failure" | Should -Match $Says
        "$failure" | Should -Not -Match '`|System\.|Clr[A-Z]\w+\.'
    }
}
