BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $folder = "$TestDrive"
    $rows = 0..59 | ForEach-Object { [pscustomobject]@{ Id = "r$_"; Width = $_ % 3 + ($_ % 7) / 20; Length = ($_ % 5) / 9; Colour = ('red', 'green')[$_ % 2]; Kind = ('north', 'south', 'none, or other')[$_ % 3] } }
    $rows | Export-Csv $folder/rows.csv
    $table = Import-TrainingData $folder/rows.csv -IgnoreColumn Id -LabelColumn Kind
    $null = New-CyclicSchedule 0.05 0.3 -StepSize 4 | Start-CyclicTraining mlp:16 $table -BatchSize 16 -Epochs 8 -DestinationPath $folder/table -WarningAction Ignore
    $model = "$folder/table/final.safetensors"
}

Describe 'Predictions of a table without labels' {
    It 'are those of the same rows with labels, whatever order its columns have and what else it holds' {
        $rows | Select-Object Colour, Id, Length, Width | Export-Csv $folder/asked.csv
        $asked = Test-TrainedModel $model $folder/asked.csv -Predict -WarningVariable said -WarningAction SilentlyContinue
        $said | Should -Match "'Id' is left out"
        $asked | Should -HaveCount 60
        $asked.Index | Should -Be (0..59)
        $asked.Where({ $null -ne $_.Actual -or $null -ne $_.ActualProbability -or $null -ne $_.IsCorrect }) | Should -BeNullOrEmpty
        $rows | Select-Object Width, Length, Colour, Kind | Export-Csv $folder/known.csv
        $known = 'Train', 'Validation' | ForEach-Object { Test-TrainedModel $model $folder/known.csv -Predict -Part $_ }
        ($asked | Group-Object Predicted -NoElement | ForEach-Object { "$($_.Name) $($_.Count)" }) | Should -Be ($known | Group-Object Predicted -NoElement | ForEach-Object { "$($_.Name) $($_.Count)" })
        ($asked.Predicted | Where-Object { $_ -eq 'none, or other' }).Count | Should -BeGreaterThan 10
    }

    It 'go to CSV with the probability of each class by its name' {
        Test-TrainedModel $model $folder/asked.csv -AllProbabilities -WarningAction Ignore | Export-Csv $folder/predictions.csv
        foreach ($row in Import-Csv $folder/predictions.csv) {
            $likely = foreach ($name in 'none, or other', 'north', 'south') { [double] $row."P($name)" }
            ($likely | Measure-Object -Sum).Sum | Should -BeGreaterThan 0.999999
            ($likely | Measure-Object -Maximum).Maximum | Should -Be ([double] $row.Probability)
            [double] $row."P($($row.Predicted))" | Should -Be ([double] $row.Probability)
        }
    }

    It 'of values have no error' {
        1..40 | ForEach-Object { [pscustomobject]@{ a = $_ % 7; b = $_ % 5; y = $_ % 7 + 0.5 } } | Export-Csv $folder/values.csv
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 4 | Start-CyclicTraining mlp:8 $folder/values.csv -Epochs 1 -DestinationPath $folder/values -WarningAction Ignore
        'b,a', '1,2' | Set-Content $folder/value.csv
        $one = Test-TrainedModel $folder/values/final.safetensors $folder/value.csv -Predict
        $one.Predicted | Should -BeOfType double
        $one.Error | Should -BeNullOrEmpty
    }

    It 'are made of the part of a folder that has none' {
        $null = New-Item $folder/parts -ItemType Directory
        $rows | Select-Object Width, Length, Colour, Kind | Export-Csv $folder/parts/train.csv
        $rows[0..4] | Select-Object Width, Length, Colour | Export-Csv $folder/parts/test.csv
        $asked = Test-TrainedModel $model $folder/parts -Predict
        $asked | Should -HaveCount 5
        $asked.Where({ $null -ne $_.Actual }) | Should -BeNullOrEmpty
    }

    It 'are made of rows whose column of labels has gaps, as if there were none' {
        $gaps = $rows[0..9] | Select-Object Width, Length, Colour, @{ n = 'Kind'; e = { if ($_.Id -in 'r1', 'r2') { $_.Kind } } }
        $gaps | Export-Csv $folder/gaps.csv
        $asked = Test-TrainedModel $model $folder/gaps.csv -Predict -WarningVariable said -WarningAction SilentlyContinue
        $asked | Should -HaveCount 10
        $asked.Where({ $null -ne $_.Actual }) | Should -BeNullOrEmpty
        $said | Should -Match "its column 'Kind' lacks values, so that no row counts as labelled"
        (Get-Failure "Test-TrainedModel `$model `$folder/gaps.csv").Exception.Message | Should -Match 'Or give -Predict to see'
    }

    It 'name the cmdlet that has what a reader advises, or take it' {
        $rows[0..9] | Select-Object @{ n = 'Width'; e = { '?' } }, Length, Colour | Export-Csv $folder/holes.csv
        (Get-Failure "Test-TrainedModel `$model `$folder/holes.csv -Predict").Exception.Message | Should -Match '\(-IgnoreColumn is a parameter of Import-TrainingData; give what it makes as -Data\.\)$'
        (Get-Failure "Import-TrainingData `$folder/holes.csv").Exception.Message | Should -Not -Match 'Import-TrainingData'
        'Width;Length;Colour', '1,5;0,25;red', '2;0,5;green' | Set-Content $folder/comma.csv
        'Width,Length,Colour', '1.5,0.25,red', '2,0.5,green' | Set-Content $folder/point.csv
        (Test-TrainedModel $model $folder/comma.csv -Predict -DecimalComma -Delimiter ';').Probability | Should -Be (Test-TrainedModel $model $folder/point.csv -Predict).Probability
        (Get-Failure "Test-TrainedModel `$model `$table -DecimalComma").FullyQualifiedErrorId | Should -BeLike 'InvalidDecimalComma,*'
    }

    It 'with labels say how many are left out' {
        $rows[0..39] | Select-Object Width, Length, Colour, Kind | Export-Csv $folder/others.csv
        (Test-TrainedModel $model $folder/others.csv -Predict -WarningVariable said -WarningAction SilentlyContinue).Count | Should -BeLessThan 40
        $said | Should -Match '-Part All answers all'
        $all = Test-TrainedModel $model $folder/others.csv -Predict -Part All
        $all | Should -HaveCount 40
        $all | Group-Object Part, Index | Should -HaveCount 40
        ($all | Format-Table | Out-String -Width 120) | Should -Match '(?m)^Validation +0 '
        (Test-TrainedModel $model $table -Predict -WarningVariable none).Count | Should -Be 12
        $none | Should -BeNullOrEmpty
    }

    It 'have no properties for classes that differ in capitals alone' {
        0..29 | ForEach-Object { [pscustomobject]@{ a = $_; kind = ('A', 'b')[$_ % 2] } } | Export-Csv $folder/plain.csv
        (Get-Content $folder/plain.csv) -replace '"b"', '"a"' | Set-Content $folder/capitals.csv
        $null = New-CyclicSchedule 0.05 0.3 -StepSize 4 | Start-CyclicTraining mlp:4 $folder/capitals.csv -BatchSize 8 -Epochs 1 -DestinationPath $folder/capitals -WarningAction Ignore
        (Get-Failure "Test-TrainedModel `$folder/capitals/final.safetensors `$folder/capitals.csv -AllProbabilities").FullyQualifiedErrorId | Should -BeLike 'InvalidAllProbabilities,*'
    }

    It 'are refused where <Why>' -ForEach @(
        @{ Why = 'a score is asked for, and all columns are there'; Line = "Test-TrainedModel `$model `$folder/bare.csv"; Id = 'DataColumn'; Says = '-Predict' }
        @{ Why = 'a score is asked for, and a column is left over'; Line = "Test-TrainedModel `$model `$folder/asked.csv"; Id = 'DataShapeMismatch'; Says = '-Predict' }
        @{ Why = 'a column of the training is missing'; Line = "Test-TrainedModel `$model `$folder/lacking.csv -Predict"; Id = 'DataColumn'; Says = "lacks the column 'Colour'" }
        @{ Why = 'the model has no classes'; Line = "Test-TrainedModel `$folder/values/final.safetensors `$folder/value.csv -AllProbabilities"; Id = 'InvalidAllProbabilities'; Says = 'leave AllProbabilities out' }
    ) {
        $rows | Select-Object Width, Length, Colour | Export-Csv $folder/bare.csv
        $rows | Select-Object Width, Length | Export-Csv $folder/lacking.csv
        $failure = Get-Failure $Line
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.Exception.Message | Should -Match $Says
    }
}

