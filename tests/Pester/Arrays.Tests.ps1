BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1

    function Write-Packed([string] $Path, [byte[]] $Bytes) {
        $gzip = [IO.Compression.GZipStream]::new([IO.File]::Create($Path), [IO.Compression.CompressionLevel]::Fastest)
        try { $gzip.Write($Bytes, 0, $Bytes.Length) } finally { $gzip.Dispose() }
    }

    function Write-Set([string] $Folder, [string] $Prefix) {
        Write-Packed "$Folder/$Prefix-images-idx3-ubyte.gz" ([byte[]] (0, 0, 8, 3, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 2) + [byte[]] (1..32))
        Write-Packed "$Folder/$Prefix-labels-idx1-ubyte.gz" ([byte[]] (0, 0, 8, 1, 0, 0, 0, 8) + [byte[]] (1, 2, 1, 2, 1, 2, 1, 2))
    }

    function Write-Array([string] $Path, [string] $Type, [string] $Shape, [byte[]] $Bytes, [bool] $Fortran = $false) {
        $header = "{'descr': '$Type', 'fortran_order': $Fortran, 'shape': ($Shape), }".PadRight(117) + "`n"
        [IO.File]::WriteAllBytes($Path, [byte[]] (0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0) + [Text.Encoding]::ASCII.GetBytes($header) + $Bytes)
    }
}

Describe 'Published sets' {
    It 'are found in the folder that torchvision downloads into, and named where there are several' {
        $folder = Add-Folder
        $raw = (New-Item "$folder/EMNIST/raw" -ItemType Directory).FullName
        Write-Set $raw emnist-letters-train
        "$(Import-TrainingData $folder)" | Should -BeExactly 'emnist-letters: 6 + 2 samples of [1, 2, 2], 2 classes'
        Write-Set $raw emnist-digits-train
        $failure = Get-Failure "Import-TrainingData '$folder'"
        $failure.FullyQualifiedErrorId | Should -BeLike 'DataSeveralSets,*'
        $failure.Exception.Message | Should -BeLike '*emnist-digits, emnist-letters*'
        (Import-TrainingData "$raw/emnist-digits-train-images-idx3-ubyte.gz").Name | Should -BeExactly emnist-digits
    }
}

Describe 'Arrays of NumPy' {
    It 'may be stored column after column, with texts as labels' {
        $folder = Add-Folder
        Write-Array "$folder/x.npy" '|u1' '4, 2' (1, 3, 5, 7, 2, 4, 6, 9) $true
        Write-Array "$folder/y.npy" '|S3' '4,' ([Text.Encoding]::ASCII.GetBytes('catdogcatdog'))
        $data = Import-TrainingData $folder
        "$data" | Should -BeLike '*3 + 1 samples of `[2`], 2 classes'
        $data.Train.Targets.ClassNames -join ' ' | Should -BeExactly 'cat dog'
    }

    It 'that hold Python objects are refused with what to save instead' {
        $folder = Add-Folder
        Write-Array "$folder/x.npy" '|O' '4,' ([byte[]]::new(40))
        Write-Array "$folder/y.npy" '|u1' '4,' (0, 1, 0, 1)
        (Get-Failure "Import-TrainingData '$folder'").Exception.Message | Should -BeLike "*pickle*astype('float32')*"
    }
}

Describe 'Reading' {
    It 'of a file that unpacks for long is ended by Ctrl+C' {
        $path = Join-Path (Add-Folder) long.csv.gz
        $gzip = [IO.Compression.GZipStream]::new([IO.File]::Create($path), [IO.Compression.CompressionLevel]::Fastest)
        $rows = [Text.Encoding]::ASCII.GetBytes("1,2,a`n3,4,b`n" * 50000)
        try { foreach ($i in 1..500) { $gzip.Write($rows, 0, $rows.Length) } } finally { $gzip.Dispose() }

        $shell = [powershell]::Create().AddScript('param($module, $path) Import-Module $module; "ready"; Import-TrainingData $path').AddArgument((Get-Module ClrModule).Path).AddArgument($path)
        try {
            $output = [Management.Automation.PSDataCollection[psobject]]::new()
            $reading = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
            while ($output.Count -eq 0) { Start-Sleep -Milliseconds 50 }
            $shell.Stop()
            $reading.IsCompleted | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -BeExactly Stopped
        }
        finally { $shell.Dispose() }
    }
}
