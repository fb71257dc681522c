#Requires -Version 7.4 -Modules ClrModule
<#
.SYNOPSIS
Trains a net on the digits 0 to 6, and then with its weights on a few samples of 7, 8 and 9.
.DESCRIPTION
First the whole net learns from much data. For the new classes it begins with those weights: the body is frozen and a new last layer
learns, then all learns, body and head each with the rates that a range test found for it while the other was frozen.
.EXAMPLE
./examples/fine-tuning.ps1 -Samples 60
#>
[CmdletBinding()]
param(
    [string] $Model = 'cnn:16,32',
    # Of the new classes, how many are learnt from; the others are validated on.
    [ValidateRange(10, 300)] [int] $Samples = 30,
    # Where the models go.
    [string] $Path = (Join-Path ([IO.Path]::GetTempPath()) "clr-fine-tuning-$(New-Guid)")
)
$ErrorActionPreference = 'Stop'
$torch = [TorchSharp.torch]

# The digits of some classes as tensors, the classes counted from 0.
function Select-Digit([int[]] $Class) {
    $set = Import-TrainingData digits -AsIs
    $labels = [Collections.Generic.List[long]]::new()
    $pixels = [Collections.Generic.List[float]]::new()
    foreach ($part in $set.Train, $set.Validation) {
        $wanted = [long[]] (0..($part.Count - 1)).Where{ $part.Targets.Labels[$_] -in $Class }
        $values = [float[]]::new($wanted.Count * 64)
        $part.Samples.Read($wanted, $values)
        $pixels.AddRange($values)
        $wanted.ForEach{ $labels.Add($part.Targets.Labels[$_] - $Class[0]) }
    }
    @{ Features = $torch::tensor($pixels.ToArray()).reshape(-1, 1, 8, 8); Targets = $torch::tensor($labels.ToArray()) }
}

$many = Select-Digit (0..6)
$many = Import-TrainingData @many -ClassName (0..6)
$few = Select-Digit (7..9)
$few = Import-TrainingData @few -ClassName (7..9) -ValidationFraction (1 - $Samples / $few.Targets.shape[0])

$first = New-CyclicSchedule 0.02 0.2 -StepSizeEpochs 3 | Start-CyclicTraining $Model $many -Epochs 6 -DestinationPath $Path/first
'On 0 to 6: {0:N2} %' -f $first.BestValidationAccuracy

# From nothing, for comparison.
$learn = @{ BatchSize = 10; Epochs = 12 }
$fresh = Invoke-LrRangeTest $Model $few -BatchSize 10 | Get-SuggestedLrBounds | New-CyclicSchedule -StepSizeEpochs 6 | Start-CyclicTraining @learn
'On 7 to 9, fresh: {0:N2} %' -f $fresh.BestValidationAccuracy

# A new head on the frozen body: what the range test begins with and freezes goes with its bounds to the training.
$body = 'conv*', 'bn*'
$head = Invoke-LrRangeTest $Model $few -BatchSize 10 -Weights $Path/first/best.safetensors -Freeze $body |
    Get-SuggestedLrBounds | New-CyclicSchedule -StepSizeEpochs 6 | Start-CyclicTraining @learn -DestinationPath $Path/head
'On 7 to 9, new head: {0:N2} %' -f $head.BestValidationAccuracy

# Then all: each part has the rates that were found while the other was frozen.
$from = @{ Model = $Model; Data = $few; BatchSize = 10; Weights = "$Path/head/best.safetensors" }
$ofHead = Invoke-LrRangeTest @from -Freeze $body | Get-SuggestedLrBounds
$ofBody = Invoke-LrRangeTest @from -Freeze 'fc.*' | Get-SuggestedLrBounds
$all = New-CyclicSchedule -BaseLr $ofHead.BaseLr, $ofBody.BaseLr -MaxLr $ofHead.MaxLr, $ofBody.MaxLr -StepSizeEpochs 6 -StepsPerEpoch $head.StepsPerEpoch |
    Start-CyclicTraining @from -Epochs 12 -ParameterGroup 'fc.*', '*' -DestinationPath $Path/all
'On 7 to 9, all: {0:N2} %' -f $all.BestValidationAccuracy
