# Kills, signals, and two processes at one folder.

# A run that is ended again and again at random moments, and taken up each time by the same line, until all tries of its configuration are made.
# $End ends a process that trains and says what is wrong with how it ended; $null where the process was through before.
function Invoke-Chain([string] $Kind, [int] $Count, [int] $Seed, [scriptblock] $End) {
    $number = 0
    foreach ($name in $configurations.Keys) {
        $left = [int][Math]::Ceiling(($Count - $number) / ($configurations.Count - @($configurations.Keys).IndexOf($name)))
        while ($left -gt 0) {
            $whole = Get-Whole $name
            $folder = "$place/$Kind-$name-$number"
            $first, $faults, $through = $number, @(), $false
            while (-not $through) {
                $process = Start-Run $name $folder
                $began = Read-Until $process '^ready$'
                $ended = $left -gt 0 -and $began ? (& $End $process (Get-Chance $Seed $number) $whole.Seconds $folder) : $null
                $null = $process.StandardOutput.ReadToEnd()
                $process.WaitForExit()
                if ($null -ne $ended) {
                    $left--
                    $number++
                    if ($ended) { $faults += "try $number`: $ended" }
                }
                else {
                    $through = $true
                    if ($process.ExitCode) { $faults += "The run taken up ends with $($process.ExitCode): $($process.Failure.Result)" }
                }
            }
            $faults += @(Compare-End $folder $whole.Folder) -ne ''
            # Where the end differs, none of its tries has been survived for sure.
            New-Try $Kind $number "$name, from try $first" ($faults -join ' ') ($number - $first)
            if (-not $faults) { Remove-Item $folder -Recurse }
        }
    }
}

function Invoke-Kills([int] $Count, [int] $Seed) {
    Invoke-Chain Kills $Count $Seed {
        param($Process, $Chance, $Seconds)
        # The first moments go to reading what the last one left; a share of the run for the others.
        if ($Process.WaitForExit([int] ($Chance.NextDouble() * [Math]::Min(2500, $Seconds * 300)))) { return }
        $Process.Kill()
        ''
    }
}

# How many processes there are for one processor: a clock says little of a process that waits for the others.
function Get-Crowd { $IsLinux ? [Math]::Max(1, [double] ((Get-Content /proc/loadavg) -split ' ')[0] / [Environment]::ProcessorCount) : 1 }

function Invoke-Signals([int] $Count, [int] $Seed) {
    if ($IsWindows) { return New-Skip Signals 'Windows has no signals that a process could send.' }
    Invoke-Chain Signals $Count $Seed {
        param($Process, $Chance, $Seconds, $Folder)
        # What a stopped script ends with is PowerShell's own matter, and either of two.
        $signal, $codes = @(('TERM', 143), ('HUP', 129), ('INT', 0, 1))[$Chance.Next(3)]
        # Signals are those of a run from its first update on.
        if (-not (Read-Until $Process '^Epoch')) { return }
        if ($Process.WaitForExit([int] ($Chance.NextDouble() * [Math]::Min(1000, $Seconds * 100)))) { return }
        $history = Get-Item $Folder/history.json -ErrorAction Ignore
        if ($history) { Remove-Item $history }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        sh -c "kill -$signal $($Process.Id)"
        $said = $Process.StandardOutput.ReadToEnd()
        $Process.WaitForExit()
        # It was through before the signal came.
        if ((Test-Path $Folder/history.json) -and (Import-TrainingHistory $Folder/history.json).Status -ne 'Cancelled') { return }
        # Outside a run PowerShell dies of it, and the same line gives the history again.
        $isOver = Test-Path $Folder/models/final.safetensors
        @(
            if ($watch.Elapsed.TotalSeconds -gt 10 * (Get-Crowd)) { "SIG$signal took $($watch.Elapsed.TotalSeconds) s." }
            if ($Process.ExitCode -notin $codes) { "SIG$signal ended it with $($Process.ExitCode), not $codes." }
            if (-not $isOver -and $signal -ne 'INT' -and ($said -notmatch 'checkpoint is ''(.+step-\d+)''' -or -not (Test-Path $Matches[1]))) { "SIG$signal left no checkpoint that it names: $said" }
            if (-not $isOver -and $signal -ne 'INT' -and -not (Test-Path $Folder/history.json)) { "SIG$signal left no history." }
        ) -join ' '
    }
}

# The second script at a run's folder is refused, and the first ends as if it had been alone.
function Invoke-TwoScripts([int] $Count, [int] $Seed, [int] $First) {
    for ($number = $First; $number -lt $First + $Count; $number++) {
        $name = @($configurations.Keys)[(Get-Chance $Seed $number).Next($configurations.Count)]
        $whole = Get-Whole $name
        $folder = "$place/two-$number"
        $owner = Start-Run $name $folder
        $null = Read-Until $owner '^Epoch'
        # It holds still meanwhile, so that it is not through before.
        if (-not $IsWindows) { sh -c "kill -STOP $($owner.Id)" }
        $failure = try { $null = Invoke-Run $name $folder; 'The second run was not refused.' } catch { if ($_.FullyQualifiedErrorId -notlike 'CheckpointFolderInUse,*') { "The second run: $_" } }
        if (-not $IsWindows) { sh -c "kill -CONT $($owner.Id)" }
        $null = $owner.StandardOutput.ReadToEnd()
        $owner.WaitForExit()
        $faults = @($failure) + (Compare-End $folder $whole.Folder) -ne ''
        New-Try TwoScripts $number $name ($faults -join ' ')
        if (-not $faults) { Remove-Item $folder -Recurse }
    }
}
