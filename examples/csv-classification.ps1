#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
Classes from a table: a CSV file of your own, or the wines that come with the module.
.EXAMPLE
./examples/csv-classification.ps1
.EXAMPLE
./examples/csv-classification.ps1 customers.csv -LabelColumn churned -IgnoreColumn id, name -Verbose
#>
[CmdletBinding()]
param(
    [string] $Path = 'wine',
    [string] $LabelColumn = '-1',
    [string[]] $IgnoreColumn = @(),
    [ValidateRange(1, 10000)] [int] $Epochs = 24
)
$ErrorActionPreference = 'Stop'

$data = Import-TrainingData $Path -LabelColumn $LabelColumn -IgnoreColumn $IgnoreColumn
Write-Verbose "$data, features: $($data.FeatureNames -join ', ')"

$common = @{ Model = 'mlp:32'; Data = $data; BatchSize = 16 }
$history = Invoke-LrRangeTest @common |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs ($Epochs / 2) |
    Start-CyclicTraining @common -Epochs $Epochs

$history.Epochs | Format-Table
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
