BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $test = Invoke-LrRangeTest mlp digits
    $bounds = $test | Get-SuggestedLrBounds
    $schedule = New-CyclicSchedule 0.001 0.006 -StepSize 20
    $history = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp digits -Epochs 2

    function Get-Section([string] $Path) { (Get-Content $Path -Raw | ConvertFrom-Json).sections | ConvertTo-Json -Depth 100 }
}

Describe 'A report' {
    BeforeEach {
        $folder = Add-Folder
        $html = Join-Path $folder report.html
    }

    It 'is one page of all that came down the pipeline' {
        $file = $test, $bounds, $schedule, $history | Export-ClrReport $html -Title 'My run' -PassThru
        $file | Should -BeOfType System.IO.FileInfo
        $page = Get-Content $file -Raw
        foreach ($part in '<h1>My run</h1>', '<h2>Range tests</h2>', '<h2>Schedules</h2>', '<h2>Training</h2>', 'Plotly') {
            $page.Contains($part) | Should -BeTrue -Because "the page has $part"
        }
        (Get-ChildItem $folder).Name | Should -Be report.html
        $file.Length | Should -BeGreaterThan 100kb
    }

    It 'has the confusion matrix of a test, and a test of values by its table' {
        @('x,y') + (0..39 | ForEach-Object { "$_,$($_ / 2)" }) | Set-Content "$folder/values.csv"
        $null = $schedule | Start-CyclicTraining mlp:8 digits -Epochs 1 -DestinationPath $folder/classes -WarningAction Ignore
        $null = $schedule | Start-CyclicTraining mlp:2 $folder/values.csv -Epochs 1 -DestinationPath $folder/values -WarningAction Ignore
        $score = Test-TrainedModel $folder/classes/final.safetensors digits
        $score, (Test-TrainedModel $folder/values/final.safetensors $folder/values.csv) | Export-ClrReport $folder/tests.json
        $section = (Get-Content $folder/tests.json -Raw | ConvertFrom-Json).sections
        $section.name | Should -Be Tests
        $section.tables[0].rows | Should -HaveCount 2
        $section.figures | Should -HaveCount 1
        ($section.figures[0].data | Where-Object name -EQ counts).text | Measure-Object -Sum | ForEach-Object Sum | Should -Be $score.Samples
    }

    It 'gives nothing without -PassThru' { $schedule | Export-ClrReport $html | Should -BeNullOrEmpty }

    It 'does not replace a file that is there' {
        Set-Content $html mine -NoNewline
        (Get-Failure '$schedule | Export-ClrReport $html').FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        Get-Content $html -Raw | Should -BeExactly mine
    }

    It 'replaces it with -Force' {
        Set-Content $html mine
        $schedule | Export-ClrReport $html -Force
        Get-Content $html -TotalCount 1 | Should -BeLike '<!DOCTYPE html>*'
    }

    It 'is not written under -WhatIf' {
        $schedule | Export-ClrReport $html -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'is data for another program where the file is called so' {
        $file = $history | Export-ClrReport $folder/report.json -PassThru
        (Get-Content $file -Raw | ConvertFrom-Json).sections[0].name | Should -BeExactly Training
    }

    It 'refuses a strange object with what a report shows' {
        $failure = Get-Failure '"text" | Export-ClrReport $html'
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotReportable,*'
        $failure.Exception.Message | Should -MatchExactly 'schedules, range tests, bounds, training histories and what Test-TrainedModel gives'
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'names the file that was written where there is no desktop to show it' -Skip:(-not $IsLinux) {
        # The skip: only Linux says by variables whether there is a desktop.
        $desktop = Get-Item env:DISPLAY, env:WAYLAND_DISPLAY, env:BROWSER -ErrorAction Ignore
        try {
            $desktop | Remove-Item
            $failure = Get-Failure '$schedule | Export-ClrReport $html -Show -PassThru'
        }
        finally { $desktop | ForEach-Object { Set-Item "env:$($_.Name)" $_.Value } }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ReportNotShown,*'
        $failure.Exception.Message.Contains($html) | Should -BeTrue -Because $failure.Exception.Message
        $html | Should -Exist
    }

    It 'has a picture for each figure, numbered, where the file is called so' {
        try { $files = $test, $schedule | Export-ClrReport $folder/all.svg -PassThru }
        catch {
            if ($_.FullyQualifiedErrorId -notlike 'BrowserNotFound,*') { throw }
            Set-ItResult -Skipped -Because $_.Exception.Message
            return
        }
        $files.Name | Should -Be all-1.svg, all-2.svg
        $files | ForEach-Object { Get-Content $_ -Raw | Should -BeLike '<svg*' }
    }
}

Describe 'A report of what was saved' {
    BeforeEach {
        $folder = Add-Folder
        $html = Join-Path $folder report.html
    }

    It 'is that of the live objects' {
        $live = $test, $bounds, $schedule, $history
        $live | Export-ClrReport $folder/live.json
        $live | ForEach-Object { Copy-AsSaved $_ } | Export-ClrReport $folder/saved.json
        Get-Section $folder/saved.json | Should -BeExactly (Get-Section $folder/live.json)
    }

    It 'knows a composed schedule' {
        $composed = New-OneCycleSchedule 0.1 -TotalSteps 100 | Join-LrSchedule (New-ConstantSchedule 0.001) -AtStep 100 | Add-ScheduleWarmup 10
        Copy-AsSaved $composed | Export-ClrReport $folder/saved.json
        Get-Section $folder/saved.json | Should -MatchExactly 'Warmup of 10 steps, then OneCycle'
    }

    It 'says how to save an object that was cut off' {
        $copy = Copy-AsSavedElsewhere $history
        $failure = Get-Failure '$copy | Export-ClrReport $html'
        $failure.FullyQualifiedErrorId | Should -BeLike 'SavedObjectCutOff,*'
        $failure.Exception.Message | Should -MatchExactly 'Export-TrainingHistory'
    }
}
