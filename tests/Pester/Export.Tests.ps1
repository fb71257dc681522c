BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $models = "$TestDrive/models"
    $null = New-CyclicSchedule 0.02 0.1 -StepSize 23 | Start-CyclicTraining mlp:8 digits -Epochs 1 -DestinationPath $models
}

Describe 'A trained model' {
    It 'is written as <Path> says, with <Files>' -ForEach @(
        @{ Path = 'net.onnx'; Files = @('net.onnx') }
        @{ Path = 'net.py'; Files = 'net.safetensors', 'net.py' }
        @{ Path = 'net.safetensors'; Files = 'net.safetensors', 'net.py' }
    ) {
        $folder = Add-Folder
        $written = Export-TrainedModel "$folder/$Path" -Model $models/best.safetensors -PassThru
        $written | Should -BeOfType IO.FileInfo
        $written.Name | Should -BeExactly $Files
        (Get-ChildItem $folder).Name | Should -BeExactly ($Files | Sort-Object)
    }

    It 'is written in the format that is given, whatever the path' {
        $folder = Add-Folder
        Get-Item $models/best.safetensors | Export-TrainedModel $folder/net.bin -Format onnx
        [Text.Encoding]::UTF8.GetString([IO.File]::ReadAllBytes("$folder/net.bin")) | Should -BeLike '*probabilities*'
        Export-TrainedModel $folder/net.v1 -Model $models/best.safetensors -Format Python -PassThru | ForEach-Object Name | Should -BeExactly net.v1.safetensors, net.v1.py
    }

    It 'for Python is one that Test-TrainedModel takes' {
        Export-TrainedModel $TestDrive/again.py -Model $models/best.safetensors
        (Test-TrainedModel $TestDrive/again.safetensors digits).Loss | Should -Be (Test-TrainedModel $models/best.safetensors digits).Loss
    }

    It 'takes the place of a file with -Force alone, and of none under -WhatIf' {
        $folder = Add-Folder
        Set-Content $folder/net.py 'mine'
        (Get-Failure "Export-TrainedModel $folder/net.safetensors -Model $models/best.safetensors").FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        Export-TrainedModel $folder/net.safetensors -Model $models/best.safetensors -Force -WhatIf
        (Get-ChildItem $folder).Name | Should -BeExactly net.py
        Export-TrainedModel $folder/net.safetensors -Model $models/best.safetensors -Force
        Get-Content $folder/net.py -Raw | Should -BeLike '*def predict(samples):*'
    }

    It 'of a net of one''s own is written with the net' {
        $net = [TorchSharp.torch+nn]::Sequential()
        $null = $net.append('flatten', [TorchSharp.torch+nn]::Flatten()).append('output', [TorchSharp.torch+nn]::Linear(64, 10))
        $null = New-CyclicSchedule 0.02 0.1 -StepSize 23 | Start-CyclicTraining $net digits -Epochs 1 -DestinationPath $TestDrive/own
        Export-TrainedModel $TestDrive/own.py -Model $TestDrive/own/final.safetensors -Module $net
        Get-Content $TestDrive/own.py -Raw | Should -BeLike '*("output", nn.Linear(64, 10)),*'
        (Get-Failure "Export-TrainedModel $TestDrive/other.onnx -Model $TestDrive/own/final.safetensors").FullyQualifiedErrorId | Should -BeLike 'ModelNotFound,*'
    }

    It 'is not written to a device as two files' -Skip:$IsWindows {
        (Get-Failure 'Export-TrainedModel /dev/null -Model $models/best.safetensors -Format Python').FullyQualifiedErrorId | Should -BeLike 'TrainedModelExportDevice,*'
    }

    It 'that cannot be written says why: <Id>' -ForEach @(
        @{ Line = '$TestDrive/net.pt -Model $models/best.safetensors'; Id = 'TrainedModelExportFormat' }
        @{ Line = '$TestDrive/net.onnx -Model $models/best.safetensors, $models/final.safetensors'; Id = 'TrainedModelExportEnsemble' }
        @{ Line = '$TestDrive/net.onnx -Model $models/best.safetensors -InputDivisor 0'; Id = 'InvalidInputDivisor' }
        @{ Line = '$TestDrive/net.onnx -Model $models/best.safetensors -InputDivisor 1e-320'; Id = 'InvalidInputDivisor' }
        @{ Line = '$TestDrive/torch.py -Model $models/best.safetensors'; Id = 'TrainedModelExportName' }
        @{ Line = '$TestDrive/net.onnx -Model $models/best.safetensors -Module (New-TrainingModel mlp:9 digits)'; Id = 'TrainedModelIsNamed' }
        @{ Line = '$TestDrive/net.onnx -Model $models'; Id = 'PathIsFolder' }
        @{ Line = '$TestDrive/net.onnx -Model 5'; Id = 'InvalidModel' }
        @{ Line = '$TestDrive/nowhere/net.onnx -Model $models/best.safetensors'; Id = 'FolderNotFound' }
    ) {
        (Get-Failure "Export-TrainedModel $Line").FullyQualifiedErrorId | Should -BeExactly "$Id,ClrModule.Commands.Files.ExportTrainedModelCommand"
    }
}

Describe 'An export that would not serve' {
    It 'over the file of the model itself is refused, also with -Force' {
        $folder = Add-Folder
        Copy-Item $models/best.safetensors $folder/net.safetensors
        (Get-Failure "Export-TrainedModel '$folder/net.safetensors' -Format Onnx -Model '$folder/net.safetensors' -Force").FullyQualifiedErrorId | Should -BeLike 'TrainedModelExportName,*'
        (Test-TrainedModel $folder/net.safetensors digits).Samples | Should -Be 359
    }

    It 'under a name that Python cannot import is warned of: <_>' -ForEach 'class', '1net', 'my-net', 'torch.nn' {
        $folder = Add-Folder
        Export-TrainedModel "$folder/$_.py" -Model $models/best.safetensors -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -Match "^Python's import cannot name"
    }
}
