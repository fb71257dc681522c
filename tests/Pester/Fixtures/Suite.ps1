# What the files of the suite share: each takes it in by a dot in its BeforeAll.

# An error that nobody expects fails its test; warnings and progress are looked at where a test asks for them.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'

# The one error of a script, whether it ended the script or let it go on.
function Get-Failure([string] $Script) {
    $ErrorActionPreference = 'Continue'
    $failures = @(try { & ([scriptblock]::Create($Script)) 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $_ })
    $failures | Should -HaveCount 1 -Because "one error comes of: $Script"
    $failures[0]
}

# The object as it comes back from a job, from another machine or from a file.
function Copy-AsSaved($InputObject) {
    [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($InputObject, 1))
}

# The same, as it was saved where the module was not imported, which knows how its objects are saved whole.
function Copy-AsSavedElsewhere($InputObject, [int] $Depth = 6) {
    $apart = [powershell]::Create()
    try {
        $text = $apart.AddScript('param($object, $depth) [Management.Automation.PSSerializer]::Serialize($object, $depth)').AddArgument($InputObject).AddArgument($Depth).Invoke()[0]
        [Management.Automation.PSSerializer]::Deserialize($text)
    }
    finally { $apart.Dispose() }
}

# An empty folder of the test's own.
function Add-Folder { (New-Item (Join-Path $TestDrive (New-Guid)) -ItemType Directory).FullName }

# What a terminal of 120 columns shows, with a point in numbers and without colours and blanks at the ends of lines.
function ConvertTo-Screen {
    $culture, $rendering = [cultureinfo]::CurrentCulture, $PSStyle.OutputRendering
    try {
        [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture
        $PSStyle.OutputRendering = 'PlainText'
        (($input | Out-String -Width 120) -split '\r?\n' | ForEach-Object TrimEnd) -join "`n"
    }
    finally { [cultureinfo]::CurrentCulture, $PSStyle.OutputRendering = $culture, $rendering }
}

# All that the epochs of a history say but for the time that they took: equal texts are equal to the bit.
function Get-EpochText($History) {
    $History.Epochs | Select-Object * -ExcludeProperty Seconds | ConvertTo-Json -Compress
}

# The weights of a module, such that a change of one shows.
function Get-WeightText($Model) {
    @($Model.parameters() | ForEach-Object { $_.sum().item[float]().ToString('R', [cultureinfo]::InvariantCulture) }) -join ' '
}

# The manifest of the module under test, for other runspaces and processes.
function Get-Manifest { Join-Path (Get-Module ClrModule).ModuleBase ClrModule.psd1 }

# Starts a script in a runspace of its own, whose streams can be looked at.
function Invoke-Apart([string] $Script, [hashtable] $Variables = @{}) {
    $shell = [powershell]::Create()
    foreach ($name in $Variables.Keys) { $shell.Runspace.SessionStateProxy.SetVariable($name, $Variables[$name]) }
    $null = $shell.AddCommand('Import-Module').AddArgument((Get-Manifest)).Invoke()
    $shell.Commands.Clear()
    $null = $shell.AddScript($Script)
    $output = [Management.Automation.PSDataCollection[psobject]]::new()
    $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
    [pscustomobject]@{ Shell = $shell; Output = $output; Running = $running }
}

# Stops a script as Ctrl+C does, once it has got under way: it reports progress, or gives an object.
function Invoke-Midway([string] $Script, [hashtable] $Variables = @{}) {
    $run = Invoke-Apart $Script $Variables
    while ($run.Output.Count -eq 0 -and @($run.Shell.Streams.Progress | Where-Object Activity -Match 'Training|Range').Count -lt 2 -and -not $run.Running.IsCompleted) { Start-Sleep -Milliseconds 10 }
    $run.Shell.Stop()
    $run
}

# Runs a script as a process of its own, and types these lines to it.
function Invoke-Pwsh([string] $Script, [string[]] $Typed) {
    $path = Join-Path $TestDrive "$(New-Guid).ps1"
    Set-Content $path "Import-Module '$((Get-Manifest).Replace("'", "''"))'; $Script"
    $Typed | & (Join-Path $PSHOME pwsh) -NoProfile -File $path
}
