<#
.SYNOPSIS
Tries to make the module lose something: kills, signals, full disks, damaged files, bombs, concurrency, leaks, and a Slurm of one machine.
.DESCRIPTION
Each kind has its tries, drawn from the seed. A table at the end has tries, survived and failed; a failure is printed when it happens,
with the line that repeats it. Exits with 1 if anything failed. What cannot be tried here is skipped, with the reason.
.EXAMPLE
./tests/Torture/Invoke-Torture.ps1
The long form: half an hour to an hour on two cores.
.EXAMPLE
./tests/Torture/Invoke-Torture.ps1 -Short
What a build server runs, in two minutes.
.EXAMPLE
./tests/Torture/Invoke-Torture.ps1 -Kind Corruption -Seed 4711 -Count 5000
One kind by itself.
#>
[CmdletBinding()]
param(
    # The module: a name, or the path of its manifest.
    [string] $Module = (Join-Path $PSScriptRoot ../../ClrModule.psd1),
    # Which kinds; all if none is given. Another shell gives several as one word: Kills,Signals.
    [ValidatePattern('^((Kills|Signals|TwoScripts|Disk|Corruption|Bombs|Concurrency|Leaks|Slurm)(\s*,\s*|$))+$')] [string[]] $Kind,
    # What chance is drawn from: the same tries for the same number. Kills fall at other moments each time all the same.
    [int] $Seed = (Get-Random -Minimum 1 -Maximum 1000000),
    # A few tries of each kind.
    [switch] $Short,
    # How many tries of each kind, in place of the usual.
    [int] $Count,
    # The number of the first try, to repeat one.
    [int] $First
)
$PSStyle.OutputRendering = 'PlainText'
. $PSScriptRoot/Common.ps1
'Processes', 'Disk', 'Corruption', 'Memory', 'Slurm' | ForEach-Object { . $PSScriptRoot/$_.ps1 }
Import-Module $Module
$module = Join-Path (Get-Module ClrModule).ModuleBase ClrModule.psd1
$share = $Short ? 0.2 : 1
$place = Join-Path ([IO.Path]::GetTempPath()) "clr-torture-$Seed-$PID"
$null = New-Item $place -ItemType Directory
Add-ImageSet $place/images

# Tries of the long form and of the short one.
$tries = [ordered]@{
    Kills = 120, 4; Signals = 60, 4; TwoScripts = 6, 1; Disk = 66, 11; Corruption = 6000, 240
    Bombs = 12, 12; Concurrency = 40, 8; Leaks = 200, 16; Slurm = 4, 0
}
"Torture of $module, seed $Seed, in $place"
$sums = foreach ($name in @($tries.Keys) | Where-Object { -not $Kind -or $_ -in ($Kind -split ',').Trim() }) {
    $number = $PSBoundParameters.ContainsKey('Count') ? $Count : $tries[$name][[int] [bool] $Short]
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $survived = $failed = 0
    $skipped = ''
    if ($number -gt 0) {
        & { try { & "Invoke-$name" $number $Seed $First } catch { New-Try $name 0 'all that were left' "$_ $($_.ScriptStackTrace)" } } | ForEach-Object {
            if ($_.Skipped) { $skipped = $_.Skipped }
            elseif ($_.Fault) {
                $failed += $_.Tries
                Write-Host "FAILED: $name, try $($_.Number) ($($_.What)): $($_.Fault)`n  again: ./tests/Torture/Invoke-Torture.ps1 -Kind $name -Seed $Seed $(if ($name -in "Kills", "Signals", "Leaks") { "-Count $number" } else { "-First $($_.Number) -Count 1" })$($Short ? ' -Short' : '')"
            }
            else { $survived += $_.Tries }
        }
    }
    else { $skipped = 'not in the short form' }
    [pscustomobject]@{ Kind = $name; Tries = $survived + $failed; Survived = $survived; Failed = $failed; Seconds = [int] $watch.Elapsed.TotalSeconds; Skipped = $skipped }
    Write-Host "$name`: $survived survived, $failed failed$($skipped ? ", skipped: $skipped" : '')"
}
$sums | Format-Table
"Seed $Seed; processor: $([Environment]::ProcessorCount) threads."
$sum = ($sums | Measure-Object Failed -Sum).Sum
if ($sum -gt 0) { "What the failed tries left is in $place."; exit 1 }
Remove-Item $place -Recurse
exit 0
