# Damages files and reads them, in a process that may die of it: says each try before and after.
param([string] $Module, [string] $Good, [int] $Seed, [int] $First, [int] $Count)
. $PSScriptRoot/Common.ps1
. $PSScriptRoot/Disk.ps1
Import-Module $Module
$work = Join-Path (Split-Path $Good) "damaged-$PID"
$null = New-Item $work -ItemType Directory

function Write-Damaged([string] $File, $Chance) {
    [byte[]] $bytes = [IO.File]::ReadAllBytes($File)
    if ($bytes.Length -eq 0) { [IO.File]::WriteAllBytes($File, [byte[]] (1, 2)); return }
    switch ($Chance.Next(8)) {
        0 { $bytes = $bytes[0..$Chance.Next($bytes.Length)] }
        1 { $bytes = $bytes + $bytes[0..$Chance.Next($bytes.Length)] }
        2 { foreach ($i in 1..8) { $bytes[$Chance.Next($bytes.Length)] = $Chance.Next(256) } }
        3 { $from = $Chance.Next($bytes.Length); [Array]::Clear($bytes, $from, [Math]::Min(32, $bytes.Length - $from)) }
        4 { $from = $Chance.Next([Math]::Min(64, $bytes.Length)); $bytes[$from] = $bytes[$from] -bxor (1 -shl $Chance.Next(8)) }
        default { foreach ($i in 0..$Chance.Next(3)) { $at = $Chance.Next($bytes.Length); $bytes[$at] = $bytes[$at] -bxor (1 -shl $Chance.Next(8)) } }
    }
    [IO.File]::WriteAllBytes($File, $bytes)
}

# What a text says and what its reading says: the same, but for how numbers are written.
function Compare-Json($Left, $Right, [string] $At = '$') {
    if ($Left -is [Collections.IDictionary] -and $Right -is [Collections.IDictionary]) {
        foreach ($key in @($Left.Keys) + @($Right.Keys) | Sort-Object -Unique -CaseSensitive) {
            if (-not ($Left.ContainsKey($key) -and $Right.ContainsKey($key))) { "$At.$key is in one of them" } else { Compare-Json $Left[$key] $Right[$key] "$At.$key" }
        }
    }
    elseif ($Left -is [array] -and $Right -is [array]) {
        if ($Left.Length -ne $Right.Length) { "$At has another length" }
        else { for ($i = 0; $i -lt $Left.Length; $i++) { Compare-Json $Left[$i] $Right[$i] "$At[$i]" } }
    }
    elseif ($Left -is [ValueType] -and $Right -is [ValueType] -and $Left -isnot [bool] -and $Left -isnot [datetime]) { if ([double] $Left -ne [double] $Right) { "$At is $Left there and $Right here" } }
    elseif ("$Left" -cne "$Right") { "$At is $Left there and $Right here" }
}

$strict = [Text.UTF8Encoding]::new($false, $true)
$read = @{
    json   = {
        param($File)
        $kind = Split-Path $File -LeafBase
        $copy = "$work/copy.json"
        switch ($kind) {
            history { Import-TrainingHistory $File | Export-TrainingHistory $copy -Force }
            schedule { Import-LrSchedule $File | Export-LrSchedule $copy -Force }
            rangetest { Import-LrRangeTest $File | Export-LrRangeTest $copy -Force }
        }
        try { $said = $strict.GetString([IO.File]::ReadAllBytes($File)) | ConvertFrom-Json -AsHashtable -Depth 64 -DateKind String } catch { return "It was read, and is no JSON: $_" }
        Compare-Json $said (Get-Content $copy -Raw | ConvertFrom-Json -AsHashtable -Depth 64 -DateKind String) | Select-Object -First 2
    }
    model  = { param($File) $score = Test-TrainedModel $File iris; if ("$($score.Loss) $($score.Accuracy)" -ne $scores[(Split-Path $File -Leaf)]) { "Other weights are taken: $($score.Loss) $($score.Accuracy)" } }
    script = { param($File) $net = New-TrainingModel $File digits; try { if ((Get-Weights $net) -ne $weights) { 'Other weights are taken.' } } finally { $net.Dispose() } }
    data   = { param($File) $data = Read-Data $File; if ($File -match '\.(gz|npz)$' -and "$($data.Identity)" -ne $identities[(Split-Path $File -Leaf)]) { 'Other data is taken from a file with checksums.' } }
    pixels = { param($File) $data = Import-TrainingData (Split-Path (Split-Path $File)); if ("$($data.Identity)" -ne $identities.pixels) { 'Other data is taken from a file with checksums.' } }
}
function Read-Data([string] $File) {
    $options = $File -like '*.parquet' ? @{ IgnoreColumn = 'ValidationRSquared', 'ValidationFigure', 'EmaLoss', 'EmaAccuracy', 'BestBy'; LabelColumn = 'ValidationLoss' } : @{}
    Import-TrainingData $File @options
}

