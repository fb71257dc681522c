<#
.SYNOPSIS
Trains one schedule a host through PowerShell's own SSH remoting, and gives the histories, best first.
.DESCRIPTION
Each host needs PowerShell with SSH remoting (Subsystem powershell in sshd_config) and the module in its PSModulePath.
Histories come back as objects with their epochs: they sort, export and plot like local ones.
.EXAMPLE
./examples/sweep-over-hosts.ps1 -HostName gpu1, gpu2 -UserName trainer -MaxLr 0.05, 0.1, 0.2, 0.4
.EXAMPLE
./examples/sweep-over-hosts.ps1 -HostName gpu1 -MaxLr 0.1 -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The hosts; upper rates are dealt out to them in turn.
    [Parameter(Mandatory)] [string[]] $HostName,
    [string] $UserName = [Environment]::UserName,
    # One training for each upper rate.
    [double[]] $MaxLr = @(0.05, 0.1, 0.2, 0.4),
    [double] $BaseLr = 0.01,
    # Steps from the lower to the upper rate.
    [long] $StepSize = 46,
    [string] $Model = 'mlp',
    [string] $Data = 'digits',
    [int] $Epochs = 12,
    [int] $Seed = 0
)
$ErrorActionPreference = 'Stop'

$work = for ($i = 0; $i -lt $MaxLr.Count; $i++) {
    [pscustomobject]@{ HostName = $HostName[$i % $HostName.Count]; MaxLr = $MaxLr[$i] }
}

$jobs = foreach ($share in $work | Group-Object HostName) {
    $tops = [double[]] $share.Group.MaxLr
    if (-not $PSCmdlet.ShouldProcess($share.Name, "Train $Model on $Data for $Epochs epochs up to the rates $tops")) { continue }
    Invoke-Command -HostName $share.Name -UserName $UserName -AsJob -ScriptBlock {
        param($Tops, $BaseLr, $StepSize, $Model, $Data, $Epochs, $Seed)
        Import-Module ClrModule
        $Tops |
            ForEach-Object { New-CyclicSchedule $BaseLr $_ -StepSize $StepSize -Mode Triangular2 } |
            Start-CyclicTraining -Model $Model -Data $Data -Epochs $Epochs -Seed $Seed
    } -ArgumentList $tops, $BaseLr, $StepSize, $Model, $Data, $Epochs, $Seed
}

if ($jobs) {
    $jobs | Receive-Job -Wait -AutoRemoveJob | Sort-Object BestValidationAccuracy -Descending
}
