# Kills a training run without warning, goes on from its last checkpoint, and compares the end with that of a run which was
# never stopped: the same to the bit.
param(
    [int] $Epochs = 8,
    [string] $Folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), "clr-resume-$PID"),
    # Used by the script itself: the run that will be killed, and the module that it needs.
    [switch] $Worker,
    [string] $Module
)
$ErrorActionPreference = 'Stop'

# One line both starts a run and takes it up again. The number of threads is part of what repeats to the bit.
function Invoke-Run([string] $Name) {
    New-CyclicSchedule 0.01 0.1 -StepSize 46 -Mode Triangular2 |
        Start-CyclicTraining -Model mlp -Data digits -Epochs $Epochs -Threads 1 -OutPath "$Folder/$Name-models" -CheckpointPath "$Folder/$Name" -CheckpointEvery 5 -Resume
}

if ($Worker) {
    Import-Module $Module
    $null = Invoke-Run killed
    return
}

# The same script in a process of its own, in the shell that runs this one.
$start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
if ([IO.Path]::GetFileNameWithoutExtension($start.FileName) -eq 'dotnet') { $start.ArgumentList.Add([Environment]::GetCommandLineArgs()[0]) }
foreach ($argument in '-File', $PSCommandPath, '-Epochs', $Epochs, '-Folder', $Folder, '-Module', (Get-Module ClrModule).Path, '-Worker') { $start.ArgumentList.Add($argument) }
$process = [Diagnostics.Process]::Start($start)
while (-not $process.HasExited -and -not ([IO.Directory]::Exists("$Folder/killed") -and [IO.Directory]::GetDirectories("$Folder/killed", 'step-*').Count -ge 3)) { [Threading.Thread]::Sleep(10) }
$process.Kill()
$process.WaitForExit()
$checkpoints = [IO.Directory]::GetDirectories("$Folder/killed", 'step-*')
[Array]::Sort($checkpoints)
"Killed. It leaves $(($checkpoints | ForEach-Object { [IO.Path]::GetFileName($_) }) -join ', ')."

$resumed = Invoke-Run killed
$whole = Invoke-Run whole
$resumed.Epochs | Out-Default

$same = $resumed.Epochs.Count -eq $whole.Epochs.Count
foreach ($i in 0..($whole.Epochs.Count - 1)) {
    foreach ($name in 'Step', 'LearningRate', 'TrainLoss', 'TrainAccuracy', 'ValidationLoss', 'ValidationAccuracy') {
        $same = $same -and $resumed.Epochs[$i].$name -eq $whole.Epochs[$i].$name
    }
}
function Get-Weight([string] $Name) { [Convert]::ToBase64String([IO.File]::ReadAllBytes("$Folder/$Name-models/final.safetensors")) }
$sameWeights = (Get-Weight killed) -ceq (Get-Weight whole)
[IO.Directory]::Delete($Folder, $true)
if (-not ($same -and $sameWeights)) { throw "The resumed run differs from the one that was never stopped (histories equal: $same, weights equal: $sameWeights)." }
"The resumed run and one that was never stopped have the same $($whole.Epochs.Count) epochs and the same final weights, to the bit."
