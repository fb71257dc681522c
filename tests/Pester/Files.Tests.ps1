BeforeAll {
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
}

Describe 'A file that is there' {
    It 'is not replaced by <Line>' -ForEach @(
        @{ Line = '$schedule | Export-LrSchedule $path'; Id = 'FileExists' }
        @{ Line = '$schedule | Export-ClrReport $path'; Id = 'FileExists' }
    ) {
        $path = Join-Path $TestDrive taken.json
        Set-Content $path 'mine'
        $caught = try { & ([scriptblock]::Create($Line)) } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        Get-Content $path | Should -Be mine
    }

    It 'is replaced with -Force' {
        $path = Join-Path $TestDrive replaced.json
        Set-Content $path 'mine'
        $schedule | Export-LrSchedule $path -Force
        (Import-LrSchedule $path).MaxLr | Should -Be 0.1
    }
}

Describe 'A report' {
    BeforeAll {
        $test = Invoke-LrRangeTest -Model mlp -Data digits
        $history = $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 -WarningAction Ignore
    }

    It 'holds a schedule, a test and a history in one file' {
        $path = Join-Path $TestDrive report.html
        $schedule, $test, $history | Export-ClrReport $path
        (Get-Item $path).Length | Should -BeGreaterThan 100kb
        Get-Content $path -Raw | Should -Match 'Plotly'
    }

    It 'takes what comes back from another process' {
        $path = Join-Path $TestDrive copies.html
        $copies = $test, $history | ForEach-Object {
            [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($_))
        }
        $copies | Export-ClrReport $path -PassThru | Should -BeOfType System.IO.FileInfo
    }
}

Describe 'A trained model' {
    It 'that was written can be tested' {
        $out = Join-Path $TestDrive models
        $history = $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 4 -OutPath $out
        (Test-TrainedModel $out/best.safetensors digits).Accuracy | Should -Be $history.BestValidationAccuracy
    }
}
