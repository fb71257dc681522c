BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    # A linear layer behind batch normalisation, as torch.jit.script(net).save(path) writes one: 64 inputs, 10 outputs.
    $script = "$PSScriptRoot/Fixtures/net.pt"
    $schedule = New-CyclicSchedule 0.02 0.1 -StepSize 46
    $short = New-CyclicSchedule 0.02 0.1 -StepSize 20
}

Describe 'A model' {
    It 'by the name of a convolutional net learns the digits' {
        $history = New-CyclicSchedule 0.02 0.2 -StepSize 46 | Start-CyclicTraining cnn:16,32 digits -Epochs 4
        $history.Model | Should -BeExactly 'cnn:16,32'
        $history.BestValidationAccuracy | Should -BeGreaterThan 90
    }

    It 'by its name and widths needs no quotes' {
        (Invoke-LrRangeTest -Model mlp:32,16 -Data digits -Iterations 10).Model | Should -BeExactly 'mlp:32,16'
    }

    It 'by the path of a TorchScript file learns the digits' {
        $history = $schedule | Start-CyclicTraining $script digits -Epochs 4
        $history.Model | Should -BeExactly net.pt
        $history.BestValidationAccuracy | Should -BeGreaterThan 85
    }

    It 'of TorchScript can be loaded first' {
        (Invoke-LrRangeTest (New-TrainingModel $script digits) digits -Iterations 10).Model | Should -BeExactly net.pt
    }

    It 'of a script block is made anew by each cmdlet, and told its shape' {
        $told = [Collections.Generic.List[object]]::new()
        $block = {
            param($shape, $outputs)
            $told.Add("$shape -> $outputs")
            $net = [TorchSharp.torch+nn]::Sequential()
            $null = $net.append([TorchSharp.torch+nn]::Flatten())
            $null = $net.append([TorchSharp.torch+nn]::Linear(64, $outputs))
            $net
        }
        $null = Invoke-LrRangeTest $block digits -Iterations 5
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining $block digits -Epochs 1
        $told | Should -BeExactly '1 8 8 -> 10', '1 8 8 -> 10'
    }

    It 'of the user stays the user''s, and its weights are trained' {
        $net = New-TrainingModel mlp:8 digits
        $net.eval()
        $before = (Invoke-LrRangeTest $net digits -Iterations 5).Points[0].Loss
        $null = New-CyclicSchedule 0.05 0.2 -StepSize 23 | Start-CyclicTraining $net digits -Epochs 2
        $before - (Invoke-LrRangeTest $net digits -Iterations 5).Points[0].Loss | Should -BeGreaterThan 0.5
    }

    It 'of a damaged file of TorchScript is refused with the part that is, and the session lives' {
        $bytes = [IO.File]::ReadAllBytes($script)
        $copy = "$TestDrive/damaged.pt"
        $ids = foreach ($place in 100, 300, 900, 1500, ($bytes.Length - 300), ($bytes.Length - 10)) {
            $damaged = [byte[]]$bytes.Clone()
            $damaged[$place] = $damaged[$place] -bxor 0x10
            [IO.File]::WriteAllBytes($copy, $damaged)
            try { (New-TrainingModel $copy digits).GetType().Name } catch { $_.FullyQualifiedErrorId }
        }
        $ids | Where-Object { $_ -notin 'NotTorchScript,ClrModule.Commands.Training.NewTrainingModelCommand', 'ScriptModel' } | Should -BeNullOrEmpty
        $ids | Should -Contain 'NotTorchScript,ClrModule.Commands.Training.NewTrainingModelCommand'
    }

    It 'that is too large for the machine is one typed error in <_>, and the next one trains' -ForEach 'Invoke-LrRangeTest $large digits', '$short | Start-CyclicTraining $large digits -Epochs 1', 'New-TrainingModel $large digits' {
        $large = { [TorchSharp.torch+nn]::Linear(1000000, 2500000) }
        $failure = Get-Failure $_
        $failure.FullyQualifiedErrorId | Should -BeLike 'TorchOutOfMemory,*'
        $failure.CategoryInfo.Category | Should -Be ResourceUnavailable
        $failure.Exception.Message | Should -BeLike '*for want of memory: *tried to allocate 10000000000000 bytes*'
        (Invoke-LrRangeTest mlp:8 digits -Iterations 5).Points | Should -HaveCount 5
    }

    It 'that cannot be used has the id of its cause, <Id>: <Model>' -ForEach @(
        @{ Model = '{ }'; Id = 'ModelBlock' }
        @{ Model = '{ 1, 2 }'; Id = 'ModelBlock' }
        @{ Model = './nowhere.pt'; Id = 'ModelFileNotFound' }
        @{ Model = 'resnet18'; Id = 'ModelInput' }
        @{ Model = '{ [TorchSharp.torch+nn]::Linear(8, 9) }'; Id = 'ModelOutput' }
        @{ Model = '{ [TorchSharp.torch+nn]::Flatten() }'; Id = 'NothingToTrain' }
        @{ Model = '(Get-Command Get-Help)'; Id = 'InvalidModel' }
        @{ Model = '{ [TorchSharp.torch+nn]::Linear(64, -4) }'; Id = 'TorchOperation' }
    ) {
        (Get-Failure "Invoke-LrRangeTest -Model $Model -Data digits").FullyQualifiedErrorId | Should -BeExactly "$Id,ClrModule.Commands.RangeTests.InvokeLrRangeTestCommand"
    }

    It 'is in one run at a time' {
        $net = New-TrainingModel mlp:8 digits
        (Get-Failure 'New-CyclicSchedule 0.01 0.1 -StepSize 4 | Start-CyclicTraining $net digits -Cycles 1 | Out-Null; $session = [ClrEngine.Torch.Learning.TorchSession]::Open([ClrEngine.Torch.Models.ModelSource]::new($net), (Import-TrainingData digits), [ClrEngine.Torch.Learning.LearnerOptions]::new(), 64, 0); try { Invoke-LrRangeTest $net digits -Iterations 5 } finally { $session.Dispose() }').FullyQualifiedErrorId | Should -BeLike 'ModelInUse,*'
        (Invoke-LrRangeTest $net digits -Iterations 5).Points | Should -HaveCount 5
    }

    It 'may be trained on by the next in the pipeline' {
        $net = New-TrainingModel mlp:8 digits
        $again = New-CyclicSchedule 0.01 0.1 -StepSize 4 | Start-CyclicTraining $net digits -Cycles 1 | Start-CyclicTraining -Model $net
        $again.Status | Should -Be Completed
    }

    It 'of TorchScript is read under any name, also in the folder of the shell' {
        $folder = Add-Folder
        Copy-Item $script "$folder/net"
        Copy-Item $script "$folder/a[1] ü.torchscript"
        (Invoke-LrRangeTest "$folder/a[1] ü.torchscript" digits -Iterations 5).Model | Should -BeExactly 'a[1] ü.torchscript'
        Push-Location $folder
        try { (Invoke-LrRangeTest net digits -Iterations 5).Model | Should -BeExactly net } finally { Pop-Location }
    }

    It 'of a script block in which libtorch refuses something has its one line' {
        $message = (Get-Failure 'Invoke-LrRangeTest -Model { [TorchSharp.torch+nn]::Linear(64, -4) } -Data digits').Exception.Message
        $message | Should -MatchExactly 'negative dimension -4'
        $message | Should -Not -Match 'frame #|Exception calling'
    }

    It 'of a script block that fails, fails with its own error' {
        (Get-Failure 'Invoke-LrRangeTest -Model { throw "no net today" } -Data digits').Exception.Message | Should -BeExactly 'no net today'
    }
}

