#!/bin/sh
# A sweep through a Slurm array: one task, one GPU, one upper rate. Submit with: sbatch examples/slurm.sh
# Afterwards: pwsh -Command 'Import-Csv sweep-*.csv | Sort-Object { [double] $_.ValidationAccuracy } -Descending | Select-Object -First 5'
#SBATCH --job-name=clr-sweep
#SBATCH --array=0-3
#SBATCH --gres=gpu:1
#SBATCH --cpus-per-task=4
#SBATCH --time=00:30:00
#SBATCH --output=sweep-%a.log
set -eu

RATES="0.05 0.1 0.2 0.4"
TASK="${SLURM_ARRAY_TASK_ID:-0}"
# shellcheck disable=SC2086 # the list is split on purpose
MAX_LR="$(set -- $RATES && shift "$TASK" && echo "$1")"
export MAX_LR TASK

pwsh -NoProfile -NonInteractive -Command '
$ErrorActionPreference = "Stop"
Import-Module ClrModule
$history = New-CyclicSchedule -BaseLr 0.01 -MaxLr $env:MAX_LR -StepSize 46 -Mode Triangular2 |
    Start-CyclicTraining -Model mlp -Data digits -Epochs 12
$history.Epochs |
    Select-Object @{ n = "MaxLr"; e = { $history.Schedule.MaxLr } }, * |
    Export-Csv "sweep-$env:TASK.csv"
$history
if ($history.Status -ne "Completed") { exit 1 }
'
