BeforeAll {
    # Starts a pipeline of its own, waits until it works, and stops it as Ctrl+C does.
    function Stop-Midway([string] $Text, [hashtable] $Variables) {
        $shell = [powershell]::Create()
        foreach ($name in $Variables.Keys) { $shell.Runspace.SessionStateProxy.SetVariable($name, $Variables[$name]) }
        $null = $shell.AddScript("Import-Module '$(Join-Path (Get-Module ClrModule).ModuleBase ClrModule.psd1)'; $Text")
        $null = $shell.BeginInvoke()
        while (-not ($shell.Streams.Progress | Where-Object Activity -Match 'Training|Range')) { Start-Sleep -Milliseconds 20 }
        $shell.Stop()
        $shell
    }
}

Describe 'Ctrl+C' {
    It 'stops a training' {
        $shell = Stop-Midway 'New-CyclicSchedule 0.01 0.1 -StepSize 100 | Start-CyclicTraining -Model mlp -Data digits -Epochs 100000'
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'stops a range test, whose model has its weights back' {
        $model = New-TrainingModel mlp digits
        $before = @($model.parameters())[0].sum().item[float]()
        $shell = Stop-Midway 'Invoke-LrRangeTest -Model $model -Data digits -Iterations 1000000' @{ model = $model }
        $shell.InvocationStateInfo.State | Should -Be Stopped
        @($model.parameters())[0].sum().item[float]() | Should -BeExactly $before
    }
}
