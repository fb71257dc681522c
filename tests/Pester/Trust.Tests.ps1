BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $scripted = "$PSScriptRoot/Fixtures/net.pt"
    $schedule = New-CyclicSchedule 0.02 0.1 -StepSize 23
    $history = $schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -Device cpu
}

Describe '-NoScript' {
    BeforeAll {
        $loaded = New-TrainingModel $scripted digits
        $nested = [TorchSharp.torch+nn]::Sequential()
        $null = $nested.append([TorchSharp.torch+nn]::Flatten())
        $null = $nested.append($loaded)
        $block = { param($shape, $outputs) New-TrainingModel $scripted digits }
        $renamed = Join-Path (Add-Folder) weights.bin
        Copy-Item $scripted $renamed
        $trained = Add-Folder
        $null = $schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -Device cpu -OutPath $trained
    }

    It 'refuses TorchScript: <_>' -ForEach @(
        'Invoke-LrRangeTest $scripted digits -NoScript'
        'Invoke-LrRangeTest (Get-Item $scripted) digits -NoScript'
        'Invoke-LrRangeTest $renamed digits -NoScript'
        'Invoke-LrRangeTest $loaded digits -NoScript'
        'Invoke-LrRangeTest $nested digits -NoScript'
        'Invoke-LrRangeTest $block digits -NoScript'
        '$schedule | Start-CyclicTraining $scripted digits -NoScript'
        '$schedule | Start-CyclicTraining $loaded digits -NoScript'
        '$schedule | Start-CyclicTraining "missing.pt" digits -NoScript'
        'New-TrainingModel $scripted digits -NoScript'
        'Test-TrainedModel $trained/final.safetensors digits -Model $scripted -NoScript'
        'Test-TrainedModel $trained/final.safetensors digits -Model $loaded -NoScript'
    ) {
        $failure = Get-Failure $_
        $failure.FullyQualifiedErrorId | Should -Match '^ScriptRefused,'
        $failure.CategoryInfo.Category | Should -Be SecurityError
        $failure.Exception.Message | Should -Match 'NoScript was given, and .* is TorchScript, whose code would run'
    }

    It 'lets all else in: <_>' -ForEach @(
        'Invoke-LrRangeTest mlp:8 digits -Iterations 5 -NoScript'
        '$schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -NoScript'
        'Invoke-LrRangeTest { param($shape, $outputs) New-TrainingModel mlp:4 digits } digits -Iterations 5 -NoScript'
        'Test-TrainedModel $trained/final.safetensors digits -NoScript'
    ) { & ([scriptblock]::Create($_)) | Should -HaveCount 1 }

    It 'can be the default of a session' {
        $PSDefaultParameterValues = @{ '*:NoScript' = $true }
        (Get-Failure 'New-TrainingModel $scripted digits').FullyQualifiedErrorId | Should -Match '^ScriptRefused,'
        (New-CyclicSchedule 0.02 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 1 -Device cpu).Command | Should -Match ' -Epochs 1'
    }

    It 'refuses the model file that a history from elsewhere names' {
        Push-Location (Split-Path $scripted)
        try {
            $path = Join-Path (Add-Folder) run.json
            (Invoke-LrRangeTest net.pt digits -Iterations 5).Run | Should -Not -BeNullOrEmpty
            $schedule | Start-CyclicTraining net.pt digits -Epochs 1 -Device cpu | Export-TrainingHistory $path
            (Get-Failure "Import-TrainingHistory '$path' | Start-CyclicTraining -NoScript").FullyQualifiedErrorId | Should -Match '^ScriptRefused,'
        }
        finally { Pop-Location }
    }
}

