BeforeAll {
    # Runs a pipeline of its own until it works, and stops it as Ctrl+C does.
    function Invoke-Midway([string] $Text, [hashtable] $Variables) {
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
        $shell = Invoke-Midway 'New-CyclicSchedule 0.01 0.1 -StepSize 100 | Start-CyclicTraining -Model mlp -Data digits -Epochs 100000'
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'stops a range test, whose model has its weights back' {
        $model = New-TrainingModel mlp digits
        $before = @($model.parameters())[0].sum().item[float]()
        $shell = Invoke-Midway 'Invoke-LrRangeTest -Model $model -Data digits -Iterations 1000000' @{ model = $model }
        $shell.InvocationStateInfo.State | Should -Be Stopped
        @($model.parameters())[0].sum().item[float]() | Should -BeExactly $before
    }

    It 'stops a training that keeps checkpoints, which goes on from there' {
        $train = "New-CyclicSchedule 0.01 0.1 -StepSize 100 | Start-CyclicTraining -Model mlp -Data digits -CheckpointPath '$TestDrive/run' -Resume -WarningAction Ignore"
        $shell = Invoke-Midway "$train -Epochs 100000"
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $kept = Get-ChildItem $TestDrive/run -Directory
        $kept.Name | Should -Match '^step-\d+$'
        $steps = [long] ($kept.Name | Sort-Object | Select-Object -Last 1).Substring(5)
        $epochs = [math]::Ceiling($steps / 23) + 1
        $history = & ([scriptblock]::Create("$train -Epochs $epochs"))
        $history.Status | Should -Be Completed
        $history.Epochs[-1].Step | Should -Be ($epochs * 23)
    }
}
