# A model from Python, trained on here. In Python:
#
#   model = torchvision.models.resnet18(num_classes=10)        # or any module of one tensor to one tensor
#   torch.jit.script(model).save('model.pt')                   # torch.jit.trace(model, sample).save(...) works too
#
# A TorchScript file holds code, which runs: use only files whose maker you trust.
#
#   ./torchscript.ps1 model.pt digits -OutFile trained.pt
#
# and back in Python: torch.jit.load('trained.pt').
param(
    # The file that Python wrote.
    [Parameter(Mandatory)] [string] $Path,
    # Data that fits it: the model takes its samples and has an output for each of its classes.
    [string] $Data = 'digits',
    # Where the trained model goes.
    [string] $OutFile = 'trained.pt',
    [int] $Epochs = 8
)
$ErrorActionPreference = 'Stop'

# -Model takes the path as it is. Read once, the module stays after the training and can be saved.
$set = Import-TrainingData $Data
$model = New-TrainingModel $Path $set

$history = Invoke-LrRangeTest -Model $model -Data $set |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs ($Epochs / 4) -Mode Triangular2 |
    Start-CyclicTraining -Model $model -Data $set -Epochs $Epochs

'Best validation accuracy: {0:N2} % in epoch {1}' -f $history.BestValidationAccuracy, $history.BestEpoch.Epoch
$model.Save($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile))
"Written: $OutFile"
