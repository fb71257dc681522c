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
        (Get-Failure "Install-TorchLibrary cuda -Repository '$feed' -Path '$path' -Force").FullyQualifiedErrorId | Should -BeLike 'TorchLibraryFolderTaken,*'
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
