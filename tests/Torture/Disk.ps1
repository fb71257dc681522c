# Disks that fill up, folders that go away, and files in their place, under a run and under what is written of it.

# What happens to the place, and how it is put right again. A limit of files fills a disk in the middle of what is being written; a read-only
# mount over the place holds for what is opened from then on.
$diskFaults = [ordered]@{
    Gone     = { param($At) Get-Item $At -ErrorAction Ignore | Remove-Item -Recurse }, {}
    File     = { param($At) Get-Item $At -ErrorAction Ignore | Remove-Item -Recurse; Set-Content $At 'in the way' }, { param($At) Remove-Item $At -ErrorAction Ignore }
    Device   = { param($At) Get-Item $At -ErrorAction Ignore | Remove-Item -Recurse; mknod $At c 1 7 }, { param($At) Remove-Item $At -ErrorAction Ignore }
    Full     = { param($At, $Chance) Set-Fill (Split-Path $At) $Chance.Next(1200) }, { param($At) Remove-Item "$(Split-Path $At)/filler" -ErrorAction Ignore }
    Files    = { param($At, $Chance) mount -o "remount,nr_inodes=$((Get-ChildItem (Split-Path $At) -Recurse -Force).Count + 2 + $Chance.Next(8))" (Split-Path $At) }, { param($At) mount -o remount,nr_inodes=100000 (Split-Path $At) }
    ReadOnly = { param($At) mount --bind -o ro (Split-Path $At) (Split-Path $At) }, { param($At) umount (Split-Path $At) }
}

function Set-Fill([string] $Disk, [int] $Left) {
    $filler = [IO.File]::Create("$Disk/filler")
    $block = [byte[]]::new(4096)
    $room = [IO.DriveInfo]::new($Disk).AvailableFreeSpace - $Left * 1024
    try { for (; $room -gt 0; $room -= 4096) { $filler.Write($block); $filler.Flush() } } catch [IO.IOException] { $null = $_ } finally { try { $filler.Dispose() } catch [IO.IOException] { $null = $_ } }
}

# A small run with snapshots; its history goes to $Given, its errors to $Problems, and $AtEpoch is done at the end of each epoch.
function Invoke-SmallRun([hashtable] $More, [scriptblock] $AtEpoch = {}) {
    $run = [pscustomobject]@{ History = $null; Problems = @(); Lines = 0 }
    $problems = @()
    try {
        New-CyclicSchedule 0.01 0.1 -StepSize 6 |
            Start-CyclicTraining mlp:8 iris -Cycles 3 -Snapshots -BatchSize 32 -Device cpu -Threads 1 -Seed 5 @More -InformationAction Continue -ErrorAction SilentlyContinue -ErrorVariable problems 6>&1 |
            ForEach-Object { if ($_ -is [Management.Automation.InformationRecord]) { $run.Lines++; & $AtEpoch $run.Lines } else { $run.History = $_ } }
        $run.Problems = @($problems)
    }
    catch { $run.Problems = @($_) }
    $run
}

function Get-RunText($History) { $History.Epochs, $History.Cycles | ForEach-Object { $_ | Select-Object * -ExcludeProperty Seconds } | ConvertTo-Json -Compress }

function Get-Hashes([string] $Folder) { (Get-ChildItem $Folder -File -ErrorAction Ignore | Sort-Object Name | ForEach-Object { "$($_.Name) $((Get-FileHash $_).Hash)" }) -join ', ' }