Describe 'A data set' {
    It 'has its label and the columns to leave out by name or number' {
        $data = Import-TrainingData wine -LabelColumn Alcohol -IgnoreColumn cultivar, -2
        $data.Train.Targets | Should -BeOfType ClrEngine.Data.ValueTargets
        $data.FeatureNames | Should -HaveCount 11
    }

    It 'keeps all columns where those to leave out are $null' {
        (Import-TrainingData wine -IgnoreColumn $null).FeatureNames | Should -HaveCount 13
    }

    It 'has <Targets> with: <Options>' -ForEach @(
        @{ Options = ''; Targets = 'ClassTargets' }
        @{ Options = '-Regression'; Targets = 'ValueTargets' }
        @{ Options = '-LabelColumn ash -Regression:$false'; Targets = 'ClassTargets' }
    ) {
        (& ([scriptblock]::Create("Import-TrainingData wine $Options"))).Train.Targets.GetType().FullName | Should -BeExactly "ClrEngine.Data.$Targets"
    }

    It 'of a table says what was guessed, and with -Verbose what was chosen' {
        @(',size_cm,kind') + (0..29 | ForEach-Object { "$_,$($_ % 7).5,$($_ % 2 ? 'odd' : 'even')" }) | Set-Content "$TestDrive/index.csv"
        $said = Import-TrainingData "$TestDrive/index.csv" -Verbose 3>&1 4>&1
        @($said | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }) -match "column '0' has no name and counts or names the rows" | Should -HaveCount 1
        @($said | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }) -match "last column 'kind' is predicted" | Should -HaveCount 1
        $said[-1].FeatureNames | Should -BeExactly size_cm
    }

    It 'of a table as Excel writes it in western Europe is read with: <Options>' -ForEach @(
        @{ Options = '-Encoding windows-1252 -MissingValue @()' }
        @{ Options = '-Encoding 1252 -MissingValue none -Delimiter ";" -DecimalComma' }
    ) {
        $text = "sep=;`ngröße;kontinent;klasse`n" + (-join (0..29 | ForEach-Object { "$($_ % 5),25;$(('NA', 'EU')[$_ % 2]);$(('müde', 'wach')[$_ % 3 -eq 0])`n" }))
        [IO.File]::WriteAllBytes("$TestDrive/excel.csv", [Text.Encoding]::Latin1.GetBytes($text))
        (Get-Failure "Import-TrainingData $TestDrive/excel.csv").FullyQualifiedErrorId | Should -BeLike 'DataText,*'
        (Get-Failure "Import-TrainingData $TestDrive/excel.csv -Encoding latin1").FullyQualifiedErrorId | Should -BeLike 'DataMissingValue,*'
        $data = & ([scriptblock]::Create("Import-TrainingData $TestDrive/excel.csv $Options"))
        $data.FeatureNames | Should -BeExactly 'größe', 'kontinent=EU', 'kontinent=NA'
        $data.Train.Targets.ClassNames | Should -BeExactly 'müde', 'wach'
    }

    It 'that cannot be read so has the id of its cause, <Id>: <Line>' -ForEach @(
        @{ Line = 'Import-TrainingData digits -ImageSize 8'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData digits -ImageSize 8, 16'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData digits -ImageSize 0'; Id = 'InvalidImageSize' }
        @{ Line = 'Import-TrainingData iris -LabelColumn colour'; Id = 'DataColumn' }
        @{ Line = 'Import-TrainingData digits -MissingValue @()'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData iris -Delimiter ";"'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData x.csv -Delimiter "::"'; Id = 'InvalidDelimiter' }
        @{ Line = 'Import-TrainingData x.csv -Encoding klingon'; Id = 'InvalidEncoding' }
        @{ Line = 'Import-TrainingData digits -Mean ImageNet'; Id = 'InvalidMean' }
        @{ Line = 'Import-TrainingData digits -Mean 0.5'; Id = 'InvalidMean' }
        @{ Line = 'Import-TrainingData digits -Mean someone'; Id = 'InvalidMean' }
        @{ Line = 'Import-TrainingData digits -Mean 0.5 -StandardDeviation 0'; Id = 'InvalidStandardDeviation' }
        @{ Line = 'Import-TrainingData digits -Mean 0.5, 1 -StandardDeviation 1'; Id = 'InvalidStandardDeviation' }
        @{ Line = 'Import-TrainingData digits -Mean MNIST -AsIs'; Id = 'InvalidAsIs' }
        @{ Line = 'Import-TrainingData digits -Layout Sequence'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData digits -MaxImagePixels 9'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData (Import-TrainingData digits) -AsIs'; Id = 'DataOptionWithoutUse' }
        @{ Line = '$y = [TorchSharp.torch]::arange(8).to_type("Float32"); $x = $y.reshape(8, 1); Import-TrainingData -Features $x -Targets $y -ValidationFeatures $x -ValidationTargets $y -SplitSeed 0'; Id = 'DataOptionWithoutUse' }
        @{ Line = 'Import-TrainingData digits | Import-TrainingData -ValidationFraction 0.2'; Id = 'DataOptionWithoutUse' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeExactly "$Id,ClrModule.Commands.Training.ImportTrainingDataCommand"
    }
}

