BeforeAll {
    . $PSScriptRoot/Fixtures/Suite.ps1
    $schedule = New-CyclicSchedule 0.01 0.1 -StepSize 23
    $common = @{ Model = 'mlp:8'; Data = 'digits'; Device = 'cpu' }
    function Get-Metric($Run, [string] $Name) { Import-Csv (Join-Path $Run metrics $Name) -Delimiter ' ' -Header Time, Value, Step }
}

Describe 'Runs in MLflow' {
    BeforeAll {
        $store = Join-Path (Add-Folder) mlruns
        $history = $schedule | Start-CyclicTraining @common -Epochs 2 -Repeats 2 -MlflowPath $store
        $runs = Get-ChildItem $store -Filter meta.yaml -Recurse | Where-Object { Test-Path (Join-Path $_.DirectoryName params) } | ForEach-Object DirectoryName |
            Sort-Object { Get-Content (Join-Path $_ params seed) }
    }

    It 'are one for each run, in an experiment of the name of the data' {
        $runs | Should -HaveCount 2
        $runs | Split-Path | Select-Object -Unique | Should -HaveCount 1
        Join-Path (Split-Path $runs[0]) meta.yaml | Should -FileContentMatchExactly "^name: 'digits'$"
        $runs | ForEach-Object { Get-Content (Join-Path $_ tags mlflow.runName) } | Should -BeExactly 'mlp:8 on digits, seed 0', 'mlp:8 on digits, seed 1'
    }

    It 'have settings, figures and the way they ended' {
        Get-Content (Join-Path $runs[1] params learning.Optimizer.Kind) | Should -BeExactly Sgd
        (Get-Metric $runs[1] train/learning_rate).Step | Should -BeExactly (0..45)
        [double[]] (Get-Metric $runs[1] validation/accuracy).Value | Should -BeExactly $history[1].Epochs.ValidationAccuracy
        Join-Path $runs[1] meta.yaml | Should -FileContentMatchExactly '^status: 3$'
    }

    It 'go on as the same run where they were stopped' {
        $path = Add-Folder
        $null = $schedule | Start-CyclicTraining @common -Epochs 1 -MlflowPath $path/mlruns -CheckpointPath $path/run -Resume
        $null = $schedule | Start-CyclicTraining @common -Epochs 2 -MlflowPath $path/mlruns -CheckpointPath $path/run -Resume
        $run = Get-ChildItem $path/mlruns/*/*/meta.yaml
        $run | Should -HaveCount 1
        (Get-Metric $run.DirectoryName train/loss).Step | Should -BeExactly (0..45)
    }

    It 'say why a run failed' {
        $path = Add-Folder
        $null = Get-Failure '$schedule | Start-CyclicTraining @common -LossFunction { throw "no loss" } -MlflowPath $path'
        Get-Content (Get-ChildItem $path -Recurse -Filter clr.status_reason).FullName -Raw | Should -Match 'no loss'
    }

    It 'are named by -WhatIf, which makes none, and are left out of the line that repeats the run' {
        $path = Join-Path $TestDrive none
        $schedule | Start-CyclicTraining @common -MlflowPath $path -WhatIf | Should -BeNullOrEmpty
        $path | Should -Not -Exist
        $history[0].Command | Should -Not -Match mlruns
    }
}

Describe 'Metrics by OpenTelemetry' {
    BeforeAll {
        $names = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_METRICS_EXPORTER', 'OTEL_SDK_DISABLED'
        $before = $names | ForEach-Object { @{ Name = $_; Value = [Environment]::GetEnvironmentVariable($_) } }
        # A collector in the process: gives the address of each request, and the metrics that it names.
        $free = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $free.Start()
        $address = "http://127.0.0.1:$($free.LocalEndpoint.Port)"
        $free.Stop()
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add("$address/")
    }

    BeforeEach {
        $names | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $null) }
        $env:OTEL_EXPORTER_OTLP_ENDPOINT, $env:OTEL_EXPORTER_OTLP_PROTOCOL = $address, 'http/protobuf'
    }

    AfterAll { $before | ForEach-Object { [Environment]::SetEnvironmentVariable($_.Name, $_.Value) } }

    It 'are sent at the end of a run, by their names and its own' {
        $listener.Start()
        $collector = Invoke-Apart -Variables @{ listener = $listener } '
            while ($listener.IsListening) {
                try { $context = $listener.GetContext() } catch { break }
                $body = [IO.StreamReader]::new($context.Request.InputStream, [Text.Encoding]::Latin1).ReadToEnd()
                "$($context.Request.HttpMethod) $($context.Request.Url.AbsolutePath) $([regex]::Matches($body, "clr\.[a-z_.]+|mlp:8 on digits, seed 7").Value | Sort-Object -Unique)"
                $context.Response.Close()
            }'
        try { $null = $schedule | Start-CyclicTraining @common -Epochs 1 -Seed 7 -WarningVariable warned }
        finally { $listener.Close(); $null = $collector.Shell.EndInvoke($collector.Running) }
        $warned | Should -Not -Match OpenTelemetry
        $collector.Output[0] | Should -BeLike 'POST /v1/metrics clr.run *'
        foreach ($name in 'clr.training.loss', 'clr.training.learning_rate', 'clr.training.momentum', 'clr.training.steps', 'clr.training.samples_per_second', 'clr.validation.accuracy', 'mlp:8 on digits, seed 7') {
            $collector.Output[0] | Should -MatchExactly $name
        }
    }

    It 'cost one warning where no collector answers, and nothing of the run' {
        $history = $schedule | Start-CyclicTraining @common -Epochs 1 -Repeats 2 -WarningVariable warned
        $history.Status | Should -Be Completed, Completed
        @($warned -match "could not be sent to '$address'") | Should -HaveCount 1
    }

    It 'are not asked for by <Name>=<Value>' -ForEach @(
        @{ Name = 'OTEL_SDK_DISABLED'; Value = 'TRUE' }
        @{ Name = 'OTEL_METRICS_EXPORTER'; Value = 'none' }
        @{ Name = 'OTEL_EXPORTER_OTLP_ENDPOINT'; Value = '' }
    ) {
        [Environment]::SetEnvironmentVariable($Name, $Value)
        $null = $schedule | Start-CyclicTraining @common -Epochs 1 -WarningVariable warned
        $warned | Should -Not -Match 'could not be sent'
    }
}
