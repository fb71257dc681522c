# The same pipeline on a folder of IDX files, such as Fashion-MNIST or MNIST.
param([Parameter(Mandatory)] [string] $Path, [int] $Epochs = 6)
$ErrorActionPreference = 'Stop'

$data = Import-TrainingData $Path
$history = Invoke-LrRangeTest -Model mlp -Data $data -BatchSize 128 |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs ($Epochs / 2) -Mode Triangular2 |
    Start-CyclicTraining -Model mlp -Data $data -Epochs $Epochs -BatchSize 128

$history.Epochs | Out-Default
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
