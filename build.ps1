<#
.SYNOPSIS
Builds, tests, shows and packages the module. MSBuild does the work; this is its front door.
.EXAMPLE
./build.ps1
Builds.
.EXAMPLE
./build.ps1 -Task Build, Test, Package -TorchBackend cuda
What a build agent with a GPU runs.
#>
[CmdletBinding()]
param(
    # What to do, in this order.
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Package', 'Clean')] [string[]] $Task = 'Build',
    # Which libtorch the restore brings; auto takes cuda where an NVIDIA driver answers.
    [ValidateSet('auto', 'cpu', 'cuda')] [string] $TorchBackend = 'auto',
    [ValidateSet('Debug', 'Release')] [string] $Configuration = 'Release'
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$root = $PSScriptRoot
$artifacts = Join-Path $root artifacts
$manifest = Join-Path $root ClrModule.psd1
$version = (Import-PowerShellDataFile $manifest).ModuleVersion
$rid = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier -replace '^(linux|win|osx).*-', '$1-'
$built = '-c', $Configuration, '--nologo'
if ($TorchBackend -eq 'auto') {
    $gpus = if (Get-Command nvidia-smi -ErrorAction Ignore) { nvidia-smi --list-gpus 2>$null }
    $TorchBackend = if ($gpus) { 'cuda' } else { 'cpu' }
}

function Invoke-Checked([string] $Program, [string[]] $Argument) {
    Write-Verbose "$Program $Argument" -Verbose
    & $Program @Argument
    if ($LASTEXITCODE) { throw "$Program $($Argument[0]) ended with exit code $LASTEXITCODE." }
}

# A process of its own: it leaves no library loaded, so that the next build can replace the files.
function Invoke-Child([string] $Text) {
    Invoke-Checked (Get-Process -Id $PID).Path @('-NoProfile', '-NonInteractive', '-Command', "`$ErrorActionPreference = 'Stop'; $Text")
}

function Invoke-Build {
    Invoke-Checked dotnet (@('build', "$root/ClrModule.slnx", "-p:TorchBackend=$TorchBackend", '-nodeReuse:false') + $built)
}

function Invoke-Test {
    Invoke-Checked dotnet @('test', '--solution', "$root/ClrModule.slnx", '-c', $Configuration, '--no-build')
    if (Get-Module Pester -ListAvailable | Where-Object Version -GE '5.0') { Invoke-Child "& '$root/tests/Pester/Invoke-Suite.ps1' -Module '$manifest'" }
    else { Write-Warning 'Pester 5 is not here; the acceptance suite did not run. Install-PSResource Pester brings it.' }
    if (Get-Module PSScriptAnalyzer -ListAvailable) {
        # What BeforeAll sets is used in other blocks, which the left-out rule cannot see.
        Invoke-Child "`$found = 'build.ps1', 'examples', 'tests/Pester' | ForEach-Object { Invoke-ScriptAnalyzer -Path (Join-Path '$root' `$_) -Recurse -Severity Warning, Error -ExcludeRule PSUseDeclaredVarsMoreThanAssignments }; `$found; if (`$found) { exit 1 }"
    }
}

function Invoke-Demo { Invoke-Child "Import-Module '$manifest'; & '$root/examples/digits.ps1'" }

function Invoke-Bench { Invoke-Checked dotnet @('run', '-c', $Configuration, '--project', "$root/benchmarks/ClrBenchmarks") }

# The checkout's own layout, so that the manifest is the same wherever it lies.
function Copy-Module([string] $Folder) {
    $null = New-Item $Folder -ItemType Directory -Force
    Copy-Item $manifest, "$root/LICENSE", "$root/README.md", "$root/en-US" $Folder -Recurse
    $null = New-Item "$Folder/bin" -ItemType Directory
    Copy-Item "$root/bin/*" "$Folder/bin" -Recurse -Exclude *.pdb, FSharp.Core.xml, runtimes
}

function Invoke-Package {
    $stage = Join-Path $artifacts "stage/ClrModule/$version"
    Remove-Item $artifacts -Recurse -Force -ErrorAction Ignore
    Copy-Module $stage
    Invoke-Checked dotnet (@('pack', "$root/src/ClrModule", '--no-build', '-o', $artifacts, "-p:ModuleStage=$stage/") + $built)
    Invoke-Checked dotnet (@('pack', "$root/src/ClrKernelExtension", '--no-build', '-o', $artifacts) + $built)
    Test-Package "$artifacts/ClrModule.$version.nupkg" 'New-CyclicSchedule 0.1 0.5 -StepSize 2'
    Invoke-Checked dotnet (@('build', "$root/src/ClrModule", '-t:CopyNatives', "-p:TorchBackend=$TorchBackend", "-p:NativeTarget=$stage/bin/runtimes/$rid/native/", "-p:NativeRid=$rid") + $built)
    $zip = "$artifacts/ClrModule-$rid-$TorchBackend.zip"
    [IO.Compression.ZipFile]::CreateFromDirectory("$artifacts/stage", $zip, 'Fastest', $false)
    Test-Package $zip "`$env:NUGET_PACKAGES = 'none'; if ((Get-TorchDevice)[0].Library -notlike '*ClrModule*runtimes*') { throw 'The packaged libtorch was not taken.' }"
    Remove-Item "$artifacts/stage" -Recurse
}

function Test-Package([string] $Package, [string] $Text) {
    $folder = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid())
    try {
        [IO.Compression.ZipFile]::ExtractToDirectory($Package, $folder)
        $found = Get-ChildItem $folder -Filter ClrModule.psd1 -Recurse | Select-Object -First 1
        Invoke-Child "Import-Module '$($found.FullName)'; `$null = . { $Text }; 'Imported from $(Split-Path $Package -Leaf).'"
    }
    finally { Remove-Item $folder -Recurse -Force }
}

function Invoke-Clean {
    Remove-Item "$root/bin", "$root/en-US", $artifacts, "$root/*/*/bin", "$root/*/*/obj" -Recurse -Force -ErrorAction Ignore
}

foreach ($name in $Task) { & "Invoke-$name" }