Describe 'A folder of images' {
    BeforeAll {
        # Bitmaps of 2 × 2 grey pixels, and a WebP image under another name, which Skia decodes.
        function Set-Bitmap([string] $Path, [byte] $Value) {
            $null = New-Item (Split-Path $Path) -ItemType Directory -Force
            [IO.File]::WriteAllBytes($Path, [byte[]] (66, 77, 70) + [byte[]]::new(7) + [byte[]] (54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24) + [byte[]]::new(25) + [byte[]] (@($Value) * 6 + 0, 0) * 2)
        }
        foreach ($i in 1..6) { Set-Bitmap "$TestDrive/photos/$('cat', 'dog' | Select-Object -Index ($i % 2))/$i" ($i * 30) }
        [IO.File]::WriteAllBytes("$TestDrive/photos/cat/7.jpg", [Convert]::FromBase64String('UklGRjIAAABXRUJQVlA4TCUAAAAvEAADAJmM6H9sohDR/4CQgPDB/72iOg8K0jZgYbsTEwBI1lcAAA=='))
        'boxes' | Set-Content $TestDrive/photos/dog/notes.txt
    }

    It 'is read whatever the images are called, with a word of what is left out' {
        $data = Import-TrainingData $TestDrive/photos -ImageSize 4 -WarningVariable warnings -WarningAction SilentlyContinue
        $data.Train.Count + $data.Validation.Count | Should -Be 7
        $data.Shape | Should -Be 3, 4, 4
        "$warnings" | Should -BeLike '*notes.txt*'
    }

    It 'with an image of too many pixels, or one that is cut off, is refused' {
        (Get-Failure "Import-TrainingData '$TestDrive/photos' -ImageSize 4 -MaxImagePixels 100").FullyQualifiedErrorId | Should -BeLike 'DataTooLarge,*'
        [IO.File]::WriteAllBytes("$TestDrive/photos/dog/8.webp", [IO.File]::ReadAllBytes("$TestDrive/photos/cat/7.jpg")[0..40])
        (Get-Failure "Import-TrainingData '$TestDrive/photos' -ImageSize 4").Exception.Message | Should -BeLike '*8.webp*WebP image*cut off*'
    }

    It 'takes labels from a table beside the images' {
        foreach ($i in 1..8) { Set-Bitmap "$TestDrive/flat/images/$i.bmp" ($i * 20) }
        @('file,label') + (1..8 | ForEach-Object { "$_.bmp,$($_ % 2 ? 'odd' : 'even')" }) | Set-Content $TestDrive/flat/labels.csv
        (Import-TrainingData $TestDrive/flat).Train.Targets.ClassNames | Should -Be 'even', 'odd'
    }
}

