# What a process holds: bombs, eight runspaces at once, and many runs one after the other. The work is done in jobs, which may die of it.

function Invoke-Apart([scriptblock] $Work, [object[]] $Arguments) {
    Start-Job $Work -ArgumentList (@($module, $PSScriptRoot) + $Arguments) -WarningAction Ignore | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue -ErrorVariable failed
    if ($failed) { $failed[0] }
}

# Small files that claim or unpack to much, and how each is read. What is given back of those that can be read is small.
function Add-Bombs([string] $Path) {
    $null = New-Item $Path, $Path/picture/a, $Path/idx, $Path/idx-packed -ItemType Directory
    $zeros = [byte[]]::new(1MB)
    function Add-Packed([string] $File, [byte[]] $Head, [int] $Megabytes, [byte[]] $Block = $zeros) {
        $packer = [IO.Compression.GZipStream]::new([IO.File]::Create($File), [IO.Compression.CompressionLevel]::Fastest)
        $packer.Write($Head)
        foreach ($i in 1..$Megabytes) { $packer.Write($Block) }
        $packer.Dispose()
    }
    function Add-Entry([string] $File, [string] $Name, [byte[]] $Head, [int] $Megabytes) {
        $zip = [IO.Compression.ZipFile]::Open($File, 'Update')
        $stream = $zip.CreateEntry($Name, 'Fastest').Open()
        $stream.Write($Head)
        if ($Megabytes) { foreach ($i in 1..$Megabytes) { $stream.Write($zeros) } }
        $stream.Dispose()
        $zip.Dispose()
    }
    $lines, $text = [byte[]]::new(1MB), [byte[]]::new(1MB)
    [Array]::Fill($lines, [byte] 10)
    [Array]::Fill($text, [byte] 97)
    $labels = [byte[]] (0..9)
    foreach ($name in 'claims', 'unpacks') { Add-Entry $Path/$name.npz y_train.npy (Get-NpyBytes $labels '(10,)') 0 }
    Add-Entry $Path/claims.npz x_train.npy (Get-NpyBytes ([byte[]]::new(100)) '(10, 100000000000)') 0
    Add-Entry $Path/unpacks.npz x_train.npy (Get-NpyBytes ([byte[]]::new(100)) '(10, 10)') 300
    Copy-Item (Join-Path $PSScriptRoot ../Pester/Fixtures/net.pt) $Path/module.pt
    Add-Entry $Path/module.pt net/data/9 ([byte[]] (0x80, 2)) 300
    [IO.File]::WriteAllBytes("$Path/idx/train-images-idx3-ubyte", [byte[]] (0, 0, 8, 3, 127, 255, 255, 255, 0, 0, 0, 28, 0, 0, 0, 28) + [byte[]]::new(100))
    Add-Packed $Path/idx-packed/train-images-idx3-ubyte.gz ([byte[]] (0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 28, 0, 0, 0, 28)) 300
    'idx', 'idx-packed' | ForEach-Object { [IO.File]::WriteAllBytes("$Path/$_/train-labels-idx1-ubyte", [byte[]] (0, 0, 8, 1, 0, 0, 0, 10) + $labels) }
    Add-Packed $Path/lines.csv.gz ([byte[]] (97, 44, 98, 10)) 30 $lines
    Add-Packed $Path/field.csv.gz ([byte[]] (34)) 200 $text
    [IO.File]::WriteAllText("$Path/wide.csv", ('1,' * 1000000) + "2`n")
    [IO.File]::WriteAllText("$Path/deep.json", '[' * 5000000)
    [IO.File]::WriteAllText("$Path/deeper.json", '{"kind":' * 1000000)
    # A picture of 60,000 by 60,000 pixels with no pixel in it.
    [IO.File]::WriteAllBytes("$Path/picture/a/1.png", [Convert]::FromHexString('89504E470D0A1A0A0000000D494844520000EA600000EA6008020000004D1A2B3C0000000049454E44AE426082'))
    # Weights that name a model of billions.
    $null = Invoke-SmallRun @{ OutPath = "$Path/small" }
    [byte[]] $small = [IO.File]::ReadAllBytes("$Path/small/final.safetensors")
    $long = [BitConverter]::ToInt64($small, 0)
    $head = [Text.Encoding]::UTF8.GetString($small, 8, $long).Replace('mlp:8', 'mlp:20000,20000')
    [IO.File]::WriteAllBytes("$Path/model.safetensors", [BitConverter]::GetBytes([long] $head.Length) + [Text.Encoding]::UTF8.GetBytes($head) + $small[(8 + $long)..($small.Length - 1)])
    Remove-Item $Path/small -Recurse
}

