# The documents of a checkout against its code; a copy of the suite elsewhere has none.
if (-not (Test-Path $PSScriptRoot/../../docs)) { return }

BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $root = (Resolve-Path $PSScriptRoot/../..).Path
    $cmdlets = Get-Command -Module ClrModule
}

Describe 'The documents' {
    It 'say what the code says' {
        $tool = Get-ChildItem $root/tools/ClrHelp/bin -Recurse -Filter ClrHelp.dll | Sort-Object LastWriteTime | Select-Object -Last 1
        $stale = dotnet $tool.FullName (Join-Path (Get-Module ClrModule).ModuleBase bin/ClrModule.dll) $root/docs (Add-Folder) check 2>&1
        $stale | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 0
    }

    It 'have a page for each cmdlet, whose code lies in a file of its own' {
        $pages = (Get-ChildItem $root/docs/cmdlets -Filter *-*.md).BaseName | Sort-Object
        $pages | Should -BeExactly ($cmdlets.Name | Sort-Object)
        $files = (Get-ChildItem $root/src/ClrModule/Commands -Recurse -Filter *Command.cs).Name
        $cmdlets.Name.ForEach{ "$($_ -replace '-')Command.cs" } | Where-Object { $_ -cnotin $files } | Should -BeNullOrEmpty
    }

    It 'have no link to a file that is not there' {
        $broken = foreach ($page in Get-ChildItem $root/README.md, $root/docs/*.md, $root/docs/cmdlets/*.md) {
            [regex]::Matches(((Get-Content $page -Raw) -replace '(?s)```.*?```|`[^`\n]*`'), '\]\((?!http)([^)\s#]+)').ForEach{ $_.Groups[1].Value } |
                Where-Object { -not (Test-Path (Join-Path $page.DirectoryName $_)) } | ForEach-Object { "$($page.Name): $_" }
        }
        $broken | Should -BeNullOrEmpty
    }
}

Describe 'The errors' {
    It 'say in a sentence what they mean, and what to do' {
        $rows = Get-Content $root/docs/errors.md | Where-Object { $_.StartsWith('| `') }
        $rows.Count | Should -BeGreaterThan 100
        $rows | Where-Object { $_ -notmatch '^\| `\S+` \| \w+ \| \S.*\. \| \S.*\. \|$' } | Should -BeNullOrEmpty
    }

    It 'name a refused parameter as a cmdlet or a magic command does' {
        # Named as the C# interface names them: no cmdlet lets a user give them, or it has another word.
        $ofTheEngine = 'Step', 'SampleCount', 'Schedules', 'WarmupSteps', 'Most', 'Id', 'Groups'
        $known = $ofTheEngine + $cmdlets.Parameters.Values.Name + $cmdlets.Parameters.Values.Aliases
        $name = '(?:"(?<name>[A-Z]\w+)"|nameof\((?:\w+\.)*(?<name>\w+)\))'
        $refusals = "new InvalidParameterException\(\s*$name", "InvalidParameterException \w+\([^)]*\) =>\s*new\(\s*$name", "Require\.\w+\([^;]*?, $name\)"
        $strange = foreach ($file in Get-ChildItem $root/src -Recurse -Filter *.cs | Where-Object FullName -NotMatch '[\\/]obj[\\/]') {
            $text = Get-Content $file -Raw
            $refusals.ForEach{ [regex]::Matches($text, $_) }.ForEach{ $_.Groups['name'].Value } | Where-Object { $_ -notin $known } | ForEach-Object { "$($file.Name): $_" }
        }
        $strange | Should -BeNullOrEmpty
    }
}