Describe 'A scaling' {
    It 'is taken as given: <Options>' -ForEach @(
        @{ Options = '-AsIs'; Mean = 0; Deviation = 1 }
        @{ Options = '-Mean MNIST'; Mean = 0.1307; Deviation = 0.3081 }
        @{ Options = '-Mean mnist -StandardDeviation mnist'; Mean = 0.1307; Deviation = 0.3081 }
        @{ Options = "-Mean '0.25' -StandardDeviation 0.5"; Mean = 0.25; Deviation = 0.5 }
    ) {
        $data = & ([scriptblock]::Create("Import-TrainingData digits $Options"))
        $data.Scaling.Means[0], $data.Scaling.StandardDeviations[0] | Should -Be $Mean, $Deviation
    }

    It 'of seconds since 1970 loses none of them, also in the file of a trained model' {
        function Set-Times([string] $Path, [long] $From) {
            @('when,label') + (0..59 | ForEach-Object { "$($From + $_),$($_ -lt 30 ? 'early' : 'late')" }) | Set-Content $Path
        }
        Set-Times "$TestDrive/times.csv" 1700000000
        $data = Import-TrainingData "$TestDrive/times.csv"
        $data.Scaling.StandardDeviations[0] | Should -BeGreaterThan 17
        $history = New-CyclicSchedule 0.01 0.3 -StepSize 20 | Start-CyclicTraining mlp:16 $data -Epochs 40 -OutPath $TestDrive/times
        $history.Epochs[-1].ValidationAccuracy | Should -Be 100
        # Later times have figures of their own, and are all late to the model.
        Set-Times "$TestDrive/later.csv" 1700000060
        (Test-TrainedModel $TestDrive/times/final.safetensors "$TestDrive/times.csv" -Part All).Accuracy | Should -Be 100
        (Test-TrainedModel $TestDrive/times/final.safetensors "$TestDrive/later.csv" -Part All).Accuracy | Should -Be 50
        # What is evaluated may be of one class, which nothing could be learnt from.
        @('when,label') + (0..9 | ForEach-Object { "$(1700000000 + $_),early" }) | Set-Content $TestDrive/one.csv
        (Test-TrainedModel $TestDrive/times/final.safetensors "$TestDrive/one.csv" -Part All).Accuracy | Should -Be 100
        (Get-Failure "Import-TrainingData '$TestDrive/one.csv'").FullyQualifiedErrorId | Should -BeLike 'DataLabel*'
    }

    It 'is for columns by their names, and others are refused' {
        $rows = 0..59 | ForEach-Object { "$($_ % 2),$($_ / 60),$($_ % 2 ? 'odd' : 'even')" }
        @('a,b,kind') + $rows | Set-Content "$TestDrive/ab.csv"
        @('b,a,kind') + ($rows -replace '^([^,]*),([^,]*),', '$2,$1,') | Set-Content "$TestDrive/ba.csv"
        $null = New-CyclicSchedule 0.01 0.1 -StepSize 5 | Start-CyclicTraining mlp:4 "$TestDrive/ab.csv" -Epochs 1 -OutPath $TestDrive/ab
        $scores = 'ab', 'ba' | ForEach-Object { Test-TrainedModel $TestDrive/ab/final.safetensors "$TestDrive/$_.csv" -Part All }
        $scores[0].Accuracy | Should -BeGreaterThan 0
        $scores[1].Loss | Should -Be $scores[0].Loss
        @('a,c,kind') + $rows | Set-Content "$TestDrive/ac.csv"
        $failure = Get-Failure "Test-TrainedModel '$TestDrive/ab/final.safetensors' '$TestDrive/ac.csv'"
        $failure.FullyQualifiedErrorId | Should -BeLike 'TrainedModelOtherFeatures,*'
        "$failure" | Should -MatchExactly "is 'c', and mlp:4 was trained on 'b'"
    }

    It 'says which feature is constant, and goes on' {
        @('a,b,y') + (0..19 | ForEach-Object { "$_,7,$($_ % 2 ? 'odd' : 'even')" }) | Set-Content "$TestDrive/constant.csv"
        $null = Import-TrainingData "$TestDrive/constant.csv" -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings) -match "The feature 'b' has one value" | Should -HaveCount 1
    }
}

