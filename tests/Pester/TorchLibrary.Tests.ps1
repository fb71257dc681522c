BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $manifest = [xml] '<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id/><version/><dependencies/></metadata></package>'

    # A small package that stands in for one of libtorch's.
    function Add-Package([string] $Folder, [string] $Id, [string[]] $Needs, [hashtable] $Files = @{}, [string] $Version = '2.10.0') {
        $manifest.package.metadata.id, $manifest.package.metadata.version = $Id, $Version
        $manifest.package.metadata['dependencies'].InnerXml = -join ($Needs | ForEach-Object { "<dependency id='$_' version='2.10.0' xmlns='http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd' />" })
        $archive = [IO.Compression.ZipFile]::Open("$Folder/$Id.$Version.nupkg", 'Create')
        try {
            foreach ($entry in @{ "$Id.nuspec" = $manifest.OuterXml } + $Files | ForEach-Object GetEnumerator) {
                $writer = [IO.StreamWriter]::new($archive.CreateEntry($entry.Key).Open())
                try { $writer.Write($entry.Value) } finally { $writer.Dispose() }
            }
        }
        finally { $archive.Dispose() }
    }

    # libtorch with CUDA as it is published: a head, parts, and a library in fragments.
    function Add-Feed {
        $folder = Add-Folder
        $head, $native = 'libtorch-cuda-12.8-linux-x64', 'runtimes/linux-x64/native'
        Add-Package $folder TorchSharp-cuda-linux $head -Version 0.107.0
        Add-Package $folder $head "$head-part1", "$head-part2-primary", "$head-part2-fragment1"
        Add-Package $folder "$head-part1" @() @{ "$native/libc10.so" = 'c10'; "$native/libc10_cuda.so" = 'c10 cuda'; "$native/libtorch.so" = 'torch'; "$native/libtorch_cpu.so" = 'cpu' }
        $sum = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::ASCII.GetBytes('head and tail')))
        Add-Package $folder "$head-part2-primary" @() @{ "$native/libtorch_cuda.so" = 'head and '; "$native/libtorch_cuda.so.sha" = $sum.ToLowerInvariant() }
        Add-Package $folder "$head-part2-fragment1" @() @{ 'fragments/linux-x64/native/libtorch_cuda.so.fragment1' = 'tail' }
        $folder
    }

    # Serves a folder of packages as a NuGet feed that asks for a name and a password.
    function Start-Feed([string] $Folder) {
        $socket = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $socket.Start()
        $address = "http://127.0.0.1:$($socket.LocalEndpoint.Port)"
        $socket.Stop()
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add("$address/")
        $listener.Start()
        $job = Start-ThreadJob {
            param($listener, $folder, $address)
            $login = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes('build:secret'))
            while ($listener.IsListening) {
                try { $context = $listener.GetContext() } catch { break }
                $answer = [byte[]] @()
                if ($context.Request.Headers['Authorization'] -ne $login) {
                    $context.Response.StatusCode = 401
                    $context.Response.AddHeader('WWW-Authenticate', 'Basic realm="feed"')
                }
                else {
                    $json = switch -Regex ($context.Request.Url.AbsolutePath) {
                        '^/v3/index.json$' { @{ version = '3.0.0'; resources = @(@{ '@id' = "$address/packages/"; '@type' = 'RegistrationsBaseUrl/3.6.0' }, @{ '@id' = "$address/files/"; '@type' = 'PackageBaseAddress/3.0.0' }) } }
                        '^/packages/(.+)/index.json$' {
                            $file = Get-ChildItem $folder | Where-Object Name -Match "^$([regex]::Escape($Matches[1]))\.(\d+\.\d+\.\d+)\.nupkg$"
                            if ($file) {
                                $entry = @{ id = ($file.BaseName -replace '\.\d+\.\d+\.\d+$'); version = $Matches[1]; listed = $true; authors = 'us'; description = 'a part'; published = '2026-01-01T00:00:00Z'; packageContent = "$address/files/$($file.Name)" }
                                @{ count = 1; items = @(@{ count = 1; lower = $entry.version; upper = $entry.version; items = @(@{ catalogEntry = $entry; packageContent = $entry.packageContent }) }) }
                            }
                        }
                        '^/files/(.+)$' { $answer = [IO.File]::ReadAllBytes("$folder/$($Matches[1])") }
                    }
                    if ($json) { $answer = [Text.Encoding]::UTF8.GetBytes(($json | ConvertTo-Json -Depth 9)) }
                    if (-not $answer) { $context.Response.StatusCode = 404 }
                }
                $context.Response.OutputStream.Write($answer, 0, $answer.Length)
                $context.Response.Close()
            }
        } -ArgumentList $listener, $Folder, $address
        @{ Address = "$address/v3/index.json"; Listener = $listener; Job = $job }
    }

    function Get-Said([scriptblock] $Script) { & $Script 3>&1 | Where-Object { $_ -is [Management.Automation.WarningRecord] } | ForEach-Object Message }
}

