using System.Management.Automation;
using System.Text.Json.Nodes;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrFigures.Images;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clr-report-").FullName;
    private readonly PowerShellSession _session = new();

    public ReportCommandTests()
    {
        _session.Set("test", RangeTest());
        _session.Set("bounds", LrBoundsSuggester.Suggest(RangeTest()));
        _session.Set("schedule", new CyclicSchedule(0.001, 0.006, 20));
        _session.Set("history", History());
        _session.Set("html", Path.Combine(_folder, "report.html"));
        _session.Set("folder", _folder);
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Mixed_objects_from_the_pipeline_become_one_page()
    {
        FileInfo file = _session.Get<FileInfo>("$test, $bounds, $schedule, $history | Export-ClrReport $html -Title 'My run' -PassThru");

        string page = File.ReadAllText(file.FullName);
        Assert.Contains("<h1>My run</h1>", page);
        Assert.All(new[] { "Range tests", "Schedules", "Training" }, section => Assert.Contains($"<h2>{section}</h2>", page));
        Assert.Equal([file.Name], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Without_PassThru_nothing_is_given() => Assert.Empty(_session.Run("$schedule | Export-ClrReport $html").All<object>());

    [Fact]
    public void A_file_that_is_there_is_not_replaced()
    {
        File.WriteAllText(Path.Combine(_folder, "report.html"), "mine");

        ErrorRecord error = _session.Run("$schedule | Export-ClrReport $html").Error;

        Assert.StartsWith("ReportExists,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder, "report.html")));
    }

    [Fact]
    public void Without_a_desktop_Show_names_the_file_that_was_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says by variables whether there is a desktop.");
        foreach (string variable in new[] { "DISPLAY", "WAYLAND_DISPLAY", "BROWSER" })
            Environment.SetEnvironmentVariable(variable, null);

        SessionResult result = _session.Run("$schedule | Export-ClrReport $html -Show -PassThru");

        Assert.StartsWith("ReportNotShown,", result.Error.FullyQualifiedErrorId, StringComparison.Ordinal);
        string path = Path.Combine(_folder, "report.html");
        Assert.Contains(path, result.Error.Exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Force_replaces_a_file()
    {
        File.WriteAllText(Path.Combine(_folder, "report.html"), "mine");

        _session.Run("$schedule | Export-ClrReport $html -Force").All<object>();

        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(Path.Combine(_folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _session.Run("$schedule | Export-ClrReport $html -WhatIf").All<object>();

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_extension_says_the_format()
    {
        FileInfo file = _session.Get<FileInfo>("$history | Export-ClrReport \"$folder/report.json\" -PassThru");

        Assert.Equal("Training", (string?)JsonNode.Parse(File.ReadAllText(file.FullName))!["sections"]![0]!["name"]);
    }

    [Fact]
    public void A_strange_object_is_refused_with_what_a_report_shows()
    {
        ErrorRecord error = _session.Run("'text' | Export-ClrReport $html").Error;

        Assert.StartsWith("NotReportable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("schedules, range tests, bounds and training histories", error.Exception.Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Objects_that_were_saved_and_read_again_make_the_same_report()
    {
        object[] items = [RangeTest(), LrBoundsSuggester.Suggest(RangeTest()), new CyclicSchedule(0.001, 0.006, 20), History()];
        _session.Set("live", items);

        _session.Run("$live | Export-ClrReport \"$folder/live.json\"; $live | ForEach-Object { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_, 1)) } | Export-ClrReport \"$folder/saved.json\"").All<object>();

        Assert.Equal(Sections("live.json"), Sections("saved.json"));
    }

    [Fact]
    public void A_composed_schedule_survives_saving()
    {
        _session.Set("composed", new WarmupSchedule(new JoinedSchedule([new OneCycleSchedule(0.1, 100), new ConstantSchedule(0.001)], [100]), 10));

        _session.Run("[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($composed, 1)) | Export-ClrReport \"$folder/saved.json\"").All<object>();

        Assert.Contains("Warmup of 10 steps, then OneCycle", Sections("saved.json"));
    }

    [Fact]
    public void An_object_that_was_cut_off_when_it_was_saved_says_how_to_save_it()
    {
        _session.Set("saved", PSSerializer.Deserialize(PSSerializer.Serialize(History(), 1)));

        ErrorRecord error = _session.Run("$saved | Export-ClrReport $html").Error;

        Assert.StartsWith("SavedObjectCutOff,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Export-TrainingHistory", error.Exception.Message);
    }

    [Fact]
    public void Pictures_of_several_figures_are_numbered()
    {
        Assert.SkipWhen(Chromium.Find() is null, $"No Chromium was found: install it (apt-get install chromium), or name its executable in {Chromium.Variable}.");

        IReadOnlyList<FileInfo> files = _session.Run("$test, $schedule | Export-ClrReport \"$folder/all.svg\" -PassThru").All<FileInfo>();

        Assert.Equal(["all-1.svg", "all-2.svg"], files.Select(f => f.Name));
        Assert.All(files, f => Assert.StartsWith("<svg", File.ReadAllText(f.FullName), StringComparison.Ordinal));
    }

    private string Sections(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, name)))!["sections"]!.ToJsonString();

    private static LrRangeTestResult RangeTest()
    {
        var options = new LrRangeTestOptions { StartLr = 1e-6, SmoothFactor = 0.2 };
        ILrSchedule sweep = options.ToSchedule();
        double Loss(long step) => 0.5 + (1.8 / (1 + Math.Exp((Math.Log10(sweep.At(step).LearningRate) + 2.4) * 3.2)));
        return new LrRangeTestResult
        {
            Points = [.. Enumerable.Range(0, 90).Select(i => new LrRangeTestPoint(i, sweep.At(i).LearningRate, Loss(i), Loss(i)))],
            StopReason = RangeTestStopReason.Completed,
            Options = options,
            Model = "mlp",
            Data = "digits",
            StepsPerEpoch = 23,
        };
    }

    private static TrainingHistory History() => new()
    {
        Epochs = [.. Enumerable.Range(1, 8).Select(e => new EpochRecord { Epoch = e, Step = e * 20, LearningRate = 0.003, TrainLoss = 1.0 / e, TrainAccuracy = 90 + e, ValidationLoss = 1.1 / e, ValidationAccuracy = 89 + e, Seconds = 0.5 })],
        Status = TrainingStatus.Completed,
        Schedule = new CyclicSchedule(0.001, 0.006, 20),
        StepsPerEpoch = 20,
        Model = "mlp",
        Data = "digits",
    };
}