Describe 'Predictions of images' {
    BeforeAll {
        # One pixel each, red or green.
        $colours = @{ red = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'; green = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNg+M8AAAICAQB7CYF4AAAAAElFTkSuQmCC' }
        foreach ($class in $colours.Keys) {
            $null = New-Item $folder/photos/$class, $folder/new -ItemType Directory -Force
            foreach ($i in 1..5) { [IO.File]::WriteAllBytes("$folder/photos/$class/$i.png", [Convert]::FromBase64String($colours[$class])) }
            [IO.File]::WriteAllBytes("$folder/new/$class.png", [Convert]::FromBase64String($colours[$class]))
        }
        $null = New-CyclicSchedule 0.05 0.3 -StepSize 4 | Start-CyclicTraining mlp:8 (Import-TrainingData $folder/photos -ImageSize 4) -BatchSize 4 -Epochs 8 -DestinationPath $folder/images -WarningAction Ignore
    }

    It 'need no labels, name their files, and bring these to the size of the training' {
        $asked = Test-TrainedModel $folder/images/final.safetensors $folder/new -Predict
        $asked | Should -HaveCount 2
        foreach ($one in $asked) { Split-Path $one.Path -LeafBase | Should -BeExactly $one.Predicted }
        $asked | Format-List | Out-String | Should -Match 'new.red\.png'
    }

    It 'name their files where they are held out' {
        $held = Test-TrainedModel $folder/images/final.safetensors $folder/photos -Predict
        foreach ($one in $held) { Split-Path (Split-Path $one.Path) -Leaf | Should -BeExactly $one.Actual }
    }

    It 'take folders that the model does not know for places, not for classes' {
        foreach ($file in 'days/2026-01-01/red.png', 'days/2026-01-02/a/green.png', 'days/green.png') {
            $null = New-Item (Split-Path $folder/$file) -ItemType Directory -Force
            Copy-Item "$folder/new/$(Split-Path $file -Leaf)" $folder/$file
        }
        $asked = Test-TrainedModel $folder/images/final.safetensors $folder/days -Predict
        ($asked.Path | Split-Path -LeafBase) | Should -BeExactly $asked.Predicted
        $asked | Should -HaveCount 3
        $asked.Where({ $null -ne $_.Actual -or $null -ne $_.Part }) | Should -BeNullOrEmpty
    }

    It 'are scored by labels alone' {
        (Get-Failure "Test-TrainedModel `$folder/images/final.safetensors `$folder/new").Exception.Message | Should -Match '-Predict needs none'
    }
}