Describe 'libtorch for this user' {
    BeforeAll { $kept = $env:CLR_CACHE, $env:CLR_LIBTORCH }
    BeforeEach {
        $feed = Add-Feed
        $env:CLR_CACHE = Add-Folder
        $env:CLR_LIBTORCH = $null
    }
    AfterAll { $env:CLR_CACHE, $env:CLR_LIBTORCH = $kept }

    It 'is unpacked into one folder of this user, from a folder of packages' -Skip:(-not $IsLinux) {
        $there = Install-TorchLibrary cuda -Repository $feed -PassThru
        $there.Backend, $there.Version, $there.Platform | Should -Be cuda, 2.10.0, linux-x64
        $there.Path | Should -Be (Join-Path $env:CLR_CACHE libtorch/2.10.0-cuda-linux-x64)
        Get-Content (Join-Path $there.Path libtorch_cuda.so) | Should -BeExactly 'head and tail'
    }

    It 'says nothing where nothing is asked for' -Skip:(-not $IsLinux) {
        Install-TorchLibrary cuda -Repository $feed | Should -BeNullOrEmpty
    }

    It 'is not fetched again where it is there' -Skip:(-not $IsLinux) {
        Install-TorchLibrary cuda -Repository $feed
        Remove-Item $feed/*
        (Install-TorchLibrary cuda -Repository $feed -PassThru).Backend | Should -Be cuda
        (Get-Failure "Install-TorchLibrary cuda -Repository '$feed' -Force").FullyQualifiedErrorId | Should -BeLike 'TorchPackageNotFetched,*'
    }

    It 'is found before all packages' -Skip:(-not $IsLinux) {
        $there = Install-TorchLibrary cuda -Repository $feed -PassThru
        $failure = Invoke-Pwsh "`$env:CLR_CACHE = '$env:CLR_CACHE'; try { Get-TorchDevice } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }"
        $failure -join ' ' | Should -BeLike "TorchLibraryNotLoadable*$($there.Path)/libc10.so*" -Because 'the stand-in is no library'
    }

    It 'is not touched under -WhatIf' {
        Install-TorchLibrary cpu -Repository $feed -WhatIf
        Get-ChildItem $env:CLR_CACHE -Force | Should -BeNullOrEmpty
    }

    It 'is held against the hash that is published' {
        foreach ($id in 'linux-x64', 'win-x64', 'osx-arm64') { Add-Package $feed "libtorch-cpu-$id" @() }
        $failure = Get-Failure "Install-TorchLibrary cpu -Repository '$feed'"
        $failure.FullyQualifiedErrorId | Should -BeExactly 'TorchPackageDamaged,ClrModule.Commands.Torch.InstallTorchLibraryCommand'
        $failure.Exception.Message | Should -Match SHA-512
        Get-ChildItem $env:CLR_CACHE -Recurse -File | Should -BeNullOrEmpty
    }

    It 'names the package that no repository has' {
        $failure = Get-Failure "Install-TorchLibrary cpu -Repository '$feed'"
        $failure.FullyQualifiedErrorId | Should -BeExactly 'TorchPackageNotFetched,ClrModule.Commands.Torch.InstallTorchLibraryCommand'
        $failure.Exception.Message | Should -Match 'libtorch-cpu-\S+ 2\.10\.0 could not be fetched'
        $failure.Exception.Message | Should -Match ([regex]::Escape($feed))
        $failure.ErrorDetails.RecommendedAction | Should -Match Save-TorchLibrary
    }

    It 'comes from a repository that is registered' -Skip:(-not $IsLinux) {
        $name = "clr-$(New-Guid)"
        Register-PSResourceRepository $name -Uri $feed
        try { (Install-TorchLibrary cuda -Repository $name -PassThru).Backend | Should -Be cuda }
        finally { Unregister-PSResourceRepository $name }
    }

    It 'comes from the registered repositories where none is named' -Skip:(-not $IsLinux) {
        $name = "clr-$(New-Guid)"
        Register-PSResourceRepository $name -Uri $feed
        try { (Install-TorchLibrary cuda -PassThru).Backend | Should -Be cuda }
        finally { Unregister-PSResourceRepository $name }
    }

    It 'says what a feed that is not there said, and leaves no repository behind' {
        $before = (Get-PSResourceRepository).Name
        $failure = Get-Failure "Install-TorchLibrary cpu -Repository https://127.0.0.1:9/v3/index.json"
        $failure.FullyQualifiedErrorId | Should -BeLike 'TorchPackageNotFetched,*'
        $failure.Exception.Message | Should -Match 'https://127\.0\.0\.1:9/v3/index\.json: .*refused'
        (Get-PSResourceRepository).Name | Should -Be $before
    }

    It 'refuses a repository that is none' {
        (Get-Failure 'Install-TorchLibrary cpu -Repository nowhere').FullyQualifiedErrorId | Should -BeLike 'RepositoryNotFound,*'
    }

    It 'refuses a back end that is none' {
        (Get-Failure 'Install-TorchLibrary tpu').FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
    }

    It 'is completed' {
        (TabExpansion2 'Install-TorchLibrary ').CompletionMatches.CompletionText | Should -Be auto, cpu, cuda
        (TabExpansion2 'Save-TorchLibrary here -Platform ').CompletionMatches.CompletionText | Should -Be linux-x64, win-x64, osx-arm64
    }
}

Describe 'A feed that asks for a password' -Skip:(-not $IsLinux) {
    BeforeAll {
        $feed = Start-Feed (Add-Feed)
        $kept = $env:HOME
    }
    BeforeEach { $path = Join-Path (Add-Folder) torch }
    AfterEach { $env:HOME = $kept }
    AfterAll {
        $feed.Listener.Stop()
        Remove-Job $feed.Job -Force
    }

    It 'gives all packages for the right one' {
        $login = [pscredential]::new('build', (ConvertTo-SecureString secret -AsPlainText -Force))
        Install-TorchLibrary cuda -Repository $feed.Address -Credential $login -Path $path
        Get-Content $path/libtorch_cuda.so | Should -BeExactly 'head and tail'
    }

    It 'says so without one' {
        $failure = Get-Failure "Install-TorchLibrary cuda -Repository '$($feed.Address)' -Path '$path'"
        $failure.FullyQualifiedErrorId | Should -BeLike 'TorchPackageNotFetched,*'
        $failure.Exception.Message | Should -Match 401
    }

    It 'is read with the password of the NuGet configuration, after a source that has nothing' {
        $env:HOME = Add-Folder
        $null = New-Item $env:HOME/.nuget/NuGet/empty -ItemType Directory
        Set-Content $env:HOME/.nuget/NuGet/NuGet.Config @"
<configuration>
  <packageSources>
    <add key="gone" value="https://127.0.0.1:9/v3/index.json" />
    <add key="empty" value="./empty" />
    <add key="the feed" value="$($feed.Address)" />
  </packageSources>
  <disabledPackageSources><add key="gone" value="true" /></disabledPackageSources>
  <packageSourceCredentials><the_x0020_feed><add key="Username" value="build" /><add key="ClearTextPassword" value="%CLR_TEST_PASSWORD%" /></the_x0020_feed></packageSourceCredentials>
</configuration>
"@
        $said = Invoke-Pwsh "`$env:CLR_TEST_PASSWORD = 'secret'; Install-TorchLibrary cuda -Path '$path' -Verbose 4>&1"
        Get-Content $path/libtorch_cuda.so | Should -BeExactly 'head and tail'
        $said -match 'gone' | Should -BeNullOrEmpty
        @($said -match 'from empty') | Should -HaveCount 1 -Because 'a place that gave a package is asked first for the next'
    }

    It 'is not shown a password that is for no repository' {
        $failure = Get-Failure "Install-TorchLibrary cuda -Path '$path' -Credential ([pscredential]::new('build', (ConvertTo-SecureString secret -AsPlainText -Force)))"
        $failure.FullyQualifiedErrorId | Should -BeLike 'CredentialWithoutRepository,*'
    }
}

Describe 'libtorch in a folder of choice' -Skip:(-not $IsLinux) {
    BeforeEach {
        $feed = Add-Feed
        $path = Join-Path (Add-Folder) torch
    }

    It 'is unpacked there, with a word on how it is found' {
        Get-Said { Install-TorchLibrary cuda -Repository $feed -Path $path -WarningAction Continue } | Select-Object -First 1 | Should -BeLike "*CLR_LIBTORCH is '$path'*"
        Get-Content $path/libtorch_cuda.so | Should -BeExactly 'head and tail'
    }

    It 'leaves other files alone' {
        $null = New-Item $path -ItemType Directory
        Set-Content $path/letter.txt dear
        foreach ($options in '-Force', '-WhatIf') { (Get-Failure "Install-TorchLibrary cuda -Repository '$feed' -Path '$path' $options").FullyQualifiedErrorId | Should -BeLike 'TorchLibraryFolderTaken,*' }
        Get-Content $path/letter.txt | Should -BeExactly dear
    }

    It 'is repaired with -Force' {
        Install-TorchLibrary cuda -Repository $feed -Path $path
        Set-Content $path/libtorch.so damaged
        Install-TorchLibrary cuda -Repository $feed -Path $path -Force
        Get-Content $path/libtorch.so | Should -BeExactly torch
    }
}

Describe 'Packages for a machine without a network' {
    BeforeEach {
        $feed = Add-Feed
        $saved = Join-Path (Add-Folder) saved
    }

    It 'are saved for any platform, and are all that an installation needs' {
        $files = Save-TorchLibrary $saved cuda -Platform linux-x64 -Repository $feed -PassThru
        $files | Should -HaveCount 5
        $files[0] | Should -BeOfType IO.FileInfo
        Remove-Item $feed -Recurse
        if ($IsLinux) { (Install-TorchLibrary cuda -Repository $saved -Path (Join-Path (Add-Folder) torch) -PassThru).Backend | Should -Be cuda }
    }

    It 'that are there are not fetched again after a break' {
        Move-Item $feed/*-fragment1.* (Split-Path $saved)
        (Get-Failure "Save-TorchLibrary '$saved' cuda -Platform linux-x64 -Repository '$feed'").FullyQualifiedErrorId | Should -BeLike 'TorchPackageNotFetched,*'
        Get-ChildItem $saved | Should -HaveCount 4
        Remove-Item $feed/*
        Move-Item (Join-Path (Split-Path $saved) *-fragment1.*) $feed
        Save-TorchLibrary $saved cuda -Platform linux-x64 -Repository $feed
        Get-ChildItem $saved | Should -HaveCount 5
    }

    It 'are not saved under -WhatIf' {
        Save-TorchLibrary $saved cuda -Platform linux-x64 -Repository $feed -WhatIf | Should -BeNullOrEmpty
        $saved | Should -Not -Exist
    }

    It 'are refused for a platform without CUDA' {
        (Get-Failure "Save-TorchLibrary '$saved' cuda -Platform osx-arm64").FullyQualifiedErrorId | Should -BeLike 'InvalidBackend,*'
    }
}

Describe 'The assemblies' {
    It 'ask for nothing that PowerShell 7.4 has not, which stands on .NET 8' {
        $asked = foreach ($file in Get-ChildItem (Join-Path (Get-Module ClrModule).ModuleBase bin) -Filter *.dll) {
            $stream = [IO.File]::OpenRead($file)
            $image = [Reflection.PortableExecutable.PEReader]::new($stream)
            try {
                $reader = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
                foreach ($handle in $reader.AssemblyReferences) {
                    $reference = $reader.GetAssemblyReference($handle)
                    [pscustomobject]@{ File = $file.Name; Name = $reader.GetString($reference.Name); Version = $reference.Version }
                }
            }
            finally { $image.Dispose() }
        }
        $asked | Where-Object { $_.Name -like 'System.*' -and $_.Version.Major -gt 8 } | ForEach-Object { "$($_.File): $($_.Name) $($_.Version)" } | Should -BeNullOrEmpty
        $powershell = $asked | Where-Object Name -EQ System.Management.Automation
        $powershell.File | Should -Be ClrModule.dll
        $powershell.Version | Should -Be 3.0.0.0 -Because 'that is the version of PowerShellStandard 5.1'
    }
}
