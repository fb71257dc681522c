#Requires -Version 7.4
<#
.SYNOPSIS
A sweep over hosts, through PowerShell's own SSH remoting. A host that dies costs only its run, which another takes.
.DESCRIPTION
Each host needs PowerShell as an SSH subsystem (Subsystem powershell /usr/bin/pwsh -sshs -NoLogo in sshd_config), a key that asks for no password,
and the module in its PSModulePath. The histories and models of all runs come into the folder here. Started again, the script finishes what is missing.
.EXAMPLE
./examples/sweep-over-hosts.ps1 -HostName gpu1, gpu2 -UserName trainer -MaxLr 0.05, 0.1, 0.2, 0.4
.EXAMPLE
./examples/sweep-over-hosts.ps1 -HostName gpu1, gpu1, trainer@gpu2:2222 -KeyFilePath ~/.ssh/id_ed25519 -WhatIf
Two runs at once on the first host.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The hosts; each takes the next run when it is free.
    [Parameter(Mandatory)] [string[]] $HostName,
    [string] $UserName,
    [int] $Port,
    [string] $KeyFilePath,
    # The module, here and on the hosts: its name, or the path of its manifest.
    [string] $Module = 'ClrModule',
    # The sweep's folder here.
    [string] $Path = 'sweep',
    # One training for each upper rate.
    [double[]] $MaxLr = @(0.05, 0.1, 0.2, 0.4),
    [double] $BaseLr = 0.01,
    [string] $Model = 'mlp',
    [string] $Data = 'digits',
    [int] $Epochs = 12,
    [int[]] $Seed = 0
)
$ErrorActionPreference = 'Stop'
Import-Module $Module

$hosts = @{ HostName = $HostName; RemoteModule = $Module }
'UserName', 'Port', 'KeyFilePath' | Where-Object { $PSBoundParameters.ContainsKey($_) } | ForEach-Object { $hosts[$_] = $PSBoundParameters[$_] }
# Written also under -WhatIf: it trains nothing, and says what would be trained.
$null = New-TrainingSweep $Path -Setting @{ Model = $Model; Data = $Data; BaseLr = $BaseLr; StepSizeEpochs = 2; Mode = 'Triangular2'; Epochs = $Epochs } -Grid @{ MaxLr = $MaxLr } -Seed $Seed -WhatIf:$false
$null = Invoke-TrainingSweep $Path @hosts
Get-TrainingSweep $Path | Sort-Object BestValidationAccuracy -Descending
