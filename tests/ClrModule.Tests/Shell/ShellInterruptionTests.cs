namespace ClrModule.Tests.Shell;

public sealed class ShellInterruptionTests : IDisposable
{
    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Fact]
    public void Ctrl_C_stops_the_script_lets_it_clean_up_and_gives_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that a test could send.");
        const string Script = """
            [Console]::WriteLine('started')
            try { while ($true) { [System.Threading.Thread]::Sleep(10) } } finally { [Console]::WriteLine('cleaned up') }
            """;
        string script = _scripts.Write("script.ps1", Script);
        // A job in the background ignores SIGINT, and so would all that it starts, this test's shell too.
        using var process = OperatingSystem.IsLinux()
            ? ShellProcess.StartProgram("env", _scripts.Root, ["--default-signal=INT", "dotnet", ShellProcess.Assembly, script])
            : ShellProcess.Start(_scripts.Root, script);
        Assert.Equal("started", process.StandardOutput.ReadLine());
        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        var run = ShellProcess.Finish(process);
        Assert.Equal((130, "cleaned up\n", ""), (run.ExitCode, run.Output, run.Error));
    }
}
