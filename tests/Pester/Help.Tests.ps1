BeforeDiscovery {
    $common = [Management.Automation.Cmdlet]::CommonParameters
    $cmdlets = Get-Command -Module ClrModule | ForEach-Object {
        $help = Get-Help $_.Name -Full
        @{ Name = $_.Name; Cmdlet = $_; Help = $help; Parameters = @($_.Parameters.Values | Where-Object Name -NotIn $common); Examples = @($help.Examples.Example) }
    }

    # What an example needs that no reader is shown.
    $preparations = @{
        'Export-ClrReport: A run that was saved' = {
            New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2 | Export-Clixml run.xml
        }
        'Import-TrainingData: A folder of IDX files' = { Add-IdxFolder fashion-mnist -Count 20 -Size 28 -Classes 2 }
        'Import-TrainingData: A table in a file' = {
            @('id,name,age,plan,churned') + (1..40 | ForEach-Object { "$_,customer $_,$(20 + $_),plan $($_ % 3),$($_ % 2)" }) | Set-Content customers.csv
        }
        'Import-TrainingData: A folder of images' = {
            $colours = @{
                rose  = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mM4IWeDFTEMLQkAd2xIgbfXr88AAAAASUVORK5CYII='
                tulip = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mP4cEIDK2IYWhIAFYl4Ad9AtFsAAAAASUVORK5CYII='
            }
            foreach ($class in $colours.Keys) {
                $folder = New-Item flowers/$class -ItemType Directory
                foreach ($i in 1..5) { [IO.File]::WriteAllBytes("$folder/$i.png", [Convert]::FromBase64String($colours[$class])) }
            }
        }
        'New-TrainingModel: A TorchScript file, trained and saved' = {
            Copy-Item $PSScriptRoot/Fixtures/net.pt model.pt
            Add-IdxFolder images -Count 200 -Size 8 -Classes 10
        }
    }
    $notRun = @{
        'Export-ClrReport: Compare schedules, and look at once' = 'it opens a window'
        'Install-TorchLibrary: libtorch for this machine'       = 'it fetches 130 MB; a build agent from nothing runs it'
        "Install-TorchLibrary: From a company's feed"           = 'there is no such feed'
        'Install-TorchLibrary: Without a network'               = 'there is no such folder'
        'Install-TorchLibrary: For all users of a machine'      = 'it fetches 3 GB'
        'Save-TorchLibrary: For an agent without a network'     = 'it fetches 130 MB'
        'Save-TorchLibrary: For another system'                 = 'it fetches 80 MB'
    }

    # The file that Get-Help reads says more than Get-Help shows: what of the remarks is the output.
    $pages = [xml] (Get-Content (Join-Path (Get-Module ClrModule).ModuleBase en-US/ClrModule.dll-Help.xml) -Raw)
    $examples = foreach ($page in $pages.helpItems.command) {
        foreach ($example in $page.examples.example) {
            $title = $example.title -replace '^Example \d+: '
            $key = "$($page.details.name): $title"
            $printed = $example.SelectNodes('.//*[@*[name() = "xml:space"]]') | ForEach-Object InnerText
            @{ Cmdlet = $page.details.name; Title = $title; Key = $key; Code = $example.code; Printed = $printed; Prepare = $preparations[$key]; NotRun = $notRun[$key] }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1

    # Blank images in turns of classes, as MNIST's files hold them.
    function Add-IdxFolder([string] $Name, [int] $Count, [int] $Size, [int] $Classes) {
        $folder = New-Item $Name -ItemType Directory
        [IO.File]::WriteAllBytes("$folder/train-images-idx3-ubyte", [byte[]] (0, 0, 8, 3, 0, 0, 0, $Count, 0, 0, 0, $Size, 0, 0, 0, $Size) + [byte[]] (1..($Count * $Size * $Size) | ForEach-Object { $_ % 251 }))
        [IO.File]::WriteAllBytes("$folder/train-labels-idx1-ubyte", [byte[]] (0, 0, 8, 1, 0, 0, 0, $Count) + [byte[]] (1..$Count | ForEach-Object { $_ % $Classes }))
    }
}

Describe 'Help of <Name>' -ForEach $cmdlets {
    It 'has a synopsis, a description and links' {
        $Help.Synopsis | Should -Match '\.$'
        ($Help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
        $Help.relatedLinks.navigationLink.Count | Should -BeGreaterThan 1
        $Help.relatedLinks.navigationLink.linkText | Should -Not -BeNullOrEmpty
        $Help.relatedLinks.navigationLink[0].uri | Should -Match '^https://' -Because '-Online opens it'
        foreach ($link in $Help.relatedLinks.navigationLink | Select-Object -Skip 1) {
            $isPage = $link.linkText -match ': (docs/\S+\.md)$' -and ((Test-Path "$PSScriptRoot/../../$($Matches[1])") -or -not (Test-Path $PSScriptRoot/../../docs))
            $isPage -or $link.uri -match '^https://' -or (Get-Command $link.linkText -ErrorAction Ignore) -or $link.linkText -like 'about_*' | Should -BeTrue -Because "$($link.linkText) leads somewhere"
        }
    }

    It 'explains every parameter, and every value of an enumeration' {
        foreach ($parameter in $Parameters) {
            $text = ($Help.parameters.parameter | Where-Object name -EQ $parameter.Name).Description.Text -join "`n"
            $text | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name) needs help"
            $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
            $enum = @($type) + $type.GenericTypeArguments | Where-Object IsEnum
            if ($enum) { [enum]::GetNames($enum) | ForEach-Object { $text | Should -MatchExactly "(?m)^- ${_}: \S" -Because "-$($parameter.Name) takes $_" } }
        }
    }

    It 'has at least three examples, each with a title, in which it is called' {
        $Examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $Examples) {
            $example.title | Should -Match '^Example \d+: \S'
            $example.code | Should -Match $Name -Because $example.title
        }
    }
}

Describe 'Get-Help' {
    It 'finds a synopsis' { (Get-Help New-CyclicSchedule).Synopsis | Should -BeExactly 'Makes a cyclic schedule.' }

    It 'finds a parameter with its default and its type' {
        $mode = Get-Help New-CyclicSchedule -Parameter Mode
        $mode.defaultValue, $mode.type.name | Should -BeExactly Triangular, CyclicMode
    }

    It 'has the common parameters first, as completion has, the others by what they are for, and in no line what nobody types' {
        $help = Get-Help Start-CyclicTraining -Full
        $first = 'Model', 'Data', 'Schedule', 'Epochs', 'Cycles', 'DestinationPath'
        $help.parameters.parameter.name[0..5] | Should -BeExactly $first
        (TabExpansion2 'Start-CyclicTraining -' 22).CompletionMatches.ListItemText[0..5] | Should -BeExactly $first
        $names = $help.parameters.parameter.name
        [array]::IndexOf($names, 'Optimizer') | Should -BeLessThan ([array]::IndexOf($names, 'CheckpointEvery'))
        $help.Description.Text -join "`n" | Should -MatchExactly '(?m)^- the optimiser: Momentum, Nesterov, '
        $help.syntax.syntaxItem.parameter.name | Should -Not -Contain Definition
        $help.syntax.syntaxItem.parameter.name[-2, -1] | Should -BeExactly WhatIf, Confirm
    }

    It 'finds the topic <_>, in plain text' -ForEach 'about_CyclicLearningRates', 'about_LrRangeTest', 'about_ClrModule_GPU' {
        $text = Get-Help $_ | Out-String
        $text | Should -BeLike "*$_*"
        $text.Contains('```') | Should -BeFalse
    }
}

Describe 'The examples' {
    It 'are what is prepared for, and left out, here' -ForEach @{ Named = @($preparations.Keys) + @($notRun.Keys); Known = $examples.Key } {
        $Named | Where-Object { $_ -cnotin $Known } | Should -BeNullOrEmpty
    }
}

Describe 'The example' -Tag Slow {
    It '<Title>, of <Cmdlet>, runs and gives what the help says' -ForEach $examples {
        if ($NotRun) { Set-ItResult -Skipped -Because $NotRun; return }
        Push-Location (Add-Folder)
        try {
            if ($Prepare) { $null = & $Prepare }
            $output = @(& ([scriptblock]::Create($Code)) 6>$null)
        }
        catch {
            if ($_.FullyQualifiedErrorId -notlike 'BrowserNotFound,*') { throw }
            Set-ItResult -Skipped -Because $_.Exception.Message
            return
        }
        finally { Pop-Location }

        if ($Printed) { ($output | ConvertTo-Screen).Trim("`n") | Should -BeExactly ($Printed -replace '\r').Trim("`n") }
        else {
            $statements = [Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $null).EndBlock.Statements
            if ($statements.Count -eq 1 -and $statements[0] -is [Management.Automation.Language.PipelineAst] -and $statements[0].PipelineElements[-1].Extent.Text -match "^$Cmdlet\b") {
                $types = (Get-Command $Cmdlet).OutputType.Type
                foreach ($object in $output) { @($types | Where-Object { $_.IsInstanceOfType($object) }).Count | Should -BeGreaterThan 0 -Because "$Cmdlet gives $types, and gave $($object.GetType())" }
            }
        }
    }
}
