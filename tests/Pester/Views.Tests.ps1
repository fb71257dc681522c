BeforeDiscovery {
    $samples = @(
        @{ Name = 'a schedule'; Make = { New-CyclicSchedule 0.001 0.006 -StepSize 2000 } }
        @{ Name = 'a point'; Make = { New-CyclicSchedule 0.001 0.006 -StepSize 20 | Get-CyclicSchedulePoint -Count 1 } }
        @{ Name = 'a range test'; Make = { Invoke-LrRangeTest -Model mlp -Data digits -Iterations 20 } }
        @{ Name = 'a pooled range test'; Make = { Invoke-LrRangeTest -Model mlp:16 -Data digits -Iterations 20 -Repeats 2 } }
        @{ Name = 'bounds'; Make = { Invoke-LrRangeTest -Model mlp -Data digits | Get-SuggestedLrBounds } }
        @{ Name = 'a history'; Make = { New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 1 } }
        @{ Name = 'a data set'; Make = { Import-TrainingData digits } }
        @{ Name = 'a table'; Make = { 'a,class,label', '1,x,2', '2,y,3', '3,x,4', '5,y,6', '1,x,2', '2,y,3' | Set-Content $TestDrive/doubtful.csv; Import-TrainingData $TestDrive/doubtful.csv -WarningAction Ignore } }
        @{ Name = 'a test'; Make = { & $Test; Test-TrainedModel $TestDrive/m/best.safetensors digits } }
        @{ Name = 'a prediction'; Make = { & $Test; Test-TrainedModel $TestDrive/m/best.safetensors digits -Predict | Select-Object -First 1 } }
        @{ Name = 'a checkpoint'; Make = { & $Test; Get-TrainingCheckpoint $TestDrive/c | Select-Object -First 1 } }
        @{ Name = 'a comparison'; Make = { $two = foreach ($rate in 0.1, 0.2) { , (New-CyclicSchedule 0.01 $rate -StepSize 12 | Start-CyclicTraining mlp:8 digits -Epochs 1 -Repeats 3) }; Compare-TrainingHistory $two[0] $two[1] } }
        @{ Name = 'a device'; Make = { Get-TorchDevice | Select-Object -First 1 } }
    )
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $base = (Get-Module ClrModule).ModuleBase
    $files = Get-ChildItem $base/bin -Filter *.Format.ps1xml
    $test = { $null = New-CyclicSchedule 0.01 0.1 -StepSize 12 | Start-CyclicTraining mlp:8 digits -Epochs 1 -DestinationPath $TestDrive/m -CheckpointPath $TestDrive/c -Force }
    $views = $files | ForEach-Object { ([xml] (Get-Content $_ -Raw)).SelectNodes('//View') }
}

Describe 'The view of <Name>' -ForEach $samples {
    BeforeAll { $object = & $Make }

    It 'is a table of one row with at most six columns' {
        $lines = @(($object | ConvertTo-Screen).Split("`n").Trim() | Where-Object { $_ })
        $lines | Should -HaveCount 3
        @($lines[1] -split '\s+').Count | Should -BeIn (1..6)
    }

    It 'has a list with more' { $object | Format-List | ConvertTo-Screen | Should -Match '\w+\s+: ' }
    It 'never dumps a list of records' { $object | Format-List | ConvertTo-Screen | Should -Not -Match 'EpochRecord \{|LrRangeTestPoint \{' }

    It 'shows an object whose lists have members by number' {
        foreach ($property in $object.PSObject.Properties | Where-Object { $_.Value -is [Collections.IList] }) {
            $list = $property.Value
            # Lists that the compiler makes by itself have members for a foreach alone.
            $list.GetType().Name | Should -Not -BeLike '<>*' -Because "$($property.Name) is to be asked by number"
            if ($list.Count -gt 1) { [object]::Equals($list[1], @($list)[1]) | Should -BeTrue -Because "$($property.Name) is a $($list.GetType().Name)" }
        }
    }

    It 'is that of its copy from another process' { Copy-AsSaved $object | ConvertTo-Screen | Should -BeExactly ($object | ConvertTo-Screen) }
}

