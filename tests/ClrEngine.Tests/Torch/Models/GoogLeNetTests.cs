using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Tests.Data;
using ClrEngine.Tests.Reference;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>The files that torchvision of this machine makes; null where there is none.</summary>
public sealed class TorchvisionFiles : IDisposable
{
    private readonly TempFolder _folder = new();

    public TorchvisionFiles()
    {
        string script = ReferenceFile.CopyTo(_folder.Path, "googlenet.py");
        if (new[] { "/usr/bin/python3", "python3", "python" }.FirstOrDefault(python => Runs(python, "-c", "import torchvision") is null) is { } found)
            Fault = Runs(found, script, _folder.Path);
        else
            Absent = true;
    }

    /// <summary>Whether no Python here has torchvision.</summary>
    public bool Absent { get; }

    /// <summary>What Python said where it failed.</summary>
    public string? Fault { get; }

    public string this[string name] => Path.Combine(_folder.Path, name);

    public void Dispose() => _folder.Dispose();

    private static string? Runs(string python, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(python, arguments) { RedirectStandardError = true };
            // On a busy machine PyTorch's threads lose their time waiting for each other.
            start.Environment["OMP_NUM_THREADS"] = "1";
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error;
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return absent.Message;
        }
    }
}

[Collection(nameof(TorchRandomState))]
public sealed class GoogLeNetTests(TorchvisionFiles files) : IClassFixture<TorchvisionFiles>
{
    private const int Samples = 16, Classes = 4, Side = 64;

    [Theory]
    [InlineData("scripted.pt")]
    [InlineData("scripted-main.pt")]
    [InlineData("traced-main.pt")]
    public void GoogLeNet_with_auxiliary_heads_learns_as_in_python(string name)
    {
        Assert.SkipWhen(files.Absent, "No Python with torchvision is on this machine; Debian's package python3-torchvision brings it.");
        Assert.Null(files.Fault);
        TorchLibrary.EnsureLoaded();
        double[] expected = JsonSerializer.Deserialize<double[]>(File.ReadAllText(files["losses.json"]))!;
        var options = new LearnerOptions { Device = "cpu", Optimizer = new() { WeightDecay = 1e-4 } };
        using TorchSession session = TorchSession.Open(ModelSource.FromFile(files[name]), Data(), options, Samples, 1);

        for (int step = 0; step < expected.Length; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 1e-7, 0.9));

        Assert.True(expected[0] - expected[^1] > 1e-3);
        Assert.All(expected.Zip(session.Learner.Read().Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static TrainingData Data()
    {
        float[] features = [.. Enumerable.Range(0, Samples * 3 * Side * Side).Select(i => (float)((i * 7919L % 1000) / 1000.0 - 0.5))];
        long[] labels = [.. Enumerable.Range(0, Samples).Select(i => (long)i % Classes)];
        var set = new LabelledData(new FloatSamples(features, [3, Side, Side]), new ClassTargets(ImmutableArray.Create(labels), ["a", "b", "c", "d"]));
        return new TrainingData("waves", "made", set, set, FeatureScaling.Identity(3), "waves");
    }
}
