#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
The same pipeline on a folder of IDX files, such as Fashion-MNIST or MNIST.
.EXAMPLE
./examples/fashion-mnist.ps1 -Path ~/data/fashion-mnist
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [ValidateRange(2, 10000)] [int] $Epochs = 6
)
$ErrorActionPreference = 'Stop'

$common = @{ Model = 'mlp'; Data = Import-TrainingData $Path; BatchSize = 128 }
$history = Invoke-LrRangeTest @common |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs ($Epochs / 2) |
    Start-CyclicTraining @common -Epochs $Epochs

$history.Epochs | Format-Table
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
