#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
A model from Python, trained on here.
.DESCRIPTION
In Python:
    model = torchvision.models.resnet18(num_classes=10)    # or any module of one tensor to one tensor
    torch.jit.script(model).save('model.pt')               # torch.jit.trace(model, sample).save(...) works too
and afterwards torch.jit.load('trained.pt').
A TorchScript file holds code, which runs: use only files whose maker you trust.
.EXAMPLE
./examples/torchscript.ps1 model.pt digits -OutFile trained.pt
#>
[CmdletBinding()]
param(
    # The file that Python wrote.
    [Parameter(Mandatory)] [string] $Path,
    # Data that fits it: the model takes its samples and has an output for each of its classes.
    [string] $Data = 'digits',
    # Where the trained model goes.
    [string] $OutFile = 'trained.pt',
    [ValidateRange(4, 10000)] [int] $Epochs = 8
)
$ErrorActionPreference = 'Stop'

# -Model takes the path as it is. Read once, the module stays after the training and can be saved.
$set = Import-TrainingData $Data
$model = New-TrainingModel $Path $set

$history = Invoke-LrRangeTest -Model $model -Data $set |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs ($Epochs / 2) |
    Start-CyclicTraining -Model $model -Data $set -Epochs $Epochs

'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
$model.Save($PSCmdlet.GetUnresolvedProviderPathFromPSPath($OutFile))
Get-Item $OutFile
