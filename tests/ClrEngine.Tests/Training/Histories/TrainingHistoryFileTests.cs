using ClrEngine.Data.Tables;
using ClrEngine.Files;
using ClrEngine.Training.Histories;

namespace ClrEngine.Tests.Training.Histories;

public sealed class TrainingHistoryFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Given_a_history_when_written_as_JSON_then_an_equal_one_is_read()
    {
        TrainingHistory history = Sample();
        TrainingHistory read = Read(history);
        Assert.Equal(history.Epochs, read.Epochs);
        Assert.Equal(history.Cycles, read.Cycles);
        Assert.True(read.IsImported);
        Assert.Equal(history, read with { Epochs = history.Epochs, Cycles = history.Cycles, IsImported = false });
    }

    [Fact]
    public void Given_a_schedule_with_a_script_then_it_is_read_only_by_whoever_trusts_it()
    {
        TrainingHistory history = Under(new CyclicSchedule(0.01, 0.1, 4, scaleFunction: new ScaleFunction(static c => 1 / c, text: "1 / $_")));
        Assert.Throws<ScheduleScriptException>(() => Read(history));
        TrainingHistory read = TrainingHistoryJson.FromJson(TrainingHistoryJson.ToJson(history), static _ => static c => 1 / c);
        Assert.Equal(history.Schedule, read.Schedule);
    }

    [Fact]
    public void Given_a_file_that_holds_none_then_the_error_names_the_file_whatever_was_to_be_read()
    {
        string path = At("broken.json");
        File.WriteAllText(path, "{");
        Exception[] refused =
        [
            Assert.Throws<TrainingHistoryException>(() => TrainingHistoryFile.Read(path)),
            Assert.Throws<RangeTestFormatException>(() => LrRangeTestJson.FromFile(path)),
            Assert.Throws<ScheduleFormatException>(() => ScheduleFile.Read(path)),
        ];
        Assert.All(refused, exception => Assert.StartsWith($"'{path}' is no ", exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Given_a_history_then_its_lists_are_their_counts_as_text_and_it_is_one_line() =>
        Assert.Equal(("2", "mlp on digits: StoppedEarly, 2 epochs, best 87.50 % in epoch 1"), ($"{Sample().Epochs}", $"{Sample() with { Run = Sample().Run with { Model = "mlp", Data = "digits" } }}"));

    [Fact]
    public void Given_a_schedule_of_code_when_written_as_JSON_then_it_is_refused_and_no_file_is_left()
    {
        TrainingHistory history = Under(new CyclicSchedule(0.01, 0.1, 4, scaleFunction: new ScaleFunction(static c => 1 / c)));
        Assert.Throws<ScheduleNotSaveableException>(() => TrainingHistoryFile.Write(At("run.json"), history));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        TrainingHistoryFile.Write(At("run.csv"), history);
    }

    [Fact]
    public void Given_a_history_when_written_as_CSV_then_each_epoch_is_a_row_whose_numbers_read_back_to_the_bit_whatever_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            TrainingHistoryFile.Write(At("run.csv"), Sample());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        string[] lines = File.ReadAllLines(At("run.csv"));
        Assert.Equal("Epoch,Step,LearningRate,TrainLoss,TrainAccuracy,ValidationLoss,ValidationAccuracy,ValidationRSquared,ValidationFigure,EmaLoss,EmaAccuracy,Seconds,Run,Model,Data,Seed,BatchSize,Optimizer,Schedule,BestBy", lines[0]);
        Assert.StartsWith("1,23,0.30000000000000004,2.5,40,1E-05,87.5,,,,,1.25,1,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2,46,0.1,NaN,,Infinity,,-0.25,,,,0.5,1,", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Given_a_history_when_written_as_Parquet_then_each_epoch_is_a_row()
    {
        TrainingHistory history = Sample();
        history = history with { Epochs = [history.Epochs[0], history.Epochs[0] with { Epoch = 2, Step = 46, ValidationLoss = 0.1 }] };
        TrainingHistoryFile.Write(At("run.parquet"), history);
        ColumnTable table = ParquetTable.Read(DataStream.File(At("run.parquet")), new DataOptions { LabelColumn = "ValidationLoss", IgnoreColumns = ["ValidationRSquared", "ValidationFigure", "EmaLoss", "EmaAccuracy", "Run", "Model", "Data", "Seed", "BatchSize", "Optimizer", "Schedule", "BestBy"] });
        Assert.Equal(["Epoch", "Step", "LearningRate", "TrainLoss", "TrainAccuracy", "ValidationAccuracy", "Seconds"], table.Features.Select(c => c.Name));
        Assert.Equal([23, 46], Assert.IsType<NumberColumn>(table.Features[1]).Exact);
        Assert.Equal([1e-5, 0.1], Assert.IsType<NumberColumn>(table.Label).Exact);
        Assert.Equal(DataErrors.MissingValue, Assert.Throws<DataFormatException>(() => ParquetTable.Read(DataStream.File(At("run.parquet")), DataOptions.Default)).Cause);
    }

    [Fact]
    public void Given_a_history_without_epochs_then_every_kind_is_written()
    {
        TrainingHistory none = Sample() with { Epochs = [] };
        foreach (string name in new[] { "run.json", "run.csv", "run.parquet" })
            TrainingHistoryFile.Write(At(name), none);
        Assert.Empty(TrainingHistoryFile.Read(At("run.json")).Epochs);
        Assert.Single(File.ReadAllLines(At("run.csv")));
    }

    [Theory]
    [InlineData("run.csv", "TrainingHistoryNotWhole")]
    [InlineData("run.parquet", "TrainingHistoryNotWhole")]
    [InlineData("run.txt", "TrainingHistoryFileType")]
    public void Given_a_file_of_another_kind_when_read_then_the_error_says_what_to_give(string name, string id)
    {
        _folder.File(name, "x");
        var error = Assert.Throws<TrainingHistoryException>(() => TrainingHistoryFile.Read(At(name)));
        Assert.Equal(id, error.ErrorId);
        Assert.Contains(".json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "TrainingHistoryUnreadable")]
    [InlineData("null", "TrainingHistoryUnreadable")]
    [InlineData("{ \"format\": \"clr-range-test\", \"version\": 1 }", "TrainingHistoryUnreadable")]
    [InlineData("{ \"format\": \"clr-training-history\", \"version\": 1 }", "TrainingHistoryUnreadable")]
    [InlineData("{ \"format\": \"clr-training-history\", \"version\": 3 }", "TrainingHistoryVersion")]
    [InlineData("{ \"format\": \"clr-training-history\", \"version\": 1, \"history\": { \"epochs\": [null], \"status\": \"Completed\", \"schedule\": { \"version\": 1, \"kind\": \"constant\", \"learningRate\": 0.1, \"momentum\": null } } }", "TrainingHistoryUnreadable")]
    public void Given_a_text_that_is_no_history_when_read_then_it_is_refused(string json, string id) =>
        Assert.Equal(id, Assert.Throws<TrainingHistoryException>(() => TrainingHistoryJson.FromJson(json)).ErrorId);

    [Fact]
    public void Given_a_history_of_format_version_1_when_read_then_what_describes_its_run_is_found_in_one_place_and_the_rest_is_unknown()
    {
        const string First = """
            {
              "format": "clr-training-history", "version": 1,
              "history": {
                "epochs": [{ "epoch": 1, "step": 23, "learningRate": 0.1, "trainLoss": "NaN", "trainAccuracy": null, "validationLoss": 0.5, "validationAccuracy": 87.5, "validationRSquared": null, "seconds": 1.25 }],
                "cycles": [], "status": "Completed", "statusReason": null,
                "schedule": { "version": 1, "kind": "constant", "learningRate": 0.1, "momentum": null },
                "stepsPerEpoch": 23, "batchSize": 64, "model": "mlp:8", "modelIdentity": "mlp:8", "data": "digits", "dataIdentity": "00ff", "device": "cpu", "threads": 2,
                "versions": "Clr 0.1.0, TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.12", "command": "x", "seed": 7
              }
            }
            """;
        TrainingHistory read = TrainingHistoryJson.FromJson(First);
        Assert.Equal((23L, 64, "mlp:8", "mlp:8", "digits", "00ff", "cpu", 2, 7, "x"), (read.StepsPerEpoch, read.BatchSize, read.Model, read.ModelIdentity, read.Data, read.DataIdentity, read.Device, read.Threads, read.Seed, read.Command));
        Assert.Equal("Clr 0.1.0, TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.12", read.Versions);
        Assert.Equal(new ConstantSchedule(0.1), read.Schedule);
        Assert.Null(read.Run.Learning);
        Assert.True(double.IsNaN(Assert.Single(read.Epochs).TrainLoss));
    }

    [Theory]
    [InlineData("\u001b[2J")]
    [InlineData("a\u0007")]
    [InlineData("\u202etxt")]
    [InlineData("a\u2066b")]
    [InlineData("\u009b2J")]
    public void Given_a_command_that_a_terminal_does_not_show_as_it_is_when_read_then_the_history_is_refused(string command) =>
        Assert.Contains("$.history.command", Assert.Throws<TrainingHistoryException>(() => Read(Sample() with { Command = command })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("two\r\n\tlines")]
    [InlineData("'größe ' \u200d 数据'")]
    public void Given_a_command_of_letters_and_lines_when_read_then_it_is_as_it_was(string command) => Assert.Equal(command, Read(Sample() with { Command = command }).Command);

    [Fact]
    public void Given_a_path_that_cannot_be_written_then_the_error_names_it()
    {
        Directory.CreateDirectory(At("run.json"));
        Assert.Contains("run.json", Assert.Throws<FileNotWrittenException>(() => TrainingHistoryFile.Write(At("run.json"), Sample())).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Given_epochs_with_metrics_when_read_back_then_they_are_equal_and_others_are_not()
    {
        TrainingHistory sample = Sample();
        EpochRecord With(double value) => sample.Epochs[0] with { Metrics = [new MetricValue { Name = "F1", Value = 0.5 }, new MetricValue { Name = "Top3", Value = value }] };
        EpochRecord read = Assert.Single(Read(sample with { Epochs = [With(1)] }).Epochs);
        Assert.Equal(With(1), read);
        Assert.Equal(With(1).GetHashCode(), read.GetHashCode());
        Assert.NotEqual(With(2), read);
        Assert.Equal("F1 0.5 Top3 1", $"{read.Metrics}");
    }

    private static TrainingHistory Read(TrainingHistory history) => TrainingHistoryJson.FromJson(TrainingHistoryJson.ToJson(history));

    private static TrainingHistory Under(ILrSchedule schedule) => Sample() is var sample ? sample with { Run = sample.Run with { Schedule = schedule } } : sample;

    private string At(string name) => Path.Combine(_folder.Path, name);

    internal static TrainingHistory Sample() => new()
    {
        Epochs =
        [
            new EpochRecord { Epoch = 1, Step = 23, LearningRate = 0.1 + 0.2, TrainLoss = 2.5, TrainAccuracy = 40, ValidationLoss = 1e-5, ValidationAccuracy = 87.5, Seconds = 1.25 },
            new EpochRecord { Epoch = 2, Step = 46, LearningRate = 0.1, TrainLoss = double.NaN, TrainAccuracy = null, ValidationLoss = double.PositiveInfinity, ValidationAccuracy = null, ValidationRSquared = -0.25, Seconds = 0.5 },
        ],
        Cycles = [new CycleRecord { Cycle = 1, Step = 46, ValidationLoss = 0.3, ValidationAccuracy = null, EnsembleLoss = 0.25, SwaAccuracy = 91 }],
        Status = TrainingStatus.StoppedEarly,
        StatusReason = "No cycle was better.",
        Run = new RunDescription
        {
            Schedule = new WarmupSchedule(new CyclicSchedule(0.01, 0.1, 23, mode: CyclicMode.ExpRange, gamma: 0.9999), 5),
            StepsPerEpoch = 23,
            BatchSize = 64,
            SampleCount = 1437,
            Model = "mlp:256,128",
            ModelIdentity = "mlp:256,128",
            Data = "digits",
            DataIdentity = "00ff",
            Cycles = CycleUse.Record,
            Optimizer = "Sgd, momentum 0.9, weight decay 0.0001",
            Learning = """{"Optimizer":{"Kind":"Sgd"},"Loss":{"ClassWeights":{"\u00FC":2}}}""",
            Device = "cpu",
            Threads = 2,
            Engine = "0.1.0",
            TorchSharp = "0.107.0",
            Libtorch = "2.10.0",
            Runtime = ".NET 10.0.12",
            Seed = -7,
        },
        Command = "New-CyclicSchedule 'ü' | Start-CyclicTraining # \"x\"",
    };
}
