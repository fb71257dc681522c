# Damaged files: an error with an id, or (checkpoints) the damage set aside and the run taken up; never a dead process, and never another answer without a word.

function Invoke-Corruption([int] $Count, [int] $Seed, [int] $First) {
    $good = "$place/good"
    Add-GoodFiles $good
    $number, $end = $First, ($First + $Count)
    while ($number -lt $end) {
        $child = Start-Child (Join-Path $PSScriptRoot Damage.ps1) $module, $good, $Seed, $number, ($end - $number)
        $open = $false
        while ($true) {
            $read = $child.StandardOutput.ReadLineAsync()
            # No file here takes a second.
            if (-not $read.Wait(300000)) { $child.Kill(); break }
            if ($null -eq $read.Result) { break }
            $word, $what, $fault = $read.Result -split "`t"
            if ($word -eq 'begin') { $open = $what }
            elseif ($word -eq 'end') { New-Try Corruption $number $what $fault; $number++; $open = $false }
        }
        $child.WaitForExit()
        if ($open) { New-Try Corruption $number $open "The process dies or hangs: exit code $($child.ExitCode), $($child.Failure.Result)"; $number++ }
        elseif ($child.ExitCode) { throw "The child fails: $($child.Failure.Result)" }
    }
}

# One of each kind of file, small, and what an undamaged one gives.
function Add-GoodFiles([string] $Path) {
    $chance = Get-Chance 2 2
    $null = New-Item $Path/data, $Path/json, $Path/model, $Path/script, $Path/pixels/a, $Path/pixels/b -ItemType Directory
    $null = Invoke-SmallRun @{ CheckpointPath = "$Path/checkpoint"; Cycles = 2 }
    (Invoke-SmallRun @{ OutPath = "$Path/model" }).History | Export-TrainingHistory $Path/json/history.json
    Get-ChildItem $Path/model -Exclude final.safetensors, swa.safetensors | Remove-Item
    New-CyclicSchedule 0.01, 0.02 0.1, 0.2 -StepSize 6 -Mode ExpRange -Gamma 0.99 | Export-LrSchedule $Path/json/schedule.json
    Invoke-LrRangeTest mlp:8 iris -Iterations 20 | Export-LrRangeTest $Path/json/rangetest.json
    Copy-Item (Join-Path $PSScriptRoot ../Pester/Fixtures/net.pt) $Path/script/net.pt

    $rows = foreach ($row in 1..60) { '{0:F3},{1:F3},{2}' -f ($row % 3 + $chance.NextDouble()), $chance.NextDouble(), ('red', 'green', 'blue')[$row % 3] }
    $csv = [Text.Encoding]::UTF8.GetBytes((@('width,height,colour') + $rows -join "`n") + "`n")
    [IO.File]::WriteAllBytes("$Path/data/table.csv", $csv)
    [IO.File]::WriteAllBytes("$Path/data/packed.csv.gz", (Compress-Bytes $csv))
    (Invoke-SmallRun @{}).History | Export-TrainingHistory $Path/data/epochs.parquet
    $pixels = [byte[]]::new(60 * 16)
    $chance.NextBytes($pixels)
    $labels = [byte[]] (0..59 | ForEach-Object { $_ % 3 })
    [byte[]] $npyPixels, [byte[]] $npyLabels = (Get-NpyBytes $pixels '(60, 1, 4, 4)'), (Get-NpyBytes $labels '(60,)')
    $zip = [IO.Compression.ZipFile]::Open("$Path/data/arrays.npz", 'Create')
    foreach ($entry in ('x_train.npy', $npyPixels), ('y_train.npy', $npyLabels)) { $stream = $zip.CreateEntry($entry[0]).Open(); $stream.Write($entry[1]); $stream.Dispose() }
    $zip.Dispose()
    # Reading images brings the library that writes these.
    $null = Import-TrainingData $place/images
    foreach ($number in 0..11) {
        $bitmap = [SkiaSharp.SKBitmap]::new(8, 8)
        foreach ($y in 0..7) { foreach ($x in 0..7) { $bitmap.SetPixel($x, $y, [SkiaSharp.SKColor]::new([byte] $chance.Next(256), [byte] $chance.Next(256), [byte] (100 * ($number % 2)))) } }
        $file = [IO.File]::Create("$Path/pixels/$('a', 'b' | Select-Object -Index ($number % 2))/$number.png")
        $null = $bitmap.Encode($file, 'Png', 90)
        $file.Dispose()
        $bitmap.Dispose()
    }
}

function Compress-Bytes([byte[]] $Bytes) {
    $memory = [IO.MemoryStream]::new()
    $packer = [IO.Compression.GZipStream]::new($memory, [IO.Compression.CompressionLevel]::Optimal)
    $packer.Write($Bytes)
    $packer.Dispose()
    , $memory.ToArray()
}

function Get-NpyBytes([byte[]] $Values, [string] $Shape) {
    $head = "{'descr': '|u1', 'fortran_order': False, 'shape': $Shape, }".PadRight(117) + "`n"
    , ([byte[]] (0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0) + [Text.Encoding]::ASCII.GetBytes($head) + $Values)
}
