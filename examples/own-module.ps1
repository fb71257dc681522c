# A TorchSharp module made in the script: it is trained as it is, and stays the script's.
# Where each run needs a fresh one, -Model takes a script block that makes it.
param([int] $Epochs = 8)
$ErrorActionPreference = 'Stop'

# The types of TorchSharp are there once the module is imported; libtorch is loaded when the first of them is used.
$nn = [TorchSharp.torch+nn]

function Build-Net([long] $Inputs, [long] $Outputs) {
    $net = $nn::Sequential()
    $null = $net.append('flatten', $nn::Flatten())
    $null = $net.append('hidden', $nn::Linear($Inputs, 64))
    $null = $net.append('gelu', $nn::GELU())
    $null = $net.append('dropout', $nn::Dropout(0.2))
    $null = $net.append('output', $nn::Linear(64, $Outputs))
    $net
}

$data = Import-TrainingData digits
$net = Build-Net 64 10

# The range test gives the weights back as they were.
$bounds = Invoke-LrRangeTest -Model $net -Data $data | Get-SuggestedLrBounds
$schedule = $bounds | New-CyclicSchedule -StepSizeEpochs ($Epochs / 4) -Mode Triangular2
$history = $schedule | Start-CyclicTraining -Model $net -Data $data -Epochs $Epochs
'Best validation accuracy: {0:N2} %' -f $history.BestValidationAccuracy

# The module holds the trained weights: call it, save it, train it on.
$net.eval()
$null = $net.save([IO.Path]::Combine([IO.Path]::GetTempPath(), 'own-module.dat'))
'Outputs for a blank image: {0}' -f $net.forward([TorchSharp.torch]::zeros(1, 1, 8, 8)).shape[1]

# Five repeats, each with a net of its own: the block is told the shape of a sample and the number of outputs.
$accuracies = foreach ($seed in 1..5) {
    $run = $schedule | Start-CyclicTraining -Data $data -Epochs $Epochs -Seed $seed -Model {
        param($shape, $outputs)
        $inputs = 1
        foreach ($side in $shape) { $inputs *= $side }
        Build-Net $inputs $outputs
    }
    $run.BestValidationAccuracy
}
'Five seeds: {0}' -f (($accuracies | ForEach-Object { '{0:N2} %' -f $_ }) -join ', ')
