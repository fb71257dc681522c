namespace ClrBenchmarks;

/// <summary>From the start of a process to the first trained epoch, in the pwsh on the path, and else in the one that the tool manifest pins.</summary>
internal static class StartUp
{
    private const string Script = """
        $begin = [Diagnostics.Process]::GetCurrentProcess().StartTime
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Import-Module $env:CLR_BENCHMARK_MODULE
        $import = $watch.Elapsed.TotalSeconds
        $watch.Restart()
        $schedule = New-CyclicSchedule -BaseLr 0.001 -MaxLr 0.1 -StepSize 23
        $made = $watch.Elapsed.TotalSeconds
        $null = $schedule | Start-CyclicTraining -Model mlp -Data digits -Epochs 2
        $trained = ([DateTime]::Now - $begin).TotalSeconds
        [string]::Join(' ', [double[]]($import, $made, $trained))
        """;

    public static void Run(BenchmarkOptions options, Report report)
    {
        string root = Root();
        string script = Path.Combine(Path.GetTempPath(), $"clr-start-{Environment.ProcessId}.ps1");
        File.WriteAllText(script, Script);
        try
        {
            bool real = IsOnPath("pwsh");
            double[][] times = Enumerable.Range(0, options.Rounds + 1).Select(_ => Once(root, script, real)).Skip(1).ToArray();
            string host = real ? "pwsh" : "pwsh as a .NET tool";
            Row("Import-Module", 0, 100);
            Row("New-CyclicSchedule, the first", 1, null);
            Row("from the start of the process to two epochs of digits trained", 2, 1500);

            void Row(string what, int part, double? aim) =>
                report.Row($"{what} ({host})", times.Select(t => t[part]).Order().ElementAt(times.Length / 2) * 1000, "ms", aim);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static double[] Once(string root, string script, bool real)
    {
        string[] arguments = ["-NoProfile", "-File", script];
        ProcessStartInfo start = real ? new("pwsh", arguments) : new("dotnet", ["dnx", "-y", "powershell", .. arguments]);
        start.RedirectStandardOutput = true;
        start.WorkingDirectory = root;
        start.Environment["CLR_BENCHMARK_MODULE"] = Path.Combine(root, "ClrModule.psd1");
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {output}");
        string last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Last();
        return last.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
    }

    private static bool IsOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));

    private static string Root()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "ClrModule.psd1")))
                return folder;
        throw new InvalidOperationException("Run the benchmark from its place in the repository: ClrModule.psd1 is in no folder above it.");
    }
}
