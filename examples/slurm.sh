#!/bin/sh
# A sweep through a Slurm array: one task, one GPU, one run of the sweep. Submit with: sbatch examples/slurm.sh
# A task that is preempted, or comes to its time, is put back and goes on. Submitted again, it finishes what is missing. The folder lies on a disk that all nodes see; SWEEP names another.
# Afterwards: pwsh -Command 'Import-Module ClrModule; Get-TrainingSweep sweep | Sort-Object BestValidationAccuracy -Descending | Select-Object -First 5'
#SBATCH --job-name=clr-sweep
#SBATCH --array=0-7
#SBATCH --gres=gpu:1
#SBATCH --cpus-per-task=1
#SBATCH --time=00:30:00
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=sweep-%a.log
set -eu

# exec: Slurm's signal goes to PowerShell, which ends the run with a checkpoint.
export SWEEP="${SWEEP:-sweep}" TASK="${SLURM_ARRAY_TASK_ID:-0}"
exec pwsh -NoProfile -NonInteractive -Command '
$ErrorActionPreference = "Stop"
Import-Module ClrModule
# Each task says what the sweep is; the first one writes it.
$null = New-TrainingSweep $env:SWEEP -Setting @{ Model = "mlp"; Data = "digits"; BaseLr = 0.01; StepSizeEpochs = 2; Mode = "Triangular2"; Epochs = 12 } -Grid @{ MaxLr = 0.05, 0.1, 0.2, 0.4 } -Seed 0, 1
$run = Invoke-TrainingSweep $env:SWEEP -Index $env:TASK -InformationAction Continue
$run
# Slurm takes a task that ends by itself before its grace is over for one that is done: it asks to be put back, unless somebody cancelled it.
if ($run.State -eq "Waiting" -and $env:SLURM_JOB_ID -and (squeue -h -j $env:SLURM_JOB_ID -o %T) -eq "RUNNING") { scontrol requeue $env:SLURM_JOB_ID }
'
