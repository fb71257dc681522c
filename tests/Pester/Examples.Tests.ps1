# Scripts and documents of a checkout; a copy of the suite elsewhere has none.
if (-not (Test-Path $PSScriptRoot/../../examples)) { return }

BeforeDiscovery {
    $root = Resolve-Path $PSScriptRoot/../..
    $scripts = foreach ($file in Get-ChildItem $root/examples, $root/tests/Pester, $root/build.ps1 -Filter *.ps1) {
        @{ Place = $file.Name; Text = Get-Content $file -Raw }
    }
    $blocks = foreach ($file in Get-ChildItem $root/README.md, $root/docs/*.md) {
        $number = 0
        foreach ($match in [regex]::Matches((Get-Content $file -Raw), '(?s)```powershell\r?\n(.*?)\r?\n```')) {
            @{ Place = "$($file.Name), block $((++$number))"; Text = $match.Groups[1].Value }
        }
    }
}

Describe 'The PowerShell of scripts and documents' {
    BeforeAll {
        $cmdlets = @{}
        Get-Command -Module ClrModule | ForEach-Object { $cmdlets[$_.Name] = $_ }
    }

    It 'parses, and gives cmdlets parameters that they have: <Place>' -ForEach ($scripts + $blocks) {
        $errors = $null
        $tree = [Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $errors)
        $errors.Message | Should -BeNullOrEmpty
        $unknown = foreach ($call in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
            $cmdlet = $cmdlets[[string] $call.GetCommandName()]
            if (-not $cmdlet) { continue }
            foreach ($parameter in $call.CommandElements.Where{ $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                $name = $parameter.ParameterName
                if (-not $cmdlet.Parameters.Values.Where{ $_.Name -eq $name -or $_.Aliases -contains $name }) { "$($cmdlet.Name) -$name" }
            }
        }
        $unknown | Should -BeNullOrEmpty
    }
}

Describe 'The example' -Tag Slow {
    It '<Name> runs to its end and says how it went' -ForEach @(
        @{ Name = 'digits'; With = @{}; Last = '^Best validation accuracy: 9\d\.\d\d % in epoch \d+$' }
        @{ Name = 'csv-classification'; With = @{ Epochs = 8 }; Last = '^Best validation accuracy: \d+\.\d\d % in epoch \d+$' }
        @{ Name = 'own-module'; With = @{ Epochs = 4 }; Last = 'Outputs for a blank image: 10\nFive seeds: (9\d\.\d\d %(, )?){5}$' }
        @{ Name = 'resume-after-kill'; With = @{ Epochs = 2 }; Last = '^Killed\. It leaves step-\d+, .*\n.* have the same 2 epochs and the same final weights, to the bit\.$' }
        @{ Name = 'sweep'; With = @{ MaxLr = 0.1; Seed = 0; Epochs = 8 }; Last = 'Best upper rate: 0\.1, with \d\d\.\d\d % on average$' }
        @{ Name = 'deploy-onnx'; With = @{ Path = 'deployed' }; Last = 'Written: digits\.onnx, digits\.safetensors, digits\.py$' }
        @{ Name = 'fine-tuning'; With = @{ Path = 'tuned' }; Last = '^Ten digits: 9\d\.\d\d %\nEven or odd, fresh: \d\d\.\d\d %\nEven or odd, new head: \d\d\.\d\d %\nEven or odd, all: \d\d\.\d\d %$' }
        @{ Name = 'snapshot-ensemble'; With = @{ Cycles = 3; Path = 'models' }; Last = 'Last cycle 9\d\.\d\d %, ensemble of 3 9\d\.\d\d %, mean of weights 9\d\.\d\d %\nSamples that the ensemble gets wrong: \d+(, \d+)+\n' }
    ) {
        Push-Location $TestDrive
        try { $said = & "$PSScriptRoot/../../examples/$Name.ps1" @With 3>$null 6>$null }
        finally { Pop-Location }
        ($said.Where{ $_ -is [string] } -join "`n") | Should -Match $Last
    }

    It 'sweep-over-hosts says under -WhatIf what would be trained, and reaches no host' {
        $said = & "$PSScriptRoot/../../examples/sweep-over-hosts.ps1" -HostName gpu1, gpu2 -Port 2222 -KeyFilePath key -Module (Get-Module ClrModule).Path -Path $TestDrive/hosts -MaxLr 0.05, 0.1 -WhatIf
        $said.State | Should -Be Waiting, Waiting
        $said.MaxLr | Sort-Object | Should -Be 0.05, 0.1
    }
}
