# What the kinds of torture share: each file takes it in by a dot.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'

# The chance of one try: the same for the same seed and number.
function Get-Chance([int] $Seed, [int] $Number) { [Random]::new([int] (([long] $Seed * 1000003 + $Number) % [int]::MaxValue)) }

# One try: what was done, and what is wrong with its end, if anything is.
function New-Try([string] $Kind, [int] $Number, [string] $What, [string] $Fault, [int] $Tries = 1) {
    [pscustomobject]@{ Kind = $Kind; Number = $Number; What = $What; Fault = $Fault; Tries = $Tries; Skipped = '' }
}

function New-Skip([string] $Kind, [string] $Reason) { [pscustomobject]@{ Kind = $Kind; Number = 0; What = ''; Fault = ''; Tries = 0; Skipped = $Reason } }

# A folder of small coloured images, four classes of 30: BMP, which needs no library to write.
function Add-ImageSet([string] $Path) {
    $chance = Get-Chance 1 1
    foreach ($class in 0..3) {
        $folder = New-Item "$Path/class$class" -ItemType Directory -Force
        foreach ($number in 1..30) {
            $pixels = [byte[]]::new(16 * 16 * 3)
            $chance.NextBytes($pixels)
            for ($i = $class % 3; $i -lt $pixels.Length; $i += 3) { $pixels[$i] = [byte] ($pixels[$i] / (2 + $class)) }
            [byte[]] $head = 0x42, 0x4D, 0x36, 3, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 1, 0, 24, 0 + @(0) * 24
            [IO.File]::WriteAllBytes("$folder/$number.bmp", $head + $pixels)
        }
    }
}

# The runs that are killed, signalled and damaged: schedules, learners, and what is kept on the way. Each takes some seconds on one core.
$configurations = [ordered]@{
    table     = { New-CyclicSchedule 0.01 0.1 -StepSize 40 -Mode Triangular2 }, @{ Model = 'mlp:64'; Data = 'breast-cancer'; Epochs = 16; BatchSize = 8 }
    images    = { New-CyclicSchedule 0.01 0.05 -StepSize 12 }, @{ Model = 'cnn:8,16'; Data = 'images'; Epochs = 30; BatchSize = 8; Augment = 'Crop', 'Flip' }
    snapshots = { New-CyclicSchedule 0.001 0.01 -StepSize 60 }, @{ Model = 'mlp:48'; Data = 'digits'; Cycles = 6; BatchSize = 32; Snapshots = $true; Optimizer = 'Adam' }
    patience  = { New-CyclicSchedule 0.01 0.3 -StepSize 45 -Mode ExpRange -Gamma 0.9995 }, @{ Model = 'mlp:32'; Data = 'digits'; Epochs = 200; BatchSize = 32; Patience = 4 }
    onecycle  = { New-OneCycleSchedule 0.1 -TotalSteps 460 }, @{ Model = 'mlp:32'; Data = 'digits'; Epochs = 20; Nesterov = $true; ClipNorm = 1; LabelSmoothing = 0.1; AccumulationSteps = 2 }
    halves    = { New-WarmRestartSchedule 0.01 -MinLr 0.0001 -CycleSteps 90 }, @{ Model = 'cnn:8,16'; Data = 'digits'; Epochs = 12; BatchSize = 32; Optimizer = 'AdamW'; WeightDecay = 0.01; Precision = 'BFloat16' }
}

# Trains one of them, or the first part of it that the short form has time for, so that the same line begins it and goes on with it.
function Invoke-Run([string] $Configuration, [string] $Folder, [hashtable] $More = @{}) {
    $schedule, $run = $configurations[$Configuration]
    $run = $run.Clone()
    if ($run.Data -eq 'images') { $run.Data = Import-TrainingData (Join-Path (Split-Path $Folder) images) -Stream }
    foreach ($name in @($run.Keys) -match '^(Epochs|Cycles)$') { $run[$name] = [Math]::Max(2, [int] ($run[$name] * $share)) }
    foreach ($name in $More.Keys) { $run[$name] = $More[$name] }
    & $schedule | Start-CyclicTraining @run -Device cpu -Threads 1 -Seed 5 -CheckpointPath $Folder/run -CheckpointEvery 3 -OutPath $Folder/models -Resume
}

# Starts one of them as a process of its own, which says 'ready' just before it trains and leaves its history in a file.
function Start-Run([string] $Configuration, [string] $Folder) {
    Start-Child (Join-Path $PSScriptRoot Train.ps1) $module, $Configuration, $Folder, $share
}

# A process in the background ignores SIGINT, and one under nohup SIGHUP, unless it is told otherwise.
function Start-Child([string] $Script, [string[]] $Arguments) {
    $start = [Diagnostics.ProcessStartInfo]::new($IsLinux ? 'env' : (Join-Path $PSHOME pwsh))
    $words = @(if ($IsLinux) { '--default-signal'; Join-Path $PSHOME pwsh }) + '-NoProfile', '-NonInteractive', '-File', $Script + $Arguments
    $words | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    $process | Add-Member Failure $process.StandardError.ReadToEndAsync()
    $process
}

# Reads what a process says up to a line of this kind; all it said if there is none.
function Read-Until($Process, [string] $Pattern) {
    while ($null -ne ($line = $Process.StandardOutput.ReadLine())) { if ($line -match $Pattern) { return $line } }
}

# What of a run's end differs from that of an undisturbed one: weights and history to the bit, but for the time it took.
function Compare-End([string] $Folder, [string] $Whole) {
    $ends = foreach ($path in $Folder, $Whole) {
        if (-not (Test-Path $path/history.json)) { return "There is no history in $path." }
        $history = Import-TrainingHistory $path/history.json
        $text = $history.Epochs, $history.Cycles | ForEach-Object { $_ | Select-Object * -ExcludeProperty Seconds } | ConvertTo-Json -Compress -Depth 3
        [pscustomobject]@{
            Status  = $history.Status
            History = $text
            Models  = (Get-ChildItem $path/models | Sort-Object Name | ForEach-Object { "$($_.Name) $((Get-FileHash $_).Hash)" }) -join ', '
        }
    }
    (@('Status', 'History', 'Models' | Where-Object { $ends[0].$_ -cne $ends[1].$_ }) -join ' and ') -replace '.+', '$0 of the end differ from the undisturbed run.'
}

# The undisturbed runs, each once, and how long each trains.
function Get-Whole([string] $Configuration) {
    $folder = "$place/whole-$Configuration"
    if (-not $wholes.Contains($Configuration)) {
        $process = Start-Run $Configuration $folder
        if (-not (Read-Until $process '^ready$')) { throw "The run '$Configuration' does not begin: $($process.Failure.Result)" }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $null = $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        if ($process.ExitCode) { throw "The run '$Configuration' fails undisturbed: $($process.Failure.Result)" }
        $wholes[$Configuration] = $watch.Elapsed.TotalSeconds
    }
    [pscustomobject]@{ Folder = $folder; Seconds = $wholes[$Configuration] }
}

# The ids that users can rely on.
function Test-Typed([Management.Automation.ErrorRecord] $Record) {
    $Record.FullyQualifiedErrorId -match '^(\w+),ClrModule\.' -and ($errorIds.Contains($Matches[1]) -or $Matches[1] -cmatch '^Invalid[A-Z]')
}

$wholes = @{}
$errorIds = [Collections.Generic.HashSet[string]] (Select-String '^\| `(\w+)`' (Join-Path $PSScriptRoot ../../docs/errors.md) | ForEach-Object { $_.Matches[0].Groups[1].Value })
