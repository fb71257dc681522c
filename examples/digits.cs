// The main job in C#, as a file: dotnet run digits.cs
#:package ClrEngine@*
#:property PublishAot=false
// Where a folder above keeps the versions of packages in one file.
#:property ManagePackageVersionsCentrally=false

using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;

const int Epochs = 24;
TrainingData digits = DataCatalog.Default.Load("digits");
var options = new TrainingJobOptions { Length = new TrainingOptions { Epochs = Epochs } };

// No rate is chosen by hand: a range test finds the bounds.
LrSuggestion found;
long stepsPerEpoch;
using (TorchSession session = TorchSession.Open(new ModelSource("mlp"), digits, options.Learning, options.BatchSize, options.Seed))
{
    var test = new LrRangeTest(session.Learner, session.Plan, new LrRangeTestOptions { Epochs = Epochs }) { Description = session.Description };
    foreach (LrRangeTestPoint _ in test.Run()) { }
    foreach (LrTrialStep _ in test.RunTrials()) { }
    found = LrBoundsSuggester.Suggest(test.Result, LrBoundsSuggester.UsualMethod);
    stepsPerEpoch = session.Plan.StepsPerEpoch;
}
if (found is not LrBounds bounds)
{
    Console.Error.WriteLine(found);
    return 1;
}
Console.WriteLine($"Bounds: {bounds.BaseLr:G3} to {bounds.MaxLr:G3}");

var schedule = new CyclicSchedule(bounds.BaseLr, bounds.MaxLr, Epochs / 2 * stepsPerEpoch);
using var job = new TrainingJob(new ModelSource("mlp"), digits, schedule, options) { Warn = Console.Error.WriteLine };
job.Open();
foreach (TrainingTick tick in job.Run())
{
    if (tick.Epoch is { } epoch)
        Console.WriteLine($"epoch {epoch.Epoch}: loss {epoch.ValidationLoss:F4}, accuracy {epoch.ValidationAccuracy:F2} %");
}
Console.WriteLine($"Best accuracy: {job.Finish().BestValidationAccuracy:F2} %");
return 0;
