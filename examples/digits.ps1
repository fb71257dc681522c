#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
The whole job on handwritten digits: range test, bounds, schedule, training. No rate is chosen by hand.
.EXAMPLE
Import-Module ./ClrModule.psd1; ./examples/digits.ps1
#>
[CmdletBinding()]
param(
    [string] $Model = 'mlp',
    [ValidateRange(1, 10000)] [int] $Epochs = 24
)
$ErrorActionPreference = 'Stop'

$test = Invoke-LrRangeTest -Model $Model -Data digits
$bounds = $test | Get-SuggestedLrBounds
$schedule = $bounds | New-CyclicSchedule -StepSizeEpochs ($Epochs / 2)
$history = $schedule | Start-CyclicTraining -Model $Model -Data digits -Epochs $Epochs

$test | Format-Table
$bounds | Format-Table
$schedule | Format-Table
$history.Epochs | Format-Table
$history | Format-Table
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
