using ClrEngine.Tests.Torch.Learning;
using ClrEngine.Torch.Cycles;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Cycles;

[Collection(nameof(TorchRandomState))]
public sealed class BorrowedWeightsTests
{
    [Fact]
    public void Given_a_saved_snapshot_whose_validation_fails_when_added_then_the_learner_has_its_own_weights_again()
    {
        TorchLibrary.EnsureLoaded();
        using var model = new Fragile();
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });
        using ISnapshotEnsemble ensemble = learner.NewEnsemble();
        IReadOnlyList<StateTensor> own = ModelWeights.Export(model);
        StateTensor[] saved = [.. own.Select(tensor => new StateTensor(tensor.Name, tensor.Type, tensor.Shape, new byte[tensor.Bytes.Length]))];
        model.IsBroken = true;
        Assert.Throws<NotSupportedException>(() => ensemble.AddSaved(saved));
        Assert.Empty(ensemble.Members);
        Assert.All(own.Zip(ModelWeights.Export(model)), pair => Assert.Equal(pair.First.Bytes.ToArray(), pair.Second.Bytes.ToArray()));
    }

    private sealed class Fragile : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layer = nn.Linear(4, Learners.Classes);

        public Fragile()
            : base(nameof(Fragile)) => RegisterComponents();

        public bool IsBroken { get; set; }

        public override Tensor forward(Tensor input) => IsBroken ? throw new NotSupportedException("broken") : _layer.forward(input);
    }
}
