#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
Trains a TorchSharp module made in the script, and then one for each of five seeds.
.DESCRIPTION
The types of TorchSharp are there once the module is imported; libtorch is loaded when the first of them is used.
A module is trained as it is, and stays the script's. Where each run needs a fresh one, -Model takes a script block that makes it.
.EXAMPLE
./examples/own-module.ps1 -Epochs 12
#>
[CmdletBinding()]
param([ValidateRange(4, 10000)] [int] $Epochs = 8)
$ErrorActionPreference = 'Stop'
$nn = [TorchSharp.torch+nn]

function New-Net([long] $Inputs, [long] $Outputs) {
    $net = $nn::Sequential()
    $null = $net.append('flatten', $nn::Flatten())
    $null = $net.append('hidden', $nn::Linear($Inputs, 64))
    $null = $net.append('gelu', $nn::GELU())
    $null = $net.append('dropout', $nn::Dropout(0.2))
    $null = $net.append('output', $nn::Linear(64, $Outputs))
    $net
}

$data = Import-TrainingData digits
$net = New-Net 64 10

# The range test gives the weights back as they were.
$schedule = Invoke-LrRangeTest -Model $net -Data $data |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs ($Epochs / 2)
$history = $schedule | Start-CyclicTraining -Model $net -Data $data -Epochs $Epochs
'Best validation accuracy: {0:N2} %' -f $history.BestValidationAccuracy

# The module holds the trained weights: call it, save it, train it on.
$net.eval()
$null = $net.save((Join-Path ([IO.Path]::GetTempPath()) own-module.dat))
'Outputs for a blank image: {0}' -f $net.forward([TorchSharp.torch]::zeros(1, 1, 8, 8)).shape[1]

# The block is told the shape of a sample and the number of outputs.
$accuracies = 1..5 | ForEach-Object {
    $run = $schedule | Start-CyclicTraining -Data $data -Epochs $Epochs -Seed $_ -Model {
        param($shape, $outputs)
        $inputs = 1
        $shape | ForEach-Object { $inputs *= $_ }
        New-Net $inputs $outputs
    }
    '{0:N2} %' -f $run.BestValidationAccuracy
}
"Five seeds: $($accuracies -join ', ')"
