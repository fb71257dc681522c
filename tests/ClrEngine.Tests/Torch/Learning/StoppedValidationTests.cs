using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

/// <summary>A validation over many batches ends between two of them when it is cancelled, and leaves the model as it was.</summary>
public sealed class StoppedValidationTests : IDisposable
{
    // Three validation batches.
    private readonly TrainingData _data = Learners.Data(samples: 3000);
    private readonly CancellationTokenSource _cancel = new();
    private readonly CountedModel _model;
    private readonly TorchLearner _learner;

    public StoppedValidationTests()
    {
        TorchLibrary.EnsureLoaded();
        _model = new CountedModel();
        _learner = new TorchLearner(_model, _data, new LearnerOptions { Device = "cpu" });
    }

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
        _cancel.Dispose();
    }

    [Fact]
    public void An_evaluation_stops_after_the_batch_that_it_is_in()
    {
        _model.Called = _cancel.Cancel;
        Assert.Throws<OperationCanceledException>(() => _learner.Evaluate(_cancel.Token));
        Assert.Equal((1, true), (_model.Calls, _model.training));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_snapshot_that_is_stopped_is_no_member_and_leaves_the_weights_as_they_were(int call)
    {
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        ensemble.Add(TestContext.Current.CancellationToken);
        Learners.Losses(_learner, new BatchPlan(_data.Train.Count, 16, 0), 0, 5);
        Evaluation before = _learner.Evaluate(TestContext.Current.CancellationToken);
        int from = _model.Calls;
        _model.Called = () => { if (_model.Calls == from + call) _cancel.Cancel(); };
        Assert.Throws<OperationCanceledException>(() => ensemble.Add(_cancel.Token));
        Assert.Equal(from + call, _model.Calls);
        Assert.Single(ensemble.Members);
        Assert.Equal(before, _learner.Evaluate(TestContext.Current.CancellationToken));
    }

    private sealed class CountedModel : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner = Learners.Model();

        public CountedModel()
            : base(nameof(CountedModel)) => RegisterComponents();

        public int Calls { get; private set; }

        public Action? Called { get; set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            Called?.Invoke();
            return _inner.call(input);
        }
    }
}