function Invoke-Bombs([int] $Count, [int] $Seed, [int] $First) {
    if (-not $IsLinux) { return New-Skip Bombs 'The peak of memory is read from /proc.' }
    Add-Bombs ($at = "$place/bombs")
    $bombs = @(Get-ChildItem $at -File | Sort-Object Name) + @(Get-Item $at/picture, $at/idx, $at/idx-packed) | Select-Object -Skip $First -First $Count
    for ($number = $First; $bombs; ) {
        # One that ends the job is the one after those that it gave.
        $seen = @(Invoke-Apart $measure @(, $bombs.FullName))
        foreach ($one in $seen | Where-Object { $_.PSObject.Properties['Peak'] }) {
            $size = (Get-ChildItem $one.Path -Recurse -File | Measure-Object Length -Sum).Sum
            $fault = $one.Fault ? $one.Fault : $one.Peak -gt 100MB + 2 * $size ? ('It takes {0:N0} MB.' -f ($one.Peak / 1MB)) : ''
            New-Try Bombs ($number++) (Split-Path $one.Path -Leaf) $fault
            Write-Verbose "$(Split-Path $one.Path -Leaf): $($one.Said), $([int] ($one.Peak / 1MB)) MB, $($one.Seconds) s"
        }
        $left = $First + $Count - $number
        $bombs = @($bombs | Select-Object -Last ([Math]::Min($left, $bombs.Count - @($seen | Where-Object { $_.PSObject.Properties['Peak'] }).Count)))
        if ($bombs) {
            New-Try Bombs ($number++) $bombs[0].Name "The process dies: $($seen[-1])"
            $bombs = @($bombs | Select-Object -Skip 1)
        }
    }
}

# Reads each, and gives the error, the peak of memory above what was there before, and the time.
$measure = {
    param($module, $torture, [string[]] $Paths)
    . $torture/Common.ps1
    Import-Module $module
    function Get-Memory([string] $Name) { [long] ((Select-String "^$Name`:\s+(\d+)" /proc/self/status).Matches[0].Groups[1].Value) * 1024 }
    (New-TrainingModel mlp:8 iris).Dispose()
    foreach ($path in $Paths) {
        [GC]::Collect()
        [IO.File]::WriteAllText('/proc/self/clear_refs', '5')
        $before, $watch, $said, $fault = (Get-Memory VmRSS), [Diagnostics.Stopwatch]::StartNew(), 'read', ''
        try {
            $null = switch -Wildcard ($path) {
                *.json { Import-LrSchedule $path }
                *.pt { New-TrainingModel $path digits }
                *.safetensors { Test-TrainedModel $path digits }
                default { Import-TrainingData $path }
            }
        }
        catch { $said, $fault = "$_", $((Test-Typed $_) ? '' : "An error without an id: $($_.FullyQualifiedErrorId) $_") }
        [pscustomobject]@{ Path = $path; Fault = $fault; Said = $said; Peak = (Get-Memory VmHWM) - $before; Seconds = [Math]::Round($watch.Elapsed.TotalSeconds, 1) }
    }
}

