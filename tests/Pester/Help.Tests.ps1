BeforeDiscovery {
    $cmdlets = @(Get-Command -Module ClrModule | ForEach-Object {
            $help = Get-Help $_.Name -Full
            @{
                Name       = $_.Name
                Help       = $help
                Parameters = @($_.Parameters.Keys | Where-Object { $_ -notin [Management.Automation.Cmdlet]::CommonParameters -and $_ -notin 'WhatIf', 'Confirm' })
                Examples   = @($help.Examples.Example)
            }
        })
    $sources = Join-Path $PSScriptRoot ../../docs/cmdlets
    $examples = foreach ($file in Get-ChildItem $sources -Filter *-*.md -ErrorAction Ignore) {
        foreach ($section in ((Get-Content $file -Raw) -split '(?m)^## Example: ' | Select-Object -Skip 1)) {
            if ($section -match '<!-- not run:') { continue }
            if ($section -match '<!-- needs: Chromium' -and -not (Get-Command chromium, google-chrome, chrome, msedge -ErrorAction Ignore)) { continue }
            $before = if ($section -match '(?s)<!-- before:(.*?)-->') { $Matches[1] } else { '' }
            if ($section -match '(?s)```powershell\r?\n(.*?)```') {
                @{ Cmdlet = $file.BaseName; Title = ($section -split '\r?\n')[0]; Before = $before; Code = $Matches[1] }
            }
        }
    }
}

Describe 'Help of <Name>' -ForEach $cmdlets {
    It 'has a synopsis and a description' {
        $Help.Synopsis | Should -Match '\.$'
        ($Help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }
    It 'has three examples' { $Examples.Count | Should -BeGreaterOrEqual 3 }
    It 'explains every parameter' {
        foreach ($parameter in $Parameters) {
            (Get-Help $Name -Parameter $parameter).Description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter needs help"
        }
    }
}

Describe 'Topics' {
    It 'has <_>' -ForEach 'about_CyclicLearningRates', 'about_LrRangeTest', 'about_ClrModule_GPU' {
        Get-Help $_ | Out-String | Should -BeLike "*$_*"
    }
}

Describe 'The example' -Tag Slow {
    It '<Title>, of <Cmdlet>, runs without an error' -ForEach $examples {
        Push-Location (New-Item (Join-Path $TestDrive (New-Guid)) -ItemType Directory)
        try {
            $null = & ([scriptblock]::Create($Before)) 3>$null 6>$null
            $Error.Clear()
            $null = & ([scriptblock]::Create($Code)) 3>$null 6>$null
            $Error | Where-Object { $_.InvocationInfo.MyCommand.ModuleName -eq 'ClrModule' -and $Code -notmatch '\bcatch\b' } | Should -BeNullOrEmpty
        }
        finally { Pop-Location }
    }
}