function Get-Weights($Net) { @($Net.parameters() | ForEach-Object { $_.sum().item[float]().ToString('R') }) -join ' ' }

$scores, $identities = @{}, @{}
Get-ChildItem $Good/model | ForEach-Object { $score = Test-TrainedModel $_ iris; $scores[$_.Name] = "$($score.Loss) $($score.Accuracy)" }
Get-ChildItem $Good/data | ForEach-Object { $identities[$_.Name] = "$((Read-Data $_.FullName).Identity)" }
$identities.pixels = "$((Import-TrainingData $Good/pixels).Identity)"
$net = New-TrainingModel $Good/script/net.pt digits
$weights = Get-Weights $net
$whole = Invoke-SmallRun @{ OutPath = "$work/whole" }
$wholeText, $wholeModels, $wholeEpochs = (Get-RunText $whole.History), (Get-Hashes $work/whole), (Get-RunText @{ Epochs = $whole.History.Epochs })

for ($number = $First; $number -lt $First + $Count; $number++) {
    $chance = Get-Chance $Seed $number
    $kind = ('checkpoint', 'model', 'script', 'json', 'json', 'data', 'data', 'pixels')[$number % 8]
    $copy = "$work/$kind"
    Get-Item $copy, $work/out -ErrorAction Ignore | Remove-Item -Recurse -Force
    Copy-Item $Good/$kind $copy -Recurse
    $files = @(Get-ChildItem $copy -Recurse -File -Force | Sort-Object FullName)
    $file = $files[$chance.Next($files.Count)].FullName
    Write-Damaged $file $chance
    $what = "$kind, $([IO.Path]::GetRelativePath($copy, $file))"
    [Console]::Out.WriteLine("begin`t$what")
    $script:said = $null
    $fault = try {
        if ($kind -eq 'checkpoint') {
            $run = Invoke-SmallRun @{ CheckpointPath = $copy; OutPath = "$work/out"; Resume = $true; WarningVariable = 'script:said' }
            # One file is damaged, and other checkpoints are good.
            if ($run.Problems) { "It cannot be taken up: $($run.Problems)" }
            elseif ((Get-RunText @{ Epochs = $run.History.Epochs }) -ne $wholeEpochs) { 'Taken up, it ends otherwise.' }
            elseif (-not $script:said -and ((Get-RunText $run.History) -ne $wholeText -or (Get-Hashes $work/out) -ne $wholeModels)) { 'What is missing is not said.' }
        }
        else { & $read[$kind] $file }
    }
    catch { if (-not (Test-Typed $_)) { "An error without an id: $($_.FullyQualifiedErrorId) $_" } }
    [Console]::Out.WriteLine("end`t$what`t$($fault -join ' ' -replace '\s+', ' ')")
    if ($number % 200 -eq 199) { [GC]::Collect() }
}
Remove-Item $work -Recurse -Force
