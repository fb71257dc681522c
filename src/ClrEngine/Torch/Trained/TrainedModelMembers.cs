using ClrEngine.Torch.Models;
using ClrEngine.Training;

namespace ClrEngine.Torch.Trained;

/// <summary>The files of trained models that shall answer together, and whether they belong together and to the model that is given for them.</summary>
internal static class TrainedModelMembers
{
    /// <exception cref="TrainedModelException">A file does not describe its model, there is none, or they do not belong together.</exception>
    /// <exception cref="InvalidParameterException">A model is given where the files' own is built by name, or none where it is not.</exception>
    public static (TrainedModelInfo Info, IReadOnlyList<StateTensor> Tensors)[] Read(IReadOnlyList<string> paths, ModelSource? model)
    {
        (TrainedModelInfo Info, IReadOnlyList<StateTensor> Tensors)[] files = [.. paths.Select(TrainedModelFile.Read)];
        if (files.Length == 0)
            throw new TrainedModelException(TrainedModelErrors.NoFile, "No file was given; give at least one file of trained weights.");
        TrainedModelInfo first = files[0].Info;
        for (int i = 1; i < files.Length; i++)
        {
            if (!files[i].Info.AnswersAlike(first))
                throw new TrainedModelException(TrainedModelErrors.OtherMembers, $"'{paths[i]}' was trained on another shape, other targets or another scaling than '{paths[0]}'; give files of one run, or of runs on the same data.");
            if (model is null && files[i].Info.Model != first.Model)
                throw new TrainedModelException(TrainedModelErrors.OtherMembers, $"'{paths[i]}' is of the net {files[i].Info.Model} and '{paths[0]}' of {first.Model}, and models that answer together are of one net; give files of one of them.");
        }
        bool isNamed = ModelCatalog.IsName(first.Model);
        if (model is not null && isNamed && first.Run.ModelIdentity == first.Model && model.Identity() != first.Model)
        {
            // One that is TorchScript, where none may be, is refused for that.
            if (!model.IsBuilt)
                model.Open(first.InputShape, first.Outputs);
            throw new InvalidParameterException("Model", model.Name, $"'{paths[0]}' has the weights of {first.Model}, which is built by that name; leave -Model (of Export-TrainedModel, -Module) out.", TrainedModelErrors.ModelIsNamed);
        }
        return model is not null || isNamed ? files
            : throw new InvalidParameterException("Model", first.Model, $"'{paths[0]}' has the weights of '{first.Model}', which is not built by name; give the model that it was trained as, its TorchScript file or a module, as -Model (of Export-TrainedModel, -Module).", ModelCatalog.ModelNotFound);
    }

    /// <summary>What is said where the weights do not fit the model that is given for them.</summary>
    public static TrainedModelException OtherNet(IReadOnlyList<string> paths, TrainedModelInfo info, ModelSource model, StateMismatchException mismatch) => new(
        TrainedModelErrors.OtherNet,
        $"The weights of '{info.Model}' in {string.Join(", ", paths.Select(static path => $"'{path}'"))} do not fit the net '{model.Name}': {mismatch.Difference} Give the net that they were trained in as -Model (of Export-TrainedModel, -Module).",
        mismatch);
}
