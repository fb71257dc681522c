@{
    RootModule           = 'bin/ClrModule.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '0d8f6d0e-7c0a-4f63-9c86-3b1f4c1c7a52'
    Author               = 'Clr contributors'
    Copyright            = '(c) Clr contributors. MIT licence.'
    Description          = 'Cyclic learning rates: find the range, suggest bounds, make schedules, train with them.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @(
        'bin/Data.Format.ps1xml'
        'bin/Models.Format.ps1xml'
        'bin/RangeTest.Format.ps1xml'
        'bin/Schedules.Format.ps1xml'
        'bin/Torch.Format.ps1xml'
        'bin/Training.Format.ps1xml'
    )
    # Loaded before the types, which name classes of both.
    RequiredAssemblies   = @('bin/ClrEngine.dll', 'bin/ClrModule.dll')
    TypesToProcess       = @('bin/ClrModule.Types.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Add-ScheduleWarmup'
        'Assert-TrainingHistory'
        'Compare-TrainingHistory'
        'Export-ClrReport'
        'Export-LrRangeTest'
        'Export-LrSchedule'
        'Export-TrainedModel'
        'Export-TrainingHistory'
        'Get-CyclicSchedulePoint'
        'Get-SuggestedLrBounds'
        'Get-TorchDevice'
        'Get-TrainingCheckpoint'
        'Get-TrainingSweep'
        'Import-LrRangeTest'
        'Import-LrSchedule'
        'Import-TrainingData'
        'Import-TrainingHistory'
        'Install-TorchLibrary'
        'Invoke-LrRangeTest'
        'Invoke-TrainingSweep'
        'Join-LrSchedule'
        'New-ConstantSchedule'
        'New-CyclicSchedule'
        'New-DecaySchedule'
        'New-OneCycleSchedule'
        'New-StepDecaySchedule'
        'New-TrainingModel'
        'New-TrainingSweep'
        'New-WarmRestartSchedule'
        'New-WarmupStableDecaySchedule'
        'Save-TorchLibrary'
        'Start-CyclicTraining'
        'Test-TrainedModel'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('PSEdition_Core', 'MachineLearning', 'DeepLearning', 'NeuralNetwork', 'LearningRate', 'CyclicLR', 'OneCycle', 'Training', 'TorchSharp', 'PyTorch', 'CUDA', 'GPU', 'Linux', 'Windows', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://www.nuget.org/packages/ClrEngine'
            ReleaseNotes = 'The first release. CHANGELOG.md in the folder of the module lists what it does.'
        }
    }
}
