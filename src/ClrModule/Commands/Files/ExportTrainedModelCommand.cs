using ClrEngine.Torch.Export;
using ClrEngine.Torch.Trained;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Files;

/// <summary>
/// Writes a trained model for programs without this module: as ONNX, or as weights and a file of Python that needs PyTorch alone. It takes samples as
/// the training data had them, scales them itself, and answers with the names of classes and their probabilities, or with values in their own unit.
/// </summary>
[Cmdlet(VerbsData.Export, "TrainedModel", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportTrainedModelCommand : FileExportCommand
{
    private readonly Dictionary<string, SweepFolder> _sweeps = [];
    private readonly List<string> _files = [];

    /// <summary>
    /// The trained model by its path as it is: a file that Start-CyclicTraining wrote to its DestinationPath, such as models/best.safetensors; the
    /// folder of a sweep's run stands for its best model, and so does the run as Get-TrainingSweep gives it.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(FileCompleter))]
    public object[] Model { get; set; } = [];

    /// <summary>What to write; if left out, what the end of the path says: .onnx, or .safetensors or .py for Python.</summary>
    [Parameter, NameOf<ModelFormat>(EmptyIsNone = true), ArgumentCompleter(typeof(EnumCompleter<ModelFormat>))]
    public Choice<ModelFormat>? Format { get; set; }

    /// <summary>By what samples are divided first: 255 where pixels will come as whole numbers from 0 to 255, and were learnt from as numbers from 0 to 1.</summary>
    [Parameter, PointDecimal]
    public double InputDivisor { get; set; } = 1;

    /// <summary>The net that takes the weights, where the file names one that is not built by name: a TorchSharp module, or a script block that makes one.</summary>
    [Parameter]
    public object? Module { get; set; }

    protected override object? Target => Model;

    protected override void Process() => _files.AddRange(Model.Select(FileOf));

    protected override void Finish()
    {
        if (_files.Count == 0 && HasFailed)
            return;
        string full = FullPathToWrite();
        ModelFormat format = Format ?? ModelExport.FormatOf(full);
        IReadOnlyList<string> paths = ModelExport.FilesFor(full, format);
        string[] files = [.. _files.Select(file => PathArgument.RequireFile(SweepRunFolder.IsRun(file) ? SweepRunFolder.BestModel(file, _sweeps) : file))];
        if (format == ModelFormat.Onnx && Array.Exists(files, file => FolderLinks.RealPath(file) == FolderLinks.RealPath(full)))
            throw new InvalidParameterException(nameof(Path), full, $"'{full}' is the file of the model itself, and its weights would be lost: give another path.", TrainedModelErrors.ExportName);
        foreach (string path in paths)
            RefuseTaken(path);
        using TrainedModel model = TrainedModel.Open(files, Module is null ? null : ModelArgument.Resolve(Module, this, refusesScript: false), "cpu");
        if (!ShouldProcess(string.Join(", ", paths), $"Write {model.Info.Model} as {format}"))
            return;
        foreach (string doubt in ModelExport.Write(model, full, format, InputDivisor))
            WriteWarning(doubt);
        if (PassThru)
            WriteObject(paths.Select(static path => new FileInfo(path)), enumerateCollection: true);
    }

    // Not by the property of this name, which a history has too, and which is no path.
    private string FileOf(object model) => (model.Plain() as string ?? PSObject.AsPSObject(model).Properties[nameof(FileInfo.FullName)]?.Value as string) is { } path ? this.FullPath(path)
        : throw new InvalidParameterException(nameof(Model), model, $"A {model.Plain()!.GetType().Name} is no trained model; give the path of its file, such as models/best.safetensors.");
}
