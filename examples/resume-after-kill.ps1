#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
Kills a training run without warning, goes on from its last checkpoint, and compares the end with a run that was never stopped.
.DESCRIPTION
Histories and weights must be the same to the bit.
.EXAMPLE
./examples/resume-after-kill.ps1 -Verbose
#>
[CmdletBinding()]
param([ValidateRange(2, 10000)] [int] $Epochs = 8)
$ErrorActionPreference = 'Stop'
$folder = Join-Path ([IO.Path]::GetTempPath()) "clr-resume-$(New-Guid)"

# One line both starts a run and takes it up again. The number of threads is part of what repeats to the bit.
$train = {
    param($Module, $Epochs, $Run)
    Import-Module $Module
    New-CyclicSchedule 0.01 0.1 -StepSize 46 -Mode Triangular2 |
        Start-CyclicTraining -Model mlp -Data digits -Epochs $Epochs -Threads 1 -CheckpointPath $Run -CheckpointEvery 5 -DestinationPath "$Run-models" -Resume
}
$module = Join-Path (Get-Module ClrModule).ModuleBase ClrModule.psd1

try {
    # A job is a process of its own; it says its number first.
    $job = Start-Job { $PID; $null = & ([scriptblock]::Create($using:train)) $using:module $using:Epochs "$using:folder/killed" }
    while (@(Get-ChildItem "$folder/killed" -Filter step-* -ErrorAction Ignore).Count -lt 3 -and $job.State -in 'NotStarted', 'Running') { Start-Sleep -Milliseconds 10 }
    Stop-Process -Id $job.ChildJobs[0].Output[0] -Force
    # The pipe to a process that was killed may break just now.
    try { Remove-Job $job -Force } catch [IO.IOException] { Write-Verbose "The job is gone: $_" }
    $left = Get-ChildItem "$folder/killed" -Filter step-* | Sort-Object Name
    "Killed. It leaves $($left.Name -join ', ')."

    $resumed = & $train $module $Epochs "$folder/killed"
    $whole = & $train $module $Epochs "$folder/whole"
    $resumed.Epochs | Format-Table

    $differences = Compare-Object $resumed.Epochs $whole.Epochs -Property Step, LearningRate, TrainLoss, TrainAccuracy, ValidationLoss, ValidationAccuracy
    $weights = Get-FileHash "$folder/killed-models/final.safetensors", "$folder/whole-models/final.safetensors" | Select-Object Hash -Unique
    if ($differences -or @($weights).Count -ne 1) { throw 'The resumed run differs from the one that was never stopped.' }
    "The resumed run and one that was never stopped have the same $($whole.Epochs.Count) epochs and the same final weights, to the bit."
}
finally { Remove-Item $folder -Recurse -Force }
