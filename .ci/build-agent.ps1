<#
.SYNOPSIS
Plays a build agent from nothing, with an empty home: installs the package from a folder and libtorch from the machine's feed, trains, gates,
reports; then runs a copy of the suite, but for what is slow, against the installed module outside the checkout, in Pester 5.
.DESCRIPTION
Needs what build.ps1 -Task Test leaves in artifacts. On Linux and macOS, where the environment says where home is.
#>
[CmdletBinding()]
param([string] $PesterVersion = '5.9.1')
$ErrorActionPreference = 'Stop'
$artifacts = Resolve-Path "$PSScriptRoot/../artifacts"
$work = Join-Path ([IO.Path]::GetTempPath()) "Clr größer $(New-Guid)"
$null = New-Item $work/home -ItemType Directory

# All that an agent has to run.
Set-Content $work/agent.ps1 {
    param($Packages)
    $ErrorActionPreference, $PSNativeCommandUseErrorActionPreference = 'Stop', $true
    Register-PSResourceRepository company -Uri $Packages -Trusted
    Install-PSResource ClrModule -Repository company
    Install-TorchLibrary -Backend cpu -PassThru

    $history = Invoke-LrRangeTest mlp digits |
        Get-SuggestedLrBounds |
        New-CyclicSchedule -StepSizeEpochs 4 -Mode Triangular2 |
        Start-CyclicTraining -Epochs 24
    $history
    $history | Export-TrainingHistory history.json
    $history | Export-ClrReport report.html
    $null = $history | Assert-TrainingHistory -MinimumAccuracy 95
    (Get-TorchDevice)[0].Library
}
Set-Content $work/suite.ps1 {
    param($Suite, $PesterVersion)
    & $Suite/Invoke-Suite.ps1 -Module ClrModule -PesterVersion $PesterVersion -ExcludeTag Slow
    exit $LASTEXITCODE
}

$unset = @(Get-Item Env:XDG_*, Env:CLR_*, Env:NUGET_PACKAGES, Env:PSModulePath -ErrorAction Ignore).Name
$kept = [Collections.Generic.Dictionary[string, string]]::new()
foreach ($name in $unset + 'HOME') { $kept[$name] = [Environment]::GetEnvironmentVariable($name); [Environment]::SetEnvironmentVariable($name, $null) }
$env:HOME = "$work/home"
Push-Location $work
try {
    & $PSHOME/pwsh -NoProfile -NonInteractive -File agent.ps1 $artifacts.Path | Tee-Object -Variable said
    if ($LASTEXITCODE) { throw "The agent ended with exit code $LASTEXITCODE." }
    foreach ($file in 'history.json', 'report.html') { if (-not (Test-Path $file)) { throw "The agent left no $file." } }
    if (-not ($said -like "libtorch *from $work/home/*")) { throw 'libtorch came from elsewhere.' }

    Copy-Item "$artifacts/Modules/Pester" $work/home/.local/share/powershell/Modules -Recurse
    Copy-Item "$PSScriptRoot/../tests/Pester" $work/suite -Recurse -Exclude bin, obj, *.csproj
    & $PSHOME/pwsh -NoProfile -NonInteractive -File suite.ps1 $work/suite $PesterVersion
    exit $LASTEXITCODE
}
finally {
    Pop-Location
    foreach ($name in $kept.Keys) { [Environment]::SetEnvironmentVariable($name, $kept[$name]) }
    Remove-Item $work -Recurse -Force
}
