# Classes from a table: a CSV file of your own, or the wines that come with the module.
#   ./csv-classification.ps1
#   ./csv-classification.ps1 customers.csv -LabelColumn churned -IgnoreColumn id, name
param(
    [string] $Path = 'wine',
    [string] $LabelColumn = '-1',
    [string[]] $IgnoreColumn = @(),
    [int] $Epochs = 24
)
$ErrorActionPreference = 'Stop'

$data = Import-TrainingData $Path -LabelColumn $LabelColumn -IgnoreColumn $IgnoreColumn
"$data"
'Features: ' + ($data.FeatureNames -join ', ')

$history = Invoke-LrRangeTest -Model mlp:32 -Data $data -BatchSize 16 |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs 4 -Mode Triangular2 |
    Start-CyclicTraining -Model mlp:32 -Data $data -Epochs $Epochs -BatchSize 16

$history.Epochs | Out-Default
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
