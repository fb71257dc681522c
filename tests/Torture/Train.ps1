# A run in a process of its own, to be killed, signalled and started again.
param([string] $Module, [string] $Configuration, [string] $Folder, [double] $share)
. $PSScriptRoot/Common.ps1
Import-Module $Module
[Console]::Out.WriteLine('ready')
$history = Invoke-Run $Configuration $Folder @{ InformationAction = 'Continue'; WarningAction = 'Continue' }
Export-TrainingHistory -History $history -Path $Folder/history.json -Force