Describe 'Tensors' {
    BeforeAll {
        $t = [TorchSharp.torch]
        $null = $t::manual_seed(1)
        $features = $t::randn(300, 3)
        $targets = $features.matmul($t::tensor([float[]] (1, -2, 0.5)))
        $data = Import-TrainingData -Features $features -Targets $targets
    }

    It 'stay the user''s when they are imported' {
        $features.shape[0] | Should -Be 300
        $data.Train.Count, $data.Validation.Count | Should -Be 240, 60
    }

    It 'with values go through the whole job, which explains them' {
        $history = Invoke-LrRangeTest mlp:16 $data -BatchSize 16 |
            Get-SuggestedLrBounds |
            New-CyclicSchedule -StepSizeEpochs 2 |
            Start-CyclicTraining mlp:16 $data -Epochs 12 -BatchSize 16
        $history.BestEpoch.ValidationRSquared | Should -BeGreaterThan 0.95
        $history.BestValidationAccuracy | Should -BeNullOrEmpty
    }
}

Describe 'A loss' {
    It 'of binary cross-entropy learns two classes with one output' {
        $history = $short | Start-CyclicTraining mlp:16 breast-cancer -Epochs 4 -BatchSize 32 -Loss BinaryCrossEntropy
        $history.BestValidationAccuracy | Should -BeGreaterThan 90
    }

    It 'with smoothed labels stays above what the smoothing leaves' {
        # With a share of 0.2 over 10 classes, the best that can be said of a sample costs this.
        $least = - (0.82 * [math]::Log(0.82) + 9 * 0.02 * [math]::Log(0.02))
        $history = $short | Start-CyclicTraining mlp:64 digits -Epochs 8 -LabelSmoothing 0.2
        $history.Epochs[-1].TrainLoss | Should -BeGreaterThan $least
        $history.BestValidationAccuracy | Should -BeGreaterThan 90
    }

    It 'of your own is what is made small' {
        $twice = $short | Start-CyclicTraining mlp:8 digits -Epochs 1 -LossFunction { param($output, $targets) ([TorchSharp.torch+nn+functional])::cross_entropy($output, $targets).mul([TorchSharp.Scalar] 2) }
        $once = $short | Start-CyclicTraining mlp:8 digits -Epochs 1
        $twice.Epochs[0].ValidationLoss | Should -BeGreaterThan (1.3 * $once.Epochs[0].ValidationLoss)
        (Get-Failure 'Copy-AsSaved $twice | Start-CyclicTraining -Schedule $short').Exception.Message | Should -Match 'give it again, -LossFunction \{'
    }

    It 'goes with metrics of your own, which stand in each epoch' {
        $history = $short | Start-CyclicTraining mlp:8 digits -Epochs 2 -BestBy HighestMetric -InformationVariable said -Metric @{ Hits = { param($predictions, $targets) 100 * ($predictions.argmax(1).eq($targets).to_type([TorchSharp.torch+ScalarType]::Float64).mean()).item[double]() } }
        [math]::Abs($history.BestEpoch.Metrics[0].Value - $history.BestValidationAccuracy) | Should -BeLessThan 1e-9
        "$($said[-1])" | Should -Match ', Hits \d'
        $history.Epochs[-1] | Format-List | Out-String | Should -Match 'Metrics +: Hits \d'
        (Get-Failure '$history | Start-CyclicTraining -Schedule $short').Exception.Message | Should -Match "give it again, -Metric @\{ 'Hits'"
    }

    It 'of quantiles puts so many values below its answers' {
        @('x,y') + (0..399 | ForEach-Object { "$($_ % 20 / 20),$(($_ * 37) % 101 / 101)" }) | Set-Content "$TestDrive/quantile.csv"
        $null = $short | Start-CyclicTraining mlp:8 "$TestDrive/quantile.csv" -Epochs 30 -BatchSize 32 -Loss Quantile -Quantile 0.9 -OutPath "$TestDrive/quantile"
        $answers = Test-TrainedModel "$TestDrive/quantile/final.safetensors" "$TestDrive/quantile.csv" -Part All -Predict
        ($answers | Where-Object { $_.Actual -lt $_.Predicted }).Count / $answers.Count | Should -BeGreaterThan 0.8
        ($answers | Where-Object { $_.Actual -lt $_.Predicted }).Count / $answers.Count | Should -BeLessThan 0.98
    }

    It 'that does not fit has the id of its cause, <Id>: <Options>' -ForEach @(
        @{ Options = 'digits -Loss MeanSquaredError'; Id = 'LossNotForData' }
        @{ Options = 'digits -Loss BinaryCrossEntropy'; Id = 'LossNotForData' }
        @{ Options = 'digits -LabelSmoothing 1'; Id = 'InvalidLabelSmoothing' }
        @{ Options = 'digits -ClassWeight 1, 2'; Id = 'InvalidClassWeight' }
        @{ Options = 'digits -ClassWeight heavy'; Id = 'InvalidClassWeight' }
        @{ Options = 'digits -ClassWeight @{ eleven = 2 }'; Id = 'InvalidClassWeight' }
        @{ Options = 'digits -Loss Focal -FocalGamma -1'; Id = 'InvalidFocalGamma' }
        @{ Options = 'digits -HuberDelta 1'; Id = 'InvalidHuberDelta' }
        @{ Options = 'digits -LossFunction { 5 }'; Id = 'LossFunctionResult' }
        @{ Options = 'digits -LossFunction { $args[0] }'; Id = 'LossFunctionResult' }
        @{ Options = 'digits -BestBy RSquared'; Id = 'FigureNotForData' }
        @{ Options = 'digits -Metric @{ F1 = 5 }'; Id = 'InvalidMetric' }
        @{ Options = 'digits -Metric @{ F1 = { "much" } }'; Id = 'MetricResult' }
        @{ Options = 'digits -Metric @{ F1 = { throw "no" } }'; Id = 'MetricResult' }
        @{ Options = 'digits -Metric @{ F1 = { [double]::NaN } }'; Id = 'MetricNotFinite' }
        @{ Options = 'digits -Metric @{ F1 = { 1 }; F2 = { 2 } } -BestBy LowestMetric'; Id = 'InvalidMetric' }
        @{ Options = 'wine -CutMix 1'; Id = 'MixNotForData' }
        @{ Options = 'digits -EmaDecay 2'; Id = 'InvalidEmaDecay' }
        @{ Options = 'wine -Augment Flip'; Id = 'AugmentNotForData' }
        @{ Options = 'digits -CropPadding 2'; Id = 'InvalidCropPadding' }
    ) {
        (Get-Failure "`$short | Start-CyclicTraining mlp $Options -Epochs 1").FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }
}

