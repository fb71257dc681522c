BeforeDiscovery {
    $hasCuda = [bool](Get-TorchDevice | Where-Object Kind -EQ CUDA)
}

Describe 'CUDA' -Tag GPU {
    It 'is what auto takes' -ForEach @{ HasCuda = $hasCuda } {
        if (-not $HasCuda) { Set-ItResult -Skipped -Because 'Get-TorchDevice lists no CUDA device here'; return }
        (Get-TorchDevice | Where-Object IsDefault).Kind | Should -Be CUDA
    }

    It 'learns the digits as well as the CPU does' -ForEach @{ HasCuda = $hasCuda } {
        if (-not $HasCuda) { Set-ItResult -Skipped -Because 'Get-TorchDevice lists no CUDA device here'; return }
        $history = New-CyclicSchedule 0.01 0.1 -StepSize 46 | Start-CyclicTraining -Model mlp -Data digits -Epochs 8 -Device cuda
        $history.Device | Should -BeLike 'cuda*'
        $history.BestValidationAccuracy | Should -BeGreaterThan 95
    }
}
