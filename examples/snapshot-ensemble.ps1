# A cycle ends where the rate is lowest, and the model is at its best there. Each of these models is kept: all together are often
# better than the last (snapshot ensemble), and so is the mean of their weights, which costs no more than one (stochastic weight averaging).
param(
    [string] $Data = 'digits',
    [string] $Model = 'mlp:64',
    [int] $Cycles = 5,
    [string] $Folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), "clr-snapshots-$PID")
)
$ErrorActionPreference = 'Stop'

$set = Import-TrainingData $Data
$history = Invoke-LrRangeTest -Model $Model -Data $set |
    Get-SuggestedLrBounds |
    New-CyclicSchedule -StepSizeEpochs 2 |
    Start-CyclicTraining -Model $Model -Data $set -Cycles $Cycles -Snapshots -OutPath $Folder
$history.Cycles | Out-Default

# The same from the files, later and anywhere: several files are an ensemble.
$single = Test-TrainedModel "$Folder/final.safetensors" $set
$ensemble = Test-TrainedModel "$Folder/snapshot-*.safetensors" $set
$average = Test-TrainedModel "$Folder/swa.safetensors" $set
$single, $ensemble, $average | Out-Default

'Last cycle {0:N2} %, ensemble of {1} {2:N2} %, mean of weights {3:N2} %' -f $single.Accuracy, $ensemble.Members, $ensemble.Accuracy, $average.Accuracy
$wrong = Test-TrainedModel "$Folder/snapshot-*.safetensors" $set -Predict | Where-Object { $_.Predicted -ne $_.Actual }
'Samples that the ensemble gets wrong: {0}' -f (($wrong | ForEach-Object { $_.Index }) -join ', ')
[IO.Directory]::Delete($Folder, $true)
