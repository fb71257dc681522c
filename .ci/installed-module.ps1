<#
.SYNOPSIS
Installs the package from a folder, as from any gallery, and runs a copy of the suite against it outside the checkout, in Pester 5.
.DESCRIPTION
Needs what build.ps1 -Task Test leaves in artifacts.
#>
[CmdletBinding()]
param([string] $PesterVersion = '5.9.1')
$ErrorActionPreference = 'Stop'
$artifacts = Resolve-Path "$PSScriptRoot/../artifacts"
$work = Join-Path ([IO.Path]::GetTempPath()) "Clr größer $(New-Guid)"
$null = New-Item $work/Modules -ItemType Directory
$repository = "clr-$(New-Guid)"
Register-PSResourceRepository $repository -Uri $artifacts.Path -Trusted
try {
    Save-PSResource ClrModule -Repository $repository -Path $work/Modules
    Copy-Item "$artifacts/Modules/Pester" $work/Modules -Recurse
    Copy-Item "$PSScriptRoot/../tests/Pester" $work/suite -Recurse -Exclude bin, obj, *.csproj
    $env:PSModulePath = "$work/Modules", $env:PSModulePath -join [IO.Path]::PathSeparator
    & $work/suite/Invoke-Suite.ps1 -Module ClrModule -PesterVersion $PesterVersion
    exit $LASTEXITCODE
}
finally {
    Unregister-PSResourceRepository $repository
    Remove-Item $work -Recurse -Force
}