Describe 'The command of a history' {
    BeforeAll {
        $folder = Add-Folder
        $history | Export-TrainingHistory $folder/run.json
        $imported = Import-TrainingHistory $folder/run.json
    }

    It 'is that of a run where there was one' {
        $history.IsImported | Should -BeFalse
        $history | Format-List | ConvertTo-Screen | Should -MatchExactly '(?m)^Command +: New-CyclicSchedule'
    }

    It 'is marked where the history comes from a file' {
        $imported.IsImported | Should -BeTrue
        $imported.Command | Should -BeExactly $history.Command
        $imported | Format-List | ConvertTo-Screen | Should -MatchExactly '(?m)^Command \(imported\) +: New-CyclicSchedule'
    }

    It 'stays marked on the way: <_>' -ForEach @(
        '$imported | Export-TrainingHistory $folder/again.json -Force; Import-TrainingHistory $folder/again.json'
        '$imported | Export-Clixml $folder/run.xml; Import-Clixml $folder/run.xml'
        '$history | Export-Clixml $folder/run.xml; Import-Clixml $folder/run.xml'
        'Copy-AsSaved $imported'
        'Copy-AsSaved (Copy-AsSaved $history)'
        'Start-Job { Import-Module $using:manifest; Import-TrainingHistory $using:folder/run.json } | Receive-Job -Wait -AutoRemoveJob'
        '$imported | Select-Object * | ForEach-Object { $_ }'
    ) {
        $manifest = Get-Manifest
        $copy = & ([scriptblock]::Create($_))
        $copy.IsImported | Should -BeTrue
        $copy.Command | Should -BeExactly $history.Command
    }

    It 'is not run by what reads, shows, compares or trains on' {
        $marker = Join-Path $folder marker
        $text = (Get-Content $folder/run.json -Raw) -replace '"command": "', "`"command`": `"New-Item '$marker' # `$(New-Item '$marker') "
        Set-Content $folder/planted.json $text
        $planted = Import-TrainingHistory $folder/planted.json
        $planted.Command | Should -Match '^New-Item'
        $null = $planted | Format-List | Out-String
        $null = $planted | Export-TrainingHistory $folder/planted-again.json
        $planted | Export-ClrReport $folder/report.html
        $null = Copy-AsSaved $planted
        ($planted | Start-CyclicTraining -Epochs 1).IsImported | Should -BeFalse
        Test-Path $marker | Should -BeFalse
    }
}

Describe 'A file that is replaced with -Force' {
    BeforeDiscovery {
        $writers = @(
            @{ Name = 'a schedule'; File = 'a.json'; Line = '$schedule | Export-LrSchedule $path -Force' }
            @{ Name = 'a range test'; File = 'a.json'; Line = '$test | Export-LrRangeTest $path -Force' }
            @{ Name = 'a history'; File = 'a.json'; Line = '$history | Export-TrainingHistory $path -Force' }
            @{ Name = 'a table'; File = 'a.csv'; Line = '$history | Export-TrainingHistory $path -Force' }
            @{ Name = 'a report'; File = 'a.html'; Line = '$schedule | Export-ClrReport $path -Force' }
            @{ Name = 'a model'; File = 'final.safetensors'; Line = '$schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -Device cpu -OutPath (Split-Path $path) -Force' }
        )
    }
    BeforeAll { $test = Invoke-LrRangeTest mlp:8 digits -Iterations 20 -TrialSteps 0 }

    It 'keeps its mode, also where it is read-only, and leaves nothing beside it: <Name>' -Skip:$IsWindows -ForEach $writers {
        foreach ($mode in '600', '640', '444') {
            $path = Join-Path (Add-Folder) $File
            Set-Content $path old
            chmod $mode $path
            $null = & ([scriptblock]::Create($Line))
            (Get-Content $path -Raw).Trim() | Should -Not -Be old
            stat -c %a $path | Should -BeExactly $mode
            Get-ChildItem (Split-Path $path) -Force -File | Where-Object Name -Like '.*' | Should -BeNullOrEmpty
        }
    }

    It 'follows a link, as Set-Content does: <Name>' -Skip:$IsWindows -ForEach $writers {
        $target = Join-Path (Add-Folder) real
        $path = Join-Path (Add-Folder) $File
        Set-Content $target old
        $null = New-Item $path -ItemType SymbolicLink -Value $target
        $null = & ([scriptblock]::Create($Line))
        (Get-Item $path).LinkTarget | Should -BeExactly $target
        (Get-Item $target).LinkTarget | Should -BeNullOrEmpty
        (Get-Content $target -Raw).Trim() | Should -Not -Be old
    }

    It 'is refused without it, and its content and mode stay: <Name>' -Skip:$IsWindows -ForEach $writers {
        $path = Join-Path (Add-Folder) $File
        Set-Content $path old
        chmod 444 $path
        (Get-Failure ($Line -replace ' -Force')).CategoryInfo.Category | Should -Be ResourceExists
        Get-Content $path | Should -Be old
        stat -c %a $path | Should -BeExactly 444
    }
}
