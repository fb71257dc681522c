using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Trained;

/// <summary>Files of trained models that do not belong together, or not to the model that is given for them.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class TrainedModelMembersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TrainedModelMembersTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Given_two_nets_when_opened_as_one_ensemble_then_both_are_named()
    {
        var refused = Assert.Throws<TrainedModelException>(() => TrainedModel.Open([Written("a", new ModelSource("mlp:8")), Written("b", new ModelSource("mlp:9"))], device: "cpu"));
        Assert.Equal(TrainedModelErrors.OtherMembers, refused.Cause);
        Assert.Contains("is of the net mlp:9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("of mlp:8, and models that answer together are of one net", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_model_for_weights_whose_own_is_built_by_name_when_opened_then_it_is_refused_unless_it_is_the_same()
    {
        string path = Written("a", new ModelSource("mlp:8"));
        using nn.Module<Tensor, Tensor> net = Learners.Model();
        Assert.Equal("TrainedModelIsNamed", Assert.Throws<InvalidParameterException>(() => TrainedModel.Open([path], ModelSource.FromModule(net), "cpu")).ErrorId);
        using TrainedModel same = TrainedModel.Open([path], new ModelSource("mlp:8"), "cpu");
        Assert.Equal(1, same.Members);
    }

    [Fact]
    public void Given_another_net_than_the_weights_are_of_when_opened_then_both_are_named()
    {
        using nn.Module<Tensor, Tensor> net = Learners.Model(), other = nn.Sequential(("hidden", nn.Linear(4, 3)));
        var refused = Assert.Throws<TrainedModelException>(() => TrainedModel.Open([Written("a", ModelSource.FromModule(net)!)], ModelSource.FromModule(other), "cpu"));
        Assert.Equal(TrainedModelErrors.OtherNet, refused.Cause);
        Assert.StartsWith("The weights of 'Sequential' in ", refused.Message, StringComparison.Ordinal);
    }

    private string Written(string name, ModelSource source)
    {
        TrainingData data = Learners.Data();
        string path = _folder.At($"{name}.safetensors");
        nn.Module<Tensor, Tensor> module = source.Open(data.Shape, Learners.Classes);
        TrainedModelFile.Write(path, ModelWeights.Export(module), TrainedModelInfo.FromRun(new RunDescription { Model = source.Name, ModelIdentity = source.Identity() }, data, new LossOptions()));
        if (source.IsBuilt)
            module.Dispose();
        return path;
    }
}
