<#
.SYNOPSIS
Builds, shows, tests, measures and packages the module; a task does first what it needs.
.EXAMPLE
dotnet dnx -y powershell ./build.ps1 -Task Demo
The main job on real data, on a machine with only the .NET SDK.
.EXAMPLE
./build.ps1 -Task Test, Package -TorchBackend cuda
What a build agent with a GPU runs.
#>
[CmdletBinding()]
param(
    # What to do, in this order: Build, Demo, Test, Torture, Bench, Package, Clean. Another shell gives several as one word: Build,Test.
    [ArgumentCompletions('Build', 'Demo', 'Test', 'Torture', 'Bench', 'Package', 'Clean')]
    [ValidatePattern('^((Build|Demo|Test|Torture|Bench|Package|Clean)(\s*,\s*|$))+$', ErrorMessage = "'{0}' is no task: give Build, Demo, Test, Torture, Bench, Package or Clean.")]
    [string[]] $Task = 'Build',
    # Which libtorch the restore brings; auto takes cuda where an NVIDIA driver answers.
    [ValidateSet('auto', 'cpu', 'cuda')] [string] $TorchBackend = 'auto',
    [ValidateSet('Debug', 'Release')] [string] $Configuration = 'Release',
    # The order of the xunit tests, and what the torture does: the same for the same number, a new one each time if none is given.
    [Alias('Seed')] [int] $TestSeed = (Get-Random -Minimum 1),
    # Of the torture, the form of two minutes in place of that of an hour.
    [switch] $Short
)
$ErrorActionPreference, $ProgressPreference = 'Stop', 'SilentlyContinue'
Set-StrictMode -Version 3
$version = (Import-PowerShellDataFile $PSScriptRoot/ClrModule.psd1).ModuleVersion
$rid = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier -replace '^(linux|win|osx).*-', '$1-'
if ($TorchBackend -eq 'auto') { $TorchBackend = (Get-Command nvidia-smi -ErrorAction Ignore) -and (nvidia-smi --list-gpus 2>$null) ? 'cuda' : 'cpu' }
$common = '-c', $Configuration, '--nologo', '-nodeReuse:false', "-p:TorchBackend=$TorchBackend"
# In the .NET tool the process is dotnet, which runs pwsh.dll.
$pwsh = @([Environment]::ProcessPath) + @(if ((Split-Path ([Environment]::ProcessPath) -LeafBase) -eq 'dotnet') { "$PSHOME/pwsh.dll" }) + '-NoProfile', '-NonInteractive'
$done = @{}

function Invoke-Checked([string[]] $Command) {
    Write-Information "> $Command" -InformationAction Continue
    $program, [string[]] $arguments = $Command
    & $program @arguments
    if ($LASTEXITCODE) { throw "'$Command' ended with exit code $LASTEXITCODE." }
}

# A process of its own leaves no library loaded, so that the next build can replace the files.
function Invoke-Child([string] $Text) { Invoke-Checked ($pwsh + '-Command', "`$ErrorActionPreference = 'Stop'; $Text") }
function Invoke-Once([string] $Name) { if (-not $done[$Name]) { & "Invoke-$Name"; $done[$Name] = $true } }
function Invoke-Build { Invoke-Checked ('dotnet', 'build', 'ClrModule.slnx' + $common) }
function Invoke-Bench { Invoke-Checked 'dotnet', 'run', '-c', $Configuration, '--project', 'benchmarks/ClrBenchmarks' }

function Invoke-BuildModule { if (-not $done['Build']) { Invoke-Checked ('dotnet', 'build', 'src/ClrModule' + $common) } }

function Invoke-Torture {
    Invoke-Once BuildModule
    Invoke-Checked ($pwsh + '-File', 'tests/Torture/Invoke-Torture.ps1', '-Seed', $TestSeed + @(if ($Short) { '-Short' }))
}

function Invoke-Demo {
    Invoke-Once BuildModule
    Invoke-Child 'Import-Module ./ClrModule.psd1; ./examples/digits.ps1'
}

