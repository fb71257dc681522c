namespace ClrEngine.Torch.Trained;

/// <summary>A trained model cannot be used.</summary>
public sealed class TrainedModelException(ErrorCause cause, string message, Exception? innerException = null) : ClrException(cause, message, innerException);

/// <summary>Why a trained model cannot be used.</summary>
internal static class TrainedModelErrors
{
    public static readonly ErrorCause NoInfo = new("TrainedModelNoInfo", ErrorKind.InvalidData,
        "A file of weights does not say of which model they are.", "Give a file that `Start-CyclicTraining -DestinationPath` wrote.");

    public static readonly ErrorCause Info = new("TrainedModelInfo", ErrorKind.InvalidData,
        "A file describes its model in words that are not known.", "Write it again with this version.");

    public static readonly ErrorCause Checksum = new("TrainedModelChecksum", ErrorKind.InvalidData,
        "The weights of a trained model, or their description, are not what was written.", "Copy the file again, or train the model again; look at the disk.");

    public static readonly ErrorCause OtherShape = new("TrainedModelOtherShape", ErrorKind.InvalidData,
        "The samples have another shape than those that the model knows.", "Give data of that shape.");

    public static readonly ErrorCause OtherFeatures = new("TrainedModelOtherFeatures", ErrorKind.InvalidData,
        "The columns of a table are not those that the model was trained on, or stand in another order.", "Give a table with the same columns in the same order.");

    public static readonly ErrorCause OtherClasses = new("TrainedModelOtherClasses", ErrorKind.InvalidData,
        "The data has a class that the model does not know.", "Give data with the classes in the message.");

    public static readonly ErrorCause OtherTargets = new("TrainedModelOtherTargets", ErrorKind.InvalidData,
        "The data has classes and the model predicts values, or the other way round.", "Give data with targets of the kind in the message.");

    public static readonly ErrorCause OtherMembers = new("TrainedModelOtherMembers", ErrorKind.InvalidData,
        "The members of an ensemble do not answer the same question.", "Give files of one run, or of runs on the same data.");

    public static readonly ErrorCause NotFinite = new("TrainedModelNotFinite", ErrorKind.InvalidResult,
        "A trained model answers a sample with NaN or infinity, so that nothing can be said of it.", "Look at the sample that the message names; train the model again where its weights are not finite.");

    public static readonly ErrorCause Exists = new("TrainedModelExists", ErrorKind.ResourceExists,
        "A folder holds the models of another run.", "Give `-Force` to replace them, or another folder.");

    public static readonly ErrorCause NoFile = new("TrainedModelNoFile", ErrorKind.InvalidArgument,
        "No file of trained weights was given.", "Give at least one; check the wildcard.");

    public static readonly ErrorCause ExportLayer = new("TrainedModelExportLayer", ErrorKind.InvalidArgument,
        "A trained model has a layer, or the name of a layer, for which the file to write has no words.", "Build the model of the layers in the message, or read its file of weights in Python with the code of the model.");

    public static readonly ErrorCause ExportEnsemble = new("TrainedModelExportEnsemble", ErrorKind.InvalidArgument,
        "Several trained models were given, and the file to write holds one.", "Give one, such as `swa.safetensors`, the mean of the snapshots.");

    public static readonly ErrorCause ExportSize = new("TrainedModelExportSize", ErrorKind.InvalidArgument,
        "A trained model is larger than a file of ONNX can be.", "Write it with `-Format Python`, or train a smaller one.");

    public static readonly ErrorCause ExportFormat = new("TrainedModelExportFormat", ErrorKind.InvalidArgument,
        "The end of a path does not say what a trained model is to be written as.", "Give a name that ends in `.onnx`, `.safetensors` or `.py`, or `-Format`.");

    public static readonly ErrorCause ExportName = new("TrainedModelExportName", ErrorKind.InvalidArgument,
        "A file of Python would have the name of a module that Python or PyTorch has, and be imported in its place.", "Give another name, such as `my_net.py`.");

    public static readonly ErrorCause ExportDevice = new("TrainedModelExportDevice", ErrorKind.InvalidArgument,
        "A path is that of a pipe or a device, and two files are to be written.", "Give the path of a file, or `-Format Onnx`, which is one.");

    public static readonly ErrorCause ModelIsNamed = new("TrainedModelIsNamed", ErrorKind.InvalidArgument,
        "Another model was given for weights whose model is built by the name in their file.", "Leave it out: it is for files whose model cannot be built by name.");

    public static readonly ErrorCause OtherNet = new("TrainedModelOtherNet", ErrorKind.InvalidData,
        "Weights do not fit the model that was given for them.", "Give the model that they were trained in.");
}
