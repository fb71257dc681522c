#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
Trains a net on the ten digits, and then with its weights, on a few samples, to tell even digits from odd ones.
.DESCRIPTION
The second task has samples that the first did not learn from. A new last layer learns on the frozen body; then all learns, body and head
each under the rates that a range test found for it while the other was frozen. From fresh weights, the same samples teach less.
.EXAMPLE
./examples/fine-tuning.ps1 -Samples 60
#>
[CmdletBinding()]
param(
    # Of the second task, how many are learnt from; the others are validated on.
    [ValidateRange(10, 300)] [int] $Samples = 40,
    # Where the models go.
    [string] $Path = (Join-Path ([IO.Path]::GetTempPath()) "clr-fine-tuning-$(New-Guid)")
)
$ErrorActionPreference = 'Stop'
$model = 'mlp:64'

$digits = Import-TrainingData digits -AsIs
$first = Invoke-LrRangeTest $model $digits |
    Get-SuggestedLrBounds | New-CyclicSchedule -StepSizeEpochs 6 | Start-CyclicTraining -Epochs 12 -DestinationPath $Path/digits
'Ten digits: {0:N2} %' -f $first.BestValidationAccuracy

# The digits that were held out, as tensors, with whether they are odd.
$held = $digits.Validation
$pixels = [float[]]::new(64 * $held.Count)
$held.Samples.Read([long[]] (0..($held.Count - 1)), $pixels)
$odd = [long[]] $held.Targets.Labels.ForEach{ $_ % 2 }
$few = Import-TrainingData -Features ([TorchSharp.torch]::tensor($pixels).reshape(-1, 1, 8, 8)) -Targets ([TorchSharp.torch]::tensor($odd)) -ClassName even, odd -AsIs -ValidationFraction (1 - $Samples / $held.Count)

$on = @{ Model = $model; Data = $few; BatchSize = 10 }
$cycle = @{ StepSizeEpochs = 10 }
$fresh = Invoke-LrRangeTest @on | Get-SuggestedLrBounds | New-CyclicSchedule @cycle | Start-CyclicTraining -Epochs 20
'Even or odd, fresh: {0:N2} %' -f $fresh.BestValidationAccuracy

# A new head on the frozen body: what the range test begins with and freezes goes with its bounds to the training.
$head = Invoke-LrRangeTest @on -Weights $Path/digits/best.safetensors -Freeze hidden* |
    Get-SuggestedLrBounds | New-CyclicSchedule @cycle | Start-CyclicTraining -Epochs 20 -DestinationPath $Path/head
'Even or odd, new head: {0:N2} %' -f $head.BestValidationAccuracy

# Then all: each part has the rates that were found while the other was frozen.
$on.Weights = "$Path/head/best.safetensors"
$ofHead = Invoke-LrRangeTest @on -Freeze hidden* | Get-SuggestedLrBounds
$ofBody = Invoke-LrRangeTest @on -Freeze output* | Get-SuggestedLrBounds
$all = New-CyclicSchedule -BaseLr $ofHead.BaseLr, $ofBody.BaseLr -MaxLr $ofHead.MaxLr, $ofBody.MaxLr @cycle -StepsPerEpoch $head.StepsPerEpoch |
    Start-CyclicTraining @on -ParameterGroup output*, * -Epochs 20 -DestinationPath $Path/all
'Even or odd, all: {0:N2} %' -f $all.BestValidationAccuracy
