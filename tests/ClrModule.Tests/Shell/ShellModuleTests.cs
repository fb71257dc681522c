namespace ClrModule.Tests.Shell;

/// <summary>A shell without a module that could be imported.</summary>
public sealed class ShellModuleTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Outside_a_checkout_it_says_where_it_looked_and_how_to_run_it()
    {
        var run = RunCopy();
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"ClrModule.psd1 is in no folder above '{_folder.Root}", run.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet run -c Release --project src/ClrShell", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_that_was_not_built_is_answered_with_the_build_command()
    {
        _folder.Write("ClrModule.psd1", "@{ RootModule = 'bin/ClrModule.dll'; ModuleVersion = '1.0' }");
        var run = RunCopy();
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.EndsWith("Build it: dotnet build -c Release\n", run.Error, StringComparison.Ordinal);
    }

    private ShellProcess RunCopy()
    {
        var source = Path.GetDirectoryName(ShellProcess.Assembly)!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder.Root, "shell", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var copy = Path.Combine(_folder.Root, "shell", Path.GetFileName(ShellProcess.Assembly));
        using var process = ShellProcess.StartProgram("dotnet", _folder.Root, [copy, "-Command", "1"]);
        return ShellProcess.Finish(process);
    }
}
