BeforeAll {
    function Complete([string] $Line) { [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches }
}

Describe 'Completion' {
    It 'offers <Value> for: <Line>' -ForEach @(
        @{ Line = 'Start-CyclicTraining -Model m'; Value = 'mlp' }
        @{ Line = 'Invoke-LrRangeTest -Model mlp -Data dig'; Value = 'digits' }
        @{ Line = 'Import-TrainingData dig'; Value = 'digits' }
        @{ Line = 'Invoke-LrRangeTest -Device c'; Value = 'cpu' }
        @{ Line = 'New-CyclicSchedule -Mode Exp'; Value = 'ExpRange' }
        @{ Line = 'Get-SuggestedLrBounds -Method Con'; Value = 'Conservative' }
    ) {
        $found = Complete $Line | Where-Object CompletionText -EQ $Value
        $found | Should -Not -BeNullOrEmpty
        $found.ToolTip | Should -Not -BeNullOrEmpty
    }

    It 'offers paths for data' {
        $null = New-Item TestDrive:/my-data -ItemType Directory
        (Complete "Import-TrainingData $TestDrive/my").CompletionText | Should -Contain (Join-Path $TestDrive my-data)
    }
}
