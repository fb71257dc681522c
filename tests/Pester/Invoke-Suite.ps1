<#
.SYNOPSIS
Runs the suite of the cmdlets against a module, and exits with 1 if anything failed.
.DESCRIPTION
Needs Pester 5.5 or newer. The folder of this script may be copied elsewhere: what tests a checkout's own files is left out there.
.EXAMPLE
./tests/Pester/Invoke-Suite.ps1 -Module ./ClrModule.psd1
.EXAMPLE
./tests/Pester/Invoke-Suite.ps1 -Module ClrModule -PesterVersion 5.9.1 -ExcludeTag Slow -ResultPath results.xml
#>
[CmdletBinding()]
param(
    # The module: a name, or the path of its manifest.
    [string] $Module = (Join-Path $PSScriptRoot ../../ClrModule.psd1),
    # The Pester to run in; the newest there is if none is given.
    [version] $PesterVersion,
    # Leaves out tests with these tags: GPU, Slow.
    [string[]] $ExcludeTag = @(),
    # Only the files of these names, such as Models; all of them if none is given.
    [string[]] $Name = '*',
    # Leaves out the files of these names.
    [string[]] $Except = @(),
    # Writes NUnit results to this file, for a build server.
    [string] $ResultPath
)
$ErrorActionPreference = 'Stop'
if ($PesterVersion) { Import-Module Pester -RequiredVersion $PesterVersion } else { Import-Module Pester -MinimumVersion 5.5 }
Import-Module $Module -Force
"Pester $((Get-Module Pester).Version), PowerShell $($PSVersionTable.PSVersion), $((Get-Module ClrModule).Path)"

$configuration = New-PesterConfiguration
$files = Get-Item ($Name | ForEach-Object { Join-Path $PSScriptRoot "$_.Tests.ps1" }) | Where-Object { ($_.Name -replace '\.Tests\.ps1$') -notin $Except }
$configuration.Run.Container = New-PesterContainer -Path $files.FullName
$configuration.Run.PassThru = $true
$configuration.Filter.ExcludeTag = $ExcludeTag
$configuration.Output.Verbosity = 'Detailed'
if ($ResultPath) {
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = $ResultPath
    $configuration.TestResult.OutputFormat = 'NUnit3'
}
$run = Invoke-Pester -Configuration $configuration
exit [int] ($run.Result -ne 'Passed')
