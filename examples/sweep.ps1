#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
A sweep on this machine: four upper rates with two seeds each, several at a time, and their means. Stopped, and started again, it goes on.
.EXAMPLE
./examples/sweep.ps1 -Path sweep
.EXAMPLE
./examples/sweep.ps1 -Path sweep -ThrottleLimit 1 -Epochs 24
#>
[CmdletBinding()]
param(
    # The sweep's folder.
    [string] $Path = 'sweep',
    [string] $Model = 'mlp',
    [string] $Data = 'digits',
    [double[]] $MaxLr = @(0.05, 0.1, 0.2, 0.4),
    [int[]] $Seed = @(0, 1),
    [int] $Epochs = 12,
    # Runs at once; as many as there are GPUs, else processors, if left out.
    [int] $ThrottleLimit
)
$ErrorActionPreference = 'Stop'

$null = New-TrainingSweep $Path -Setting @{ Model = $Model; Data = $Data; BaseLr = 0.01; StepSizeEpochs = 2; Mode = 'Triangular2'; Epochs = $Epochs } -Grid @{ MaxLr = $MaxLr } -Seed $Seed
$how = if ($ThrottleLimit) { @{ ThrottleLimit = $ThrottleLimit } } else { @{} }
Invoke-TrainingSweep $Path @how

$means = Get-TrainingSweep $Path | Where-Object State -EQ Done | Group-Object MaxLr | ForEach-Object {
    [pscustomobject]@{ MaxLr = $_.Name; Runs = $_.Count; Accuracy = ($_.Group | Measure-Object BestValidationAccuracy -Average).Average }
} | Sort-Object Accuracy -Descending
$means | Format-Table
'Best upper rate: {0}, with {1:N2} % on average' -f $means[0].MaxLr, $means[0].Accuracy
