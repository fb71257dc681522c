BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $schedule = New-CyclicSchedule 0.02 0.1 -StepSize 20
}

Describe 'A loss' {
    It 'of binary cross-entropy learns two classes with one output' {
        $history = $schedule | Start-CyclicTraining mlp:16 breast-cancer -Epochs 4 -BatchSize 32 -Loss BinaryCrossEntropy
        $history.BestValidationAccuracy | Should -BeGreaterThan 90
    }

    It 'with smoothed labels stays above what the smoothing leaves' {
        # With a share of 0.2 over 10 classes, the best that can be said of a sample costs this.
        $least = - (0.82 * [math]::Log(0.82) + 9 * 0.02 * [math]::Log(0.02))
        $history = $schedule | Start-CyclicTraining mlp:64 digits -Epochs 8 -LabelSmoothing 0.2
        $history.Epochs[-1].TrainLoss | Should -BeGreaterThan $least
        $history.BestValidationAccuracy | Should -BeGreaterThan 90
    }

    It 'that does not fit has the id of its cause, <Id>: <Options>' -ForEach @(
        @{ Options = 'digits -Loss MeanSquaredError'; Id = 'LossNotForData' }
        @{ Options = 'digits -Loss BinaryCrossEntropy'; Id = 'LossNotForData' }
        @{ Options = 'digits -LabelSmoothing 1'; Id = 'InvalidLabelSmoothing' }
        @{ Options = 'digits -ClassWeight 1, 2'; Id = 'InvalidClassWeight' }
        @{ Options = 'digits -ClassWeight heavy'; Id = 'InvalidClassWeight' }
        @{ Options = 'digits -ClassWeight @{ eleven = 2 }'; Id = 'InvalidClassWeight' }
        @{ Options = 'wine -Augment Flip'; Id = 'AugmentNotForData' }
        @{ Options = 'digits -CropPadding 2'; Id = 'InvalidCropPadding' }
    ) {
        (Get-Failure "`$schedule | Start-CyclicTraining mlp $Options -Epochs 1").FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }
}

Describe 'Class weights' {
    BeforeAll {
        function Get-Loss([string] $Options) {
            (& ([scriptblock]::Create("`$schedule | Start-CyclicTraining mlp:8 breast-cancer -Epochs 1 $Options"))).Epochs[0].TrainLoss
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
        $losses = @{}, @{ Augment = 'Crop', 'Flip' } | ForEach-Object { $options = $_; ($schedule | Start-CyclicTraining mlp:16 digits -Epochs 1 @options).Epochs[0].TrainLoss }
        $losses[1] | Should -Not -Be $losses[0]
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

    It 'predicts a value for each held-out row' {
        $predictions = Test-TrainedModel $TestDrive/models/final.safetensors $table -Predict
        $predictions | Should -HaveCount 24
        $predictions | Should -BeOfType ClrEngine.Torch.Trained.ValuePrediction
    }
}
