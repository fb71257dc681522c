#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
Keeps the model of each cycle's end, and tests them together.
.DESCRIPTION
A cycle ends where the rate is lowest, and the model is at its best there. All of these together are often better than the last
(snapshot ensemble), and so is the mean of their weights, which costs no more than one (stochastic weight averaging).
.EXAMPLE
./examples/snapshot-ensemble.ps1 -Cycles 8 -Path ./snapshots
#>
[CmdletBinding()]
param(
    [string] $Data = 'digits',
    [string] $Model = 'mlp:64',
    [ValidateRange(2, 1000)] [int] $Cycles = 5,
    # Where the models go.
    [string] $Path = (Join-Path ([IO.Path]::GetTempPath()) "clr-snapshots-$(New-Guid)")
)
$ErrorActionPreference = 'Stop'

$set = Import-TrainingData $Data
$history = Invoke-LrRangeTest -Model $Model -Data $set |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs 2 |
    Start-CyclicTraining -Model $Model -Data $set -Cycles $Cycles -Snapshots -DestinationPath $Path
$history.Cycles | Format-Table

# From the files, later and anywhere; several files are an ensemble.
$single = Test-TrainedModel $Path/final.safetensors $set
$ensemble = Test-TrainedModel $Path/snapshot-*.safetensors $set
$average = Test-TrainedModel $Path/swa.safetensors $set
$single, $ensemble, $average | Format-Table

'Last cycle {0:N2} %, ensemble of {1} {2:N2} %, mean of weights {3:N2} %' -f $single.Accuracy, $ensemble.Members, $ensemble.Accuracy, $average.Accuracy
$wrong = Test-TrainedModel $Path/snapshot-*.safetensors $set -Predict | Where-Object { $_.Predicted -ne $_.Actual }
"Samples that the ensemble gets wrong: $($wrong.Index -join ', ')"
"The models are in $Path."