Describe 'The views' {
    It 'are all named by the manifest' {
        (Import-PowerShellDataFile (Get-Manifest)).FormatsToProcess | Sort-Object | Should -Be ($files | ForEach-Object { "bin/$($_.Name)" } | Sort-Object)
    }

    It 'have tables of at most six columns' {
        $views | Where-Object { $_.SelectNodes('.//TableColumnHeader').Count -gt 6 } | ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'show schedules of several kinds in one table, whichever comes first: <_>' -ForEach 0, 1, 2, 4 {
        $first = $_
        $all = (New-CyclicSchedule 0.01 0.1 -StepSize 23), (New-OneCycleSchedule -MaxLr 0.2 -TotalSteps 46), (New-WarmRestartSchedule 0.3 -CycleSteps 10), (New-ConstantSchedule 0.4), (New-DecaySchedule 0.5 -TotalSteps 9)
        $shown = @($all[$first]) + @($all | Where-Object { $_ -ne $all[$first] })
        foreach ($some in $shown, (Copy-AsSaved $shown)) {
            $lines = @(($some | ConvertTo-Screen).Split("`n").Trim() | Where-Object { $_ })
            $lines | Should -HaveCount (2 + $some.Count)
            foreach ($rate in 0.1, 0.2, 0.3, 0.4, 0.5) { @($lines[2..6] -match "\b$rate\b") | Should -HaveCount 1 }
        }
    }

    It 'align columns of formatted numbers right' {
        $wrong = foreach ($view in $views) {
            $items, $headers = $view.SelectNodes('.//TableColumnItem'), $view.SelectNodes('.//TableColumnHeader')
            for ($i = 0; $i -lt $items.Count; $i++) {
                if ($items[$i].InnerText -clike '*Display]::*' -and $items[$i].InnerText -cnotlike '*Targets*' -and $headers[$i].Alignment -ne 'Right') { $headers[$i].Label }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }

    It 'serve what comes from another process as well' {
        $missing = foreach ($view in $views) {
            $names = $view.SelectNodes('.//TypeName').InnerText
            $shown = $view.ViewSelectedBy.SelectNodes('TypeName').InnerText
            $names | Where-Object { $_ -clike 'Clr*' -and "Deserialized.$_" -cnotin $shown }
        }
        $missing | Should -BeNullOrEmpty
    }

    It 'are a table and a list for each type that a cmdlet gives' {
        $missing = foreach ($type in (Get-Command -Module ClrModule).OutputType.Type | Where-Object { -not $_.IsInterface -and $_.Namespace -clike 'Clr*' } | Select-Object -Unique) {
            $family = for ($one = $type; $one; $one = $one.BaseType) { $one.FullName }
            foreach ($control in 'TableControl', 'ListControl') {
                if (-not ($views | Where-Object { $_.SelectSingleNode($control) -and ($_.ViewSelectedBy.SelectNodes('TypeName').InnerText | Where-Object { $_ -cin $family }) })) { "$control of $type" }
            }
        }
        $missing | Should -BeNullOrEmpty
    }
}

Describe 'A curve in a table' {
    It 'is the wave of a schedule' {
        $encoding = [Console]::OutputEncoding
        try {
            [Console]::OutputEncoding = [Text.Encoding]::UTF8
            $text = New-CyclicSchedule 0.001 0.006 -StepSize 2000 -Mode Triangular2 | ConvertTo-Screen
        }
        finally { [Console]::OutputEncoding = $encoding }
        $text.Substring(0, $text.IndexOf('▂')) | Should -BeExactly "`nMode        BaseLr MaxLr    Steps       Momentum Rate`n----        ------ -----    -----       -------- ----`nTriangular2  0.001 0.006 2 × 2000 0.900 to 0.800 "
    }

    It 'shows halving amplitudes' {
        [ClrModule.Views.Curves]::Rate((New-CyclicSchedule 0.1 0.5 -StepSize 20 -Mode Triangular2), 65001) | Should -BeExactly '▂▅█▇▄▁▂▄▄▃▁▁▂▃▂▁'
    }

    It 'shows the whole of a schedule with an end' {
        [ClrModule.Views.Curves]::Rate((New-DecaySchedule 0.1 -TotalSteps 10000 -Shape Linear), 65001) | Should -BeExactly '██▇▇▆▆▅▅▄▄▃▃▂▂▂▁'
    }

    It 'is left out on a terminal that cannot show it' {
        [ClrModule.Views.Curves]::Rate((New-CyclicSchedule 0.1 0.5 -StepSize 4), 437) | Should -BeExactly ''
    }

    It '<Behaviour>' -ForEach @(
        @{ Behaviour = 'climbs from the lowest to the highest level'; Values = 0..7; Width = 8; Line = '▁▂▃▄▅▆▇█' }
        @{ Behaviour = 'has the scale of its values'; Values = 1e-3, 1e-4, 1e-3; Width = 10; Line = '█▁█' }
        @{ Behaviour = 'averages in runs what does not fit'; Values = 0, 2, 9, 11; Width = 2; Line = '▁█' }
        @{ Behaviour = 'lies at the bottom where all values are equal'; Values = 5, 5, 5; Width = 3; Line = '▁▁▁' }
        @{ Behaviour = 'has a gap at a value that is not finite'; Values = 1, [double]::NaN, 2; Width = 3; Line = '▁·█' }
        @{ Behaviour = 'is nothing without values'; Values = @(); Width = 5; Line = '' }
        @{ Behaviour = 'is all gaps where no value is finite'; Values = [double]::NaN, [double]::PositiveInfinity; Width = 5; Line = '··' }
    ) {
        [ClrModule.Views.Sparkline]::Draw([double[]] $Values, $Width) | Should -BeExactly $Line
    }
}

Describe 'A number in a table' {
    It 'has four significant digits where it is a rate: <Rate>' -ForEach @{ Rate = 0.0012345678; Text = '0.001235' }, @{ Rate = 1e-7; Text = '1E-07' }, @{ Rate = 0.1; Text = '0.1' } {
        [ClrFigures.NumberText]::Rate($Rate) | Should -BeExactly $Text
    }

    It 'reads alike whatever the language' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $texts = [ClrFigures.NumberText]::Rate(0.125), [ClrFigures.NumberText]::Percent(97.22), [ClrFigures.NumberText]::Loss(0.5), [ClrFigures.NumberText]::Whole(1438)
        }
        finally { [cultureinfo]::CurrentCulture = $before }
        $texts | Should -BeExactly '0.125', '97.22 %', '0.5000', '1,438'
    }

    It 'counts a list, which is not listed: <Text>' -ForEach @{ List = @(1); Text = '1 epoch' }, @{ List = 1, 2; Text = '2 epochs' }, @{ List = @(); Text = '0 epochs' }, @{ List = $null; Text = '0 epochs' } {
        [ClrModule.Views.Display]::Count($List, 'epoch') | Should -BeExactly $Text
    }

    It 'is empty where there is none' {
        [ClrFigures.NumberText]::Rate($null), [ClrFigures.NumberText]::Percent($null), [ClrModule.Views.Display]::Shape($null) | Should -BeExactly '', '', ''
    }
}