Describe 'Class weights' {
    BeforeAll {
        function Get-Loss([string] $Options) {
            (& ([scriptblock]::Create("`$short | Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 $Options"))).Epochs[0].TrainLoss
        }
        $first = (Import-TrainingData breast-cancer).Train.Targets.ClassNames[0]
        $weighted = Get-Loss '-ClassWeight 3, 1'
    }

    It 'that say the same give the same run: <_>' -ForEach '@(3.0, 1.0)', '@{ $first = 3 }', "@{ `$first = '3' }" {
        Get-Loss "-ClassWeight $_" | Should -BeExactly $weighted
    }

    It 'that say something else give another run: <_>' -ForEach '', '-ClassWeight balanced' {
        Get-Loss $_ | Should -Not -Be $weighted
    }
}

Describe 'Augmentation' {
    It 'shows other images' {
        $losses = @{}, @{ Augment = 'Crop', 'Flip' } | ForEach-Object { $options = $_; ($short | Start-CyclicTraining mlp:16 digits -Epochs 1 @options).Epochs[0].TrainLoss }
        $losses[1] | Should -Not -Be $losses[0]
    }
}

Describe 'Repeats' {
    It 'are runs under the seeds that follow, and tell a setting from another' {
        $few = $short | Start-CyclicTraining mlp:2 digits -Epochs 2 -Seed 5 -Repeats 3 -BestBy BalancedAccuracy
        $many = $short | Start-CyclicTraining mlp:64 digits -Epochs 2 -Seed 5 -Repeats 3 -BestBy BalancedAccuracy
        $few.Seed | Should -Be 5, 6, 7
        $few[1].Command | Should -Match ' -Seed 6 ' -Because 'it repeats one run'
        $comparison = Compare-TrainingHistory $few $many
        $comparison.Verdict, $comparison.Figure | Should -Be Better, BalancedAccuracy
        ($comparison | Format-List | Out-String) | Should -Match 'Verdict\s+: Better'
        (Compare-TrainingHistory $many (Copy-AsSaved $many)).Verdict | Should -Be NotToldApart
    }

    It 'are refused where <Why>' -ForEach @(
        @{ Why = 'their files would be mixed'; Line = '$short | Start-CyclicTraining mlp:4 digits -Repeats 2 -DestinationPath $TestDrive/mixed'; Id = 'RepeatsNotPossible' }
        @{ Why = 'the module goes on'; Line = '$short | Start-CyclicTraining (New-TrainingModel mlp:4 digits) digits -Repeats 2'; Id = 'RepeatsNotPossible' }
        @{ Why = 'there are none'; Line = '$short | Start-CyclicTraining mlp:4 digits -Repeats 0'; Id = 'InvalidRepeats' }
        @{ Why = 'seeds are not the same'; Line = 'Compare-TrainingHistory ($short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 2) ($short | Start-CyclicTraining mlp:4 digits -Epochs 1 -Repeats 3)'; Id = 'HistoriesNotPaired' }
    ) {
        (Get-Failure $Line).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }
}