function Invoke-Disk([int] $Count, [int] $Seed, [int] $First) {
    if ($IsWindows) { return New-Skip Disk 'The faults are made by mount and mknod.' }
    $null = New-Item ($base = "$place/disk") -ItemType Directory
    $whole = Invoke-SmallRun @{ OutPath = "$place/disk-whole" }
    $wholeText, $wholeModels = (Get-RunText $whole.History), (Get-Hashes "$place/disk-whole")
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 6
    $exports = @{
        'report.html'  = { param($Path) $whole.History | Export-ClrReport $Path -Force }
        'history.json' = { param($Path) $whole.History | Export-TrainingHistory $Path -Force }
        'history.csv'  = { param($Path) $whole.History | Export-TrainingHistory $Path -Force }
        'epochs.parquet' = { param($Path) $whole.History | Export-TrainingHistory $Path -Force }
        'schedule.json' = { param($Path) $schedule | Export-LrSchedule $Path -Force }
    }
    $targets = @('CheckpointPath') * 3 + 'OutPath', 'OutPath', 'TensorBoardPath' + @($exports.Keys | Sort-Object)
    $mounts = (id -u) -eq 0 -and (& { mount -t tmpfs -o size=4m none $base 2>$null; $LASTEXITCODE -eq 0 })
    if ($mounts) { umount $base } else { New-Skip Disk 'full and read-only disks and devices need root and mount' }
    $names = @($diskFaults.Keys)[0..($mounts ? 5 : 1)]

    for ($number = $First; $number -lt $First + $Count; $number++) {
        $chance = Get-Chance $Seed $number
        $target, $name = $targets[$number % $targets.Count], $names[$chance.Next($names.Count)]
        $strike, $cure = $diskFaults[$name]
        $moment = $chance.Next(10)
        if ($mounts) { mount -t tmpfs -o size=4m none $base }
        try {
            $at = "$base/out"
            $fault = if ($exports[$target]) {
                $null = New-Item $at -ItemType Directory
                $file = "$at/$target"
                & $exports[$target] $file
                $good = Get-Hashes $at
                # Its folder is struck, or the file itself.
                $struck = $moment -lt 5 -and $name -in 'File', 'Device' ? $file : $at
                & $strike $struck $chance
                try { $problems = @(); & $exports[$target] $file } catch { $problems = @($_) }
                $kept = (Get-Item $struck -ErrorAction Ignore).UnixStat.ItemType
                # A file in the way that was replaced is no longer in the way.
                if ($problems -or $name -ne 'File') { & $cure $struck }
                $problems | Where-Object { -not (Test-Typed $_) } | ForEach-Object { "An error without an id: $($_.FullyQualifiedErrorId) $_" }
                if ($problems) { if ($name -in 'Full', 'Files', 'ReadOnly' -and (Get-Hashes $at) -ne $good) { 'The file from before is not what it was.' } }
                elseif ($name -eq 'Device') { if ($kept -ne 'CharacterDevice') { 'A device was replaced by a file.' } else { 'What the device refused is not said.' } }
                elseif ((Get-ChildItem $at -Force).Name -ne $target -or -not (Get-Item $file).Length) { "It leaves $((Get-ChildItem $at -Force).Name)." }
            }
            else {
                $more = @{ $target = $at }
                if ($target -eq 'CheckpointPath') { $more.CheckpointEvery = 1 }
                if ($moment -eq 0) { & $strike $at $chance }
                $run = Invoke-SmallRun $more { param($epoch) if ($epoch -eq $moment) { & $strike $at $chance } }
                & $cure $at
                $run.Problems | Where-Object { -not (Test-Typed $_) } | ForEach-Object { "An error without an id: $($_.FullyQualifiedErrorId) $_" }
                if ($run.Lines -and -not $run.History) { "The history is lost: $($run.Problems)" }
                if ($run.Problems -and $moment -eq 0 -and $run.Lines -and $name -in 'File', 'Device', 'ReadOnly') { 'What could not be written was not said before the first update.' }
                if ($target -ne 'CheckpointPath' -and $run.History -and (Get-RunText $run.History) -ne $wholeText) { 'The history is not that of an undisturbed run.' }
                if (-not $run.Problems -and $target -eq 'OutPath' -and (Get-Hashes $at) -ne $wholeModels) { "The models are not those of an undisturbed run: $(Get-Hashes $at)" }
                if ($target -eq 'CheckpointPath') {
                    # With the disk put right, what is left of the run goes on to the same end.
                    $again = Invoke-SmallRun @{ CheckpointPath = $at; OutPath = "$place/disk-again"; Resume = $true }
                    if ($again.Problems -or (Get-RunText $again.History) -ne $wholeText -or (Get-Hashes "$place/disk-again") -ne $wholeModels) { "Taken up, it ends otherwise. $($again.Problems)" }
                    Get-Item "$place/disk-again" -ErrorAction Ignore | Remove-Item -Recurse
                }
            }
            New-Try Disk $number "$target, $name$($exports[$target] ? ", $(Split-Path $struck -Leaf)" : ", epoch $moment")" ($fault -join ' ')
        }
        finally { if ($mounts) { umount $base } else { Get-ChildItem $base | Remove-Item -Recurse } }
    }
}
