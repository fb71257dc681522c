<#
.SYNOPSIS
Runs the acceptance suite against a module, and exits with the number of tests that failed.
.EXAMPLE
./tests/Pester/Invoke-Suite.ps1 -Module ./ClrModule.psd1
.EXAMPLE
./tests/Pester/Invoke-Suite.ps1 -Module ClrModule -ExcludeTag Slow -ResultPath results.xml
#>
[CmdletBinding()]
param(
    # The module: a name, or the path of its manifest.
    [string] $Module = (Join-Path $PSScriptRoot ../../ClrModule.psd1),
    # Leaves out tests with these tags: GPU, Slow.
    [string[]] $ExcludeTag = @(),
    # Writes NUnit results to this file, for a build server.
    [string] $ResultPath
)
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
Import-Module $Module -Force

$configuration = New-PesterConfiguration
$configuration.Run.Container = New-PesterContainer -Path (Join-Path $PSScriptRoot *.Tests.ps1)
$configuration.Run.PassThru = $true
$configuration.Filter.ExcludeTag = $ExcludeTag
$configuration.Output.Verbosity = 'Detailed'
if ($ResultPath) {
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = $ResultPath
}
$run = Invoke-Pester -Configuration $configuration
exit $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
