using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Shell;

public sealed class ShellScriptTests : IDisposable
{
    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Fact]
    public void A_script_has_the_module_imported()
    {
        var run = Run("(Get-Module).Path");
        Assert.Equal((0, Path.Combine(Repository.Root, "bin", "ClrModule.dll") + "\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_script_knows_its_own_folder()
    {
        Assert.Equal(_scripts.Root + "\n", Run("$PSScriptRoot").Output);
    }

    [Fact]
    public void A_script_is_found_from_the_current_folder()
    {
        _scripts.Write("near.ps1", "'found'");
        Assert.Equal("found\n", ShellProcess.RunIn(_scripts.Root, "near.ps1").Output);
    }

    [Fact]
    public void A_script_whose_path_has_blanks_quotes_and_wildcards_runs()
    {
        Directory.CreateDirectory(Path.Combine(_scripts.Root, "it's [a] folder"));
        var path = _scripts.Write("it's [a] folder/my script.ps1", "'ran'");
        Assert.Equal("ran\n", ShellProcess.Run(path).Output);
    }

    [Fact]
    public void Arguments_bind_by_name_by_colon_as_switches_and_by_position()
    {
        const string Script = """
            param([string] $Name, [double] $Rate, [switch] $Fast, [switch] $Slow, [Parameter(ValueFromRemainingArguments)] $Rest)
            "$Name|$Rate|$Fast|$Slow|$($Rest -join ',')"
            """;
        var run = Run(Script, "first", "-Rate", "0.25", "-Fast", "-Slow:$false", "left", "over");
        Assert.Equal(("first|0.25|True|False|left,over\n", ""), (run.Output, run.Error));
        Assert.Equal("a b||True|True|\n", Run(Script.Replace("$Rate|", "|", StringComparison.Ordinal), "-Name:a b", "-Fast", "-Slow:$true").Output);
    }

    [Fact]
    public void A_negative_number_is_a_value()
    {
        Assert.Equal("-1 -0.5\n", Run("param([int] $Seed, [double] $Rate) \"$Seed $Rate\"", "-1", "-Rate", "-.5").Output);
    }

    [Fact]
    public void Help_asked_of_a_script_is_the_scripts()
    {
        Assert.Equal("--help\n", Run("\"$args\"", "--help").Output);
    }

    [Fact]
    public void An_argument_of_the_wrong_type_is_an_error_that_names_the_parameter()
    {
        var run = Run("param([double] $Rate) $Rate", "-Rate", "fast");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("parameter 'Rate'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mandatory_parameter_that_is_missing_is_named()
    {
        var run = Run("param([Parameter(Mandatory)] $Data) $Data");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("Data", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_beyond_ascii_goes_in_and_out_unharmed()
    {
        Assert.Equal("Übung 学習率 η λ 📉\n", Run("param($Text) \"Übung 学習率 $Text\"", "η λ 📉").Output);
    }

    [Fact]
    public void A_module_loads_by_its_path()
    {
        _scripts.Write("Own.psm1", "function Get-Own { 'own' }");
        Assert.Equal("own\n", Run("Import-Module \"$PSScriptRoot/Own.psm1\"; Get-Own").Output);
    }

    [Fact]
    public void No_module_of_the_machine_is_in_reach()
    {
        Assert.Equal("[]\n", Run("\"[$env:PSModulePath]\"").Output);
    }

    [Fact]
    public void Text_runs_as_a_command()
    {
        var run = ShellProcess.Run("-Command", "1 + 1;", "'a b'");
        Assert.Equal((0, "2\na b\n"), (run.ExitCode, run.Output));
    }

    private ShellProcess Run(string script, params string[] arguments) =>
        ShellProcess.Run([_scripts.Write("script.ps1", script), .. arguments]);
}