# The module's folder and package, without libtorch but with all that is small; the packages of the engine and of the notebook extension.
function Invoke-Pack {
    Invoke-Once Build
    $artifacts, $repository = "$PSScriptRoot/artifacts", "clr-$(New-Guid)"
    $module = "$artifacts/Modules/ClrModule/$version"
    Get-Item artifacts/Modules/ClrModule, artifacts/*.nupkg -ErrorAction Ignore | Remove-Item -Recurse -Force
    $null = New-Item $module/bin -ItemType Directory
    Copy-Item ClrModule.psd1, LICENSE, README.md, CHANGELOG.md, en-US $module -Recurse
    Copy-Item bin/* $module/bin -Recurse -Exclude *.pdb, FSharp.Core.xml, runtimes
    Invoke-Checked ('dotnet', 'build', 'src/ClrModule', '-t:CopyBridges', "-p:NativeTarget=$module/bin/runtimes/" + $common)
    # What a gallery shows stands in the manifest alone.
    Register-PSResourceRepository $repository -Uri $artifacts -Trusted
    try { Publish-PSResource -Path $module -Repository $repository }
    finally { Unregister-PSResourceRepository $repository }
    foreach ($project in 'ClrEngine', 'ClrKernelExtension') { Invoke-Checked ('dotnet', 'pack', "src/$project", '--no-build', '-o', 'artifacts' + $common) }
}

# Every step runs, also after one that failed; the last line is the sum over all of them.
function Invoke-Test {
    Invoke-Once Pack
    $results = "$PSScriptRoot/artifacts/test-results"
    Get-Item $results -ErrorAction Ignore | Remove-Item -Recurse
    # Pester waits for processes for much of its time: most of it runs beside the other suites, and what it said comes last.
    $suite = { param($Result, $Choice) $pwsh + '-Command', "`$ErrorActionPreference = 'Stop'; `$env:PSModulePath = `$PWD, '/artifacts/Modules', [IO.Path]::PathSeparator, `$env:PSModulePath -join ''; ./tests/Pester/Invoke-Suite.ps1 ClrModule -ResultPath artifacts/test-results/$Result.xml $Choice; exit `$LASTEXITCODE" }
    $long = 'Help, Processes'
    $pester = & $suite Pester "-Except $long"
    $job = Start-ThreadJob {
        Set-Location $using:PSScriptRoot
        $program, [string[]] $arguments = $using:pester
        & $program @arguments 2>&1
        if ($LASTEXITCODE) { throw "Pester ended with exit code $LASTEXITCODE." }
    }
    $steps = [ordered]@{}
    foreach ($project in (Get-Item tests/*/*.csproj -Exclude Pester.csproj).BaseName) {
        $steps[$project] = { Invoke-Checked 'dotnet', 'test', '--project', "tests/$name", '-c', $Configuration, '--no-build', '--seed', $TestSeed, '--results-directory', $results, '--report-xunit-nunit', '--report-xunit-nunit-filename', "$name.xml" }
    }
    $steps['Pester.Long'] = { Invoke-Checked (& $suite Pester.Long "-Name $long") }
    $steps.Pester = { Receive-Job $job -Wait -ErrorAction Stop }
    # What BeforeAll sets is used in other blocks, which the left-out rule cannot see.
    if (Get-Module PSScriptAnalyzer -ListAvailable) { $steps.PSScriptAnalyzer = { Invoke-Child "'build.ps1', 'examples', 'tests/Pester', 'tests/Torture' | Invoke-ScriptAnalyzer -Recurse -Severity Warning, Error -ExcludeRule PSUseDeclaredVarsMoreThanAssignments -EnableExit" } }
    $failed = foreach ($name in $steps.Keys) { try { & $steps[$name] | Out-Host; if ($name -ne 'PSScriptAnalyzer' -and -not (Test-Path "$results/$name.xml")) { throw 'It left no results.' } } catch { $name; Write-Warning "${name}: $_" } }
    $cases = Select-Xml '//test-case' $results/*.xml | ForEach-Object Node
    $cases | Where-Object result -NotIn Passed, Failed | ForEach-Object { "skipped: $($_.fullname)" }
    "tests: $(@($cases | Where-Object result -EQ Passed).Count) passed, $(@($cases | Where-Object result -EQ Failed).Count) failed"
    if ($failed) { exit 1 }
}

function Invoke-Package {
    Invoke-Once Pack
    $stage = "$PSScriptRoot/artifacts/stage"
    Get-Item $stage, artifacts/*.zip -ErrorAction Ignore | Remove-Item -Recurse
    Copy-Item artifacts/Modules/ClrModule $stage/ClrModule -Recurse
    Invoke-Checked ('dotnet', 'build', 'src/ClrModule', '-t:CopyNatives', "-p:NativeTarget=$stage/ClrModule/$version/bin/runtimes/$rid/native/", "-p:NativeRid=$rid" + $common)
    Invoke-Child "`$env:NUGET_PACKAGES = Join-Path `$PWD none; Import-Module ./artifacts/stage/ClrModule; if ((Get-TorchDevice)[0].Library -notlike '*stage*runtimes*') { throw 'The packaged libtorch was not taken.' }"
    [IO.Compression.ZipFile]::CreateFromDirectory($stage, "$PSScriptRoot/artifacts/ClrModule-$rid-$TorchBackend.zip", 'Fastest', $false)
    Remove-Item $stage -Recurse
}

function Invoke-Clean {
    Get-Item bin, en-US, artifacts, */*/bin, */*/obj, */*/TestResults -ErrorAction Ignore | Remove-Item -Recurse -Force
    $done.Clear()
}

Push-Location $PSScriptRoot
try { foreach ($name in ($Task -split ',').Trim()) { Invoke-Once $name } }
catch { throw "Task ${name}: $_" }
finally { Pop-Location }
