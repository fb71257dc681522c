# The whole job on handwritten digits: range test, bounds, schedule, training. No rate is chosen by hand.
$ErrorActionPreference = 'Stop'

$test = Invoke-LrRangeTest -Model mlp -Data digits
$test | Out-Default

$bounds = $test | Get-SuggestedLrBounds
$bounds | Out-Default

$schedule = $bounds | New-CyclicSchedule -StepSizeEpochs 4 -Mode Triangular2
$schedule | Out-Default

$history = $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 24
$history.Epochs | Out-Default
$history | Out-Default
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