# One of eight jobs of a user, and all that it gives; the clock is left out.
$work = {
    param($number, $place, $prefix)
    $data = Import-TrainingData ($number % 4 -eq 3 ? "$place/images" : ('iris', 'wine', 'digits')[$number % 4])
    $model = ('mlp:8', 'mlp:16,8', 'cnn:4', 'cnn:4,8')[$number % 4]
    $out = "$place/$prefix-$number"
    $test = Invoke-LrRangeTest $model $data -Iterations 20 -Device cpu -Threads 1 -Seed $number
    $history = New-CyclicSchedule 0.01 0.1 -StepSize 8 | Start-CyclicTraining $model $data -Cycles 2 -Snapshots -Device cpu -Threads 1 -Seed $number -OutPath $out
    $history, $test | Export-ClrReport $out/report.json
    $score = Test-TrainedModel $out/snapshot-*.safetensors $data
    $models = Get-ChildItem $out/*.safetensors | Sort-Object Name | ForEach-Object { (Get-FileHash $_).Hash }
    Remove-Item $out -Recurse
    (@($history.Epochs) + @($history.Cycles) | ForEach-Object { $_ | Select-Object * -ExcludeProperty Seconds } | ConvertTo-Json -Compress) + ($test.Points | ConvertTo-Json -Compress) + "$($score.Loss) $($score.Accuracy) $models"
}

function Invoke-Concurrency([int] $Count, [int] $Seed, [int] $First) {
    $text, $alone = $work.ToString(), @{}
    for ($number = $First; $number -lt $First + $Count; $number += 8) {
        $numbers = $number..([Math]::Min($number + 8, $First + $Count) - 1)
        $numbers | ForEach-Object { $alone[$_] = & $work $_ $place alone }
        $numbers | ForEach-Object -ThrottleLimit 8 -Parallel {
            $WarningPreference = $ProgressPreference = 'SilentlyContinue'
            $ErrorActionPreference = 'Stop'
            Import-Module $using:module
            $given = try { & ([scriptblock]::Create($using:text)) $_ $using:place together } catch { "$($_.FullyQualifiedErrorId) $_" }
            [pscustomobject]@{ Number = $_; Text = $given }
        } | ForEach-Object {
            $of = $alone[$_.Number]
            $differs = $_.Text -cne $of
            $from = if ($differs) { (0..[Math]::Min($of.Length, $_.Text.Length)).Where({ param($i) $of[$i] -cne $args[0] }, 'First') }
            New-Try Concurrency $_.Number 'beside seven others' $($differs ? "It gives another result than alone: $($_.Text.Substring(0, [Math]::Min(200, $_.Text.Length)))" : '')
        }
    }
}

function Invoke-Leaks([int] $Count, [int] $Seed, [int] $First) {
    $seen = @(Invoke-Apart {
        param($module, $torture, $place, $count, $work)
        . $torture/Common.ps1
        Import-Module $module
        $work = [scriptblock]::Create($work)
        for ($number = 0; $number -lt $count; $number++) {
            $null = & $work ($number % 8) $place leak
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            [Diagnostics.Process]::GetCurrentProcess().WorkingSet64
        }
    } $place, $Count, $work.ToString())
    if ($seen.Count -lt $Count) { return New-Try Leaks 0 'all' "The job ends after $($seen.Count) of $Count`: $($seen[-1])" $Count }
    # The first half fills caches and heaps.
    $quarter = [int] ($Count / 4)
    $before, $after = ($seen[(2 * $quarter)..(3 * $quarter)], $seen[(3 * $quarter)..($Count - 1)] | ForEach-Object { ($_ | Sort-Object)[[int] ($_.Count / 2)] })
    $grown = ($after - $before) / 1MB
    # A short row ends while they still fill.
    $allowed = [Math]::Max(5, 40 - $quarter)
    $text = 'from {0:N0} to {1:N0} MB in the last quarter' -f ($before / 1MB), ($after / 1MB)
    Write-Host "Leaks: $text"
    New-Try Leaks 0 $text $($grown -gt $allowed ? "Memory grows by $grown MB." : '') $Count
}
