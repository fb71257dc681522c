using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;

namespace ClrEngine.Tests.Torch.Augmentation;

[Collection(nameof(TorchRandomState))]
public sealed class AugmentedTrainingTests
{
    private static readonly LearnerOptions Plain = new() { Device = "cpu" };
    private static readonly LearnerOptions Augmented = Plain with { Augmentation = new AugmentationOptions { Crop = true } };

    public AugmentedTrainingTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void evaluation_sees_the_images_as_they_are() =>
        Assert.Equal(Session(Plain, s => s.Learner.Evaluate(TestContext.Current.CancellationToken)), Session(Augmented, s => s.Learner.Evaluate(TestContext.Current.CancellationToken)));

    [Fact]
    public void training_sees_other_images_and_the_same_seed_the_same_ones()
    {
        IReadOnlyList<double> augmented = Session(Augmented, s => Losses(s, 0, 30));

        Assert.NotEqual(Session(Plain, s => Losses(s, 0, 30)), augmented);
        Assert.Equal(Session(Augmented, s => Losses(s, 0, 30)), augmented);
    }

    [Fact]
    public void a_run_that_goes_on_in_the_middle_of_an_epoch_sees_the_same_images()
    {
        IReadOnlyList<double> whole = Session(Augmented, s => Losses(s, 0, 40));

        IReadOnlyList<double> resumed = Session(Augmented, first =>
        {
            Losses(first, 0, 17);
            using ILearnerState state = first.Learner.Capture();
            return Session(Augmented, second =>
            {
                second.Learner.Restore(state);
                return Losses(second, 17, 40);
            });
        });

        Assert.Equal(whole.Skip(17), resumed);
    }

    private static IReadOnlyList<double> Losses(TorchSession session, long from, long to)
    {
        for (long step = from; step < to; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 0.05));
        return session.Learner.Read().Losses;
    }

    private static T Session<T>(LearnerOptions options, Func<TorchSession, T> use)
    {
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:16"), Digits.Load(), options, 64, 2);
        return use(session);
    }
}
