#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
A model that is trained here and used elsewhere.
.DESCRIPTION
Trains a small convolutional net on the digits, and writes it as ONNX and as Python. Where a Python with ONNX Runtime is on the path, it says what the
file of ONNX takes and gives, and what it makes of a blank image:
    pip install onnxruntime
.EXAMPLE
./examples/deploy-onnx.ps1 -Path deployed
#>
[CmdletBinding()]
param(
    # The folder for the models.
    [string] $Path = 'deployed',
    [ValidateRange(1, 10000)] [int] $Epochs = 4
)
$ErrorActionPreference = 'Stop'
$folder = New-Item $Path -ItemType Directory -Force

# An epoch of the digits has 23 steps.
$history = New-CyclicSchedule 0.02 0.2 -StepSizeEpochs ($Epochs / 2) -StepsPerEpoch 23 | Start-CyclicTraining cnn:16,32 digits -Epochs $Epochs -DestinationPath $folder -Force
'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch

# Pixels of the digits go from 0 to 16, and are learnt from as shares of 16.
$written = foreach ($name in 'digits.onnx', 'digits.py') {
    Export-TrainedModel "$folder/$name" -Model "$folder/best.safetensors" -InputDivisor 16 -Force -PassThru
}

$script = @'
import sys
import numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1])
for way, values in ("takes", session.get_inputs()), ("gives", session.get_outputs()):
    for value in values:
        print(way, value.name, value.type, value.shape)
print("A blank image is held for", session.run(["label"], {"input": numpy.zeros((1, 1, 8, 8), numpy.float32)})[0][0])
'@
$python = Get-Command python3, python -ErrorAction Ignore | Select-Object -First 1
if ($python) { $null = & $python -c 'import onnxruntime' 2>&1 }
if ($python -and $LASTEXITCODE -eq 0) { & $python -c $script "$folder/digits.onnx" }
else { 'No Python with ONNX Runtime is here (pip install onnxruntime).' }
'Written: {0}' -f ($written.Name -join ', ')
