# A Slurm of this machine alone, and examples/slurm.sh in it as an array: a task that is asked to end, and one that another job takes the place of,
# are put back and end as undisturbed ones.

# Starts munge, the controller and the node under a folder; what it gives stops them.
function Start-Slurm([string] $At) {
    $null = New-Item $At, $At/state, $At/spool, $At/log, $At/munge -ItemType Directory
    [IO.File]::WriteAllBytes("$At/munge/key", [Security.Cryptography.RandomNumberGenerator]::GetBytes(1024))
    chmod 755 $At
    chmod 700 $At/log
    chmod 600 $At/munge/key
    $port = Get-Random -Minimum 20000 -Maximum 30000
    Set-Content $At/slurm.conf @"
ClusterName=torture
SlurmctldHost=localhost
SlurmUser=root
SlurmctldPort=$port
SlurmdPort=$($port + 1)
AuthType=auth/munge
AuthInfo=socket=$At/munge/socket
CredType=cred/munge
StateSaveLocation=$At/state
SlurmdSpoolDir=$At/spool
SlurmctldPidFile=$At/slurmctld.pid
SlurmdPidFile=$At/slurmd.pid
SlurmctldLogFile=$At/log/slurmctld.log
SlurmdLogFile=$At/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
NodeName=localhost CPUs=2 State=UNKNOWN
PartitionName=usual Nodes=localhost Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=120
PartitionName=urgent Nodes=localhost MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
"@
    $env:SLURM_CONF = "$At/slurm.conf"
    munged --key-file=$At/munge/key --socket=$At/munge/socket --pid-file=$At/munge/pid --log-file=$At/log/munge --seed-file=$At/munge/seed
    slurmctld
    slurmd -N localhost
    for ($i = 0; $i -lt 60 -and "$(sinfo -h -o %t 2>$null)" -notmatch 'idle'; $i++) { Start-Sleep 1 }
    if ("$(sinfo -h -o %t)" -notmatch 'idle') { throw "Slurm does not start: $(Get-Content $At/log/* -Tail 5 -ErrorAction Ignore)" }
}

function Stop-Slurm([string] $At) {
    scancel --user root 2>$null
    'slurmd.pid', 'slurmctld.pid', 'munge/pid' | ForEach-Object { if (Test-Path $At/$_) { Stop-Process -Id (Get-Content $At/$_) -ErrorAction Ignore } }
    $env:SLURM_CONF = $null
}

function Wait-Until([scriptblock] $Condition, [string] $What) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalMinutes -gt 15) { throw "It waits in vain until $What`: $(squeue -l)" }
        Start-Sleep -Milliseconds 20
    }
}

# Tries are tasks of the array, ended in turn by a signal and by another job.
function Invoke-Slurm([int] $Count, [int] $Seed, [int] $First) {
    if (-not $IsLinux -or (id -u) -ne 0 -or -not (Get-Command munged, slurmctld, slurmd -ErrorAction Ignore | Measure-Object).Count.Equals(3)) { return New-Skip Slurm 'needs root and slurm-wlm with munge (Debian packages)' }
    $at = "$place/slurm"
    # The example says Import-Module ClrModule and pwsh.
    $path, $modules = $env:PATH, $env:PSModulePath
    $null = New-Item $place/modules -ItemType Directory
    $null = New-Item $place/modules/ClrModule -ItemType SymbolicLink -Target (Split-Path $module)
    $env:PATH, $env:PSModulePath = "${PSHOME}:$path", "$place/modules:$modules"
    $example = (Get-Item $PSScriptRoot/../../examples/slurm.sh).FullName
    try {
        Start-Slurm $at
        # Undisturbed: the same sweep, the same runs.
        $numbers = $First..($First + $Count - 1)
        $submit = { param($sweep, $tasks) $env:SWEEP = "$place/$sweep"; [int] (sbatch --parsable --array=$tasks --gres=none --requeue --open-mode=append --output=$place/$sweep-%a.log $example) }
        $null = & $submit whole "0-$($Count - 1)%1"
        Wait-Until { -not (squeue -h) } 'the undisturbed tasks are through'
        foreach ($number in $numbers) {
            $task = $number - $First
            $job = & $submit ended $task
            $run = '{0}/ended/{1:D3}' -f $place, $task
            Wait-Until { Get-ChildItem $run/checkpoints/step-* -ErrorAction Ignore } 'the task has a checkpoint'
            Start-Sleep -Milliseconds (Get-Chance $Seed $number).Next(100)
            if ($number % 2) {
                $what = 'preempted by another job'
                $null = sbatch --parsable --partition=urgent --cpus-per-task=2 --output=/dev/null --wrap 'sleep 3'
            }
            else {
                $what = 'scancel --signal=TERM'
                scancel --batch --signal=TERM "${job}_$task"
            }
            Wait-Until { "$(scontrol show job "${job}_$task")" -match 'Restarts=1|JobState=(COMPLETED|FAILED)' } 'the task is put back'
            $left = @(Get-ChildItem $run/checkpoints/step-* -ErrorAction Ignore).Count
            $early = Test-Path $run/history.json
            # Slurm lets a task that was put back wait for two minutes; it need not here.
            Wait-Until { Start-Sleep 1; $null = scontrol update jobid="${job}_$task" starttime=now 2>&1; -not (squeue -h) } 'the task is through'
            $faults = @(
                if (-not $left) { 'It left no checkpoint.' }
                Compare-End $run ('{0}/whole/{1:D3}' -f $place, $task)
            ) -ne ''
            if ($early) { New-Skip Slurm 'a task was through before it was ended'; continue }
            New-Try Slurm $number $what ($faults -join ' ')
        }
    }
    finally {
        Stop-Slurm $at
        $env:PATH, $env:PSModulePath, $env:SWEEP = $path, $modules, $null
    }
}