Describe 'A trained model' {
    It 'of classes scores what it scored in training' {
        $history = New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining mlp digits -Epochs 4 -OutPath $TestDrive/classes
        (Test-TrainedModel $TestDrive/classes/best.safetensors digits).Accuracy | Should -Be $history.BestValidationAccuracy
    }

    It 'of binary cross-entropy scores what it scored in training' {
        $history = New-CyclicSchedule 0.01 0.1 -StepSize 8 | Start-CyclicTraining mlp:8 breast-cancer -Loss BinaryCrossEntropy -Epochs 2 -OutPath $TestDrive/two
        (Test-TrainedModel $TestDrive/two/final.safetensors breast-cancer).Accuracy | Should -Be $history.FinalValidationAccuracy
    }
}

Describe 'A regression, with snapshots' {
    BeforeAll {
        $table = "$TestDrive/table.csv"
        @('a,b,y') + (0..119 | ForEach-Object { "$(($_ % 11) / 10),$(($_ % 7) / 6),$(($_ % 11) / 5 - ($_ % 7) / 6)" }) | Set-Content $table
        $history = New-CyclicSchedule 0.01 0.1 -StepSize 12 | Start-CyclicTraining mlp:16 $table -BatchSize 16 -Cycles 3 -Snapshots -OutPath $TestDrive/models
        $score = Test-TrainedModel $TestDrive/models/final.safetensors $table
    }

    It 'scores what it scored in training' {
        [math]::Round($score.Loss, 5) | Should -Be ([math]::Round($history.Epochs[-1].ValidationLoss, 5))
        [math]::Round($score.RSquared, 5) | Should -Be ([math]::Round($history.Epochs[-1].ValidationRSquared, 5))
    }

    It 'explains the values, and has no accuracy' {
        $score.RSquared | Should -BeGreaterThan 0.9
        $score.Accuracy | Should -BeNullOrEmpty
    }

    It 'shows its R2 where a history of classes shows its accuracy' {
        New-CyclicSchedule 0.01 0.1 -StepSize 12 | Start-CyclicTraining mlp:16 $table -BatchSize 16 -Cycles 1 | ConvertTo-Screen | Should -MatchExactly 'R2 0\.\d+ \(\d+\)'
    }

    It 'is an ensemble of its snapshots' { (Test-TrainedModel $TestDrive/models/snapshot-*.safetensors $table).Members | Should -Be 3 }

    It 'takes a table of one row, whose columns stand in another order' {
        'y,b,a', '0.5,0.5,0.25' | Set-Content $TestDrive/one.csv
        $one = Test-TrainedModel $TestDrive/models/final.safetensors $TestDrive/one.csv -Part All -Predict
        $one | Should -HaveCount 1
        $one.Actual | Should -Be 0.5
    }

    It 'predicts a value for each held-out row' {
        $predictions = Test-TrainedModel $TestDrive/models/final.safetensors $table -Predict
        $predictions | Should -HaveCount 24
        $predictions | Should -BeOfType ClrEngine.Torch.Trained.ValuePrediction
    }
}
