using System.Management.Automation;
using static System.Management.Automation.ErrorCategory;

namespace ClrModule.Errors;

/// <summary>
/// Every error id of the module, sorted, with its category and remedy. An id names its cause; it never changes its meaning.
/// <c>Invalid</c> before a parameter's name is the id of a value that the parameter refuses, and needs no entry.
/// </summary>
public static class ErrorCatalog
{
    private const string InvalidParameter = "Invalid";

    /// <summary>The entries, in the order of their ids; the last stands for all parameters.</summary>
    public static IReadOnlyList<ErrorEntry> All =>
    [
        new("AccessDenied", PermissionDenied, "A file or folder may not be read or written.", "Change its permissions, or give another path."),
        new("AugmentNotForData", InvalidArgument, "`-Augment` varies images, and the data has none.", "Leave `-Augment` out, or give data of images."),
        new("BaseLrNotBelowMaxLr", InvalidArgument, "The lower rate is not below the upper one.", "Swap them, or lower `-BaseLr`."),
        new("BaseMomentumNotBelowMaxMomentum", InvalidArgument, "The momentum at the top of a cycle is above that at its bottom.", "Swap them."),
        new("BrowserFailed", ResourceUnavailable, "Chromium drew no picture.", "Export as Html, or name another Chromium in `CLR_CHROMIUM`."),
        new("BrowserNotFound", NotInstalled, "PNG and SVG need Chromium, and none was found.", "Install it, name its executable in `CLR_CHROMIUM`, or export as Html."),
        new("CheckpointChecksum", InvalidData, "A file of a checkpoint is not what was written.", "Go on from an older checkpoint; look at the disk."),
        new("CheckpointFolderInUse", ResourceUnavailable, "Another run that still lives owns the folder.", "Wait for it, stop it, or give another folder."),
        new("CheckpointFolderNotEmpty", InvalidData, "The folder holds another run's checkpoints.", "Give `-Resume` to go on, `-Force` to begin anew, or another folder."),
        new("CheckpointFormat", InvalidData, "A file of a checkpoint is not what this module writes.", "Give the folder of a run of this module."),
        new("CheckpointMissing", InvalidData, "A file that belongs to a checkpoint is not there.", "Go on from an older checkpoint, or begin anew with `-Force`."),
        new("CheckpointNoSpace", ResourceUnavailable, "There is too little free space to write a checkpoint.", "Free some, lower `-CheckpointKeep`, or give another folder."),
        new("CheckpointNoneGood", InvalidData, "There are checkpoints, but none that is good.", "Begin anew with `-Force`, or restore the folder."),
        new("CheckpointNotWritten", WriteError, "A checkpoint could not be written.", "Do what the message of the system says."),
        new("CheckpointOtherRun", InvalidData, "The checkpoint is of another model, data set, schedule or setting.", "Give what it was made with, `-Force` to begin anew, or another folder."),
        new("CheckpointPathMissing", InvalidArgument, "A parameter of checkpoints was given without their folder.", "Give `-CheckpointPath`."),
        new("CheckpointTooFar", InvalidData, "The run has gone further than was asked for.", "Give more `-Epochs`, or `-Force` to begin anew."),
        new("CheckpointVersion", InvalidData, "An earlier or later version of the module wrote the checkpoint.", "Go on with that version, or give `-Force` to begin anew."),
        new("ConvolutionsNotRight", ResourceUnavailable, "libtorch computes the model's convolutions wrongly on this machine.", "Give the model channels in multiples of 16, use `-Device cuda`, or set the variable in the message."),
        new("DataCategories", InvalidData, "A column has too many different texts to be categories.", "Leave it out, or give it as numbers."),
        new("DataColumn", InvalidData, "A column that was asked for is not there, or stands twice.", "Give the name of one of the columns in the message."),
        new("DataCompression", InvalidData, "A compressed file is damaged.", "Download or pack it again."),
        new("DataCountMismatch", InvalidData, "Samples and labels differ in number.", "Take both files from the same set."),
        new("DataDimension", InvalidData, "A dimension in a file's header is negative.", "Download the file again, or write its header as the format says."),
        new("DataEmpty", InvalidData, "There is no sample, or a sample has no value.", "Give a file that holds samples."),
        new("DataLabel", InvalidData, "A label is not one of the classes.", "Mend the label, or name its class."),
        new("DataMagic", InvalidData, "A file does not start as its format demands.", "Check that the file is what its name says; a web page saved in its place is common."),
        new("DataMissing", InvalidData, "A file that belongs to the set is not there.", "Put it beside the others, under the name in the message."),
        new("DataMissingValue", InvalidData, "A cell is empty.", "Fill it, or remove its row or column."),
        new("DataNotFound", ObjectNotFound, "The text is no known data set, and nothing lies at it as a path.", "Give one of the names in the message, or a path that exists."),
        new("DataOptionWithoutUse", InvalidArgument, "An option was given that has no effect on this data.", "Leave it out; a label column, for one, belongs to tables."),
        new("DataOutside", InvalidData, "A link leads out of the folder that was named.", "Put the files themselves into the folder, or name the folder that holds both."),
        new("DataRowLength", InvalidData, "A row has more or fewer cells than the first.", "Mend the row that the message names."),
        new("DataShapeMismatch", InvalidData, "Training and validation samples differ in shape.", "Take both parts from the same set."),
        new("DataText", InvalidData, "A text cannot be read as the format writes it.", "Save the file again; the message names the place."),
        new("DataTooFew", InvalidData, "There are too few samples to hold some out for validation.", "Give more samples, or another `-ValidationFraction`."),
        new("DataTooLarge", InvalidData, "A header promises more than one array can hold.", "Split the file."),
        new("DataTrailing", InvalidData, "A file holds more than its header promises.", "Download it again, or mend its header."),
        new("DataTruncated", InvalidData, "A file holds less than its header promises.", "Download it again: the transfer broke off."),
        new("DataType", InvalidData, "An array's type of number cannot be read.", "Save the array as one of the types in the message."),
        new("DataUnknownFormat", InvalidData, "No known format reads this path.", "Give a path to one of the formats in the message."),
        new("DataValue", InvalidData, "A cell is no number.", "Mend it, or leave its column out."),
        new("DeviceNotFound", InvalidArgument, "The device is not on this machine, or this libtorch has no CUDA.", "Use `-Device cpu` or `auto`; see `Get-TorchDevice` and about_ClrModule_GPU."),
        new("DuplicateScheduleField", InvalidData, "A saved schedule has a field twice.", "Remove one of them."),
        new("EpochsAndCycles", InvalidArgument, "Both say how long a run goes on.", "Give `-Epochs` or `-Cycles`."),
        new("FileExists", ResourceExists, "A file of this name is there already.", "Give `-Force` to replace it, or another path."),
        new("FileNotReadable", ReadError, "A file cannot be read.", "Read the message of the system; close what holds the file, or give another path."),
        new("FileNotWritten", WriteError, "A file cannot be written.", "Read the message of the system; free some space, close what holds the file, or give another path."),
        new("FolderNotFound", InvalidArgument, "The folder that the file shall be written to is not there.", "Make it, or give another path."),
        new("GroupCountMismatch", InvalidArgument, "Lists of rates for parameter groups differ in length.", "Give each list as many values as there are parameter groups, or one for all."),
        new("HistoriesToOneFile", InvalidArgument, "Several training histories were given with one `-Path`.", "Write each to a file of its own."),
        new("InvalidMagicArgument", InvalidArgument, "In a notebook: an argument of a magic command cannot be read.", "Write it as the message shows."),
        new("InvalidModelArguments", InvalidArgument, "What follows the model's name cannot be read.", "Write it as the message shows, such as `mlp:256,128`."),
        new("InvalidScheduleField", InvalidData, "A field of a saved schedule has a value that cannot be used.", "Write the value as the message says."),
        new("LossNotForData", InvalidArgument, "The loss does not fit the targets of the data.", "Use the loss in the message, or leave out `-Loss`."),
        new("MissingScheduleField", InvalidData, "A saved schedule lacks a field.", "Add the field, or save the schedule again."),
        new("ModelBlock", InvalidArgument, "The script block of `-Model` did not give one TorchSharp module.", "Let it give one module that maps a tensor to a tensor, and nothing else."),
        new("ModelFileNotFound", ObjectNotFound, "There is no model file at this path.", "Give the path of a TorchScript file."),
        new("ModelInput", InvalidArgument, "The model cannot take samples of this shape.", "Use the model in the message, or one made for this shape."),
        new("ModelNotFound", InvalidArgument, "There is no model of this name.", "Give one of the names in the message, the path of a TorchScript file, or a TorchSharp module."),
        new("ModelNotFresh", InvalidArgument, "The code behind `-Model` gave a module that it gave before, and which was disposed.", "Make a new module each time, or give the module itself."),
        new("ModelOutput", InvalidArgument, "The model's output has not the shape that the data needs.", "End the model in a linear layer with as many outputs as the message says."),
        new("ModelTied", InvalidArgument, "Several layers of a TorchSharp module have one weight, which TorchSharp can neither convert nor move.", "Let one layer have it and call that layer twice, or train in 32 bits on the CPU."),
        new("MomentumNotSupported", InvalidArgument, "The schedule cycles a momentum that the optimiser does not have.", "Make the schedule with `-CycleMomentum $false`."),
        new("NativeCacheNotWritable", ResourceUnavailable, "What libtorch needs on this system can be written nowhere.", "Set the variable in the message to a folder that can be written to."),
        new("NoSuggestionAllNonFinite", InvalidResult, "No loss of the range test was finite.", "Lower `-StartLr` of the test; check the data for values that are not finite."),
        new("NoSuggestionNeverFell", InvalidResult, "The smoothed loss never fell by more than its noise.", "Raise `-EndLr` or `-Iterations` of the test, or its `-BatchSize`."),
        new("NoSuggestionNoAccuracy", InvalidResult, "Accuracies were to be read, and the task has no classes.", "Test with `-Metric Loss`."),
        new("NoSuggestionOutsideRange", InvalidResult, "The rule points at a rate that was not tested.", "Lower `-StartLr` of the test."),
        new("NoSuggestionTooFewPoints", InvalidResult, "The range test has fewer finite points than a slope needs.", "Raise `-Iterations`, or lower `-StartLr`."),
        new("NotASchedulerState", InvalidData, "The text is no state of a scheduler.", "Give what `ToJson` wrote."),
        new("NotReportable", InvalidArgument, "A report can't show this kind of object.", "Give it schedules, range tests, bounds and training histories."),
        new("NotTorchScript", InvalidData, "A model file is no TorchScript, or libtorch cannot read it.", "Export the model in Python with `torch.jit.script(model).save(path)`."),
        new("NothingToDraw", InvalidArgument, "There is nothing to draw.", "Give at least one object."),
        new("NothingToTrain", InvalidArgument, "The model has no parameter that can be trained.", "Set `requires_grad` on those that shall learn."),
        new("OutPathOfSeveralRuns", InvalidArgument, "Several schedules were given with one `-OutPath`.", "Train each schedule by itself, with an `-OutPath` of its own."),
        new("ParameterGroupEmpty", InvalidArgument, "No parameter of the model fits a pattern of `-ParameterGroup`.", "Write the patterns after the parameter names in the message."),
        new("ParameterNotDense", InvalidArgument, "A parameter of the model has gaps or overlaps in memory.", "Make it from its `contiguous()` copy."),
        new("ParameterWithoutGroup", InvalidArgument, "A parameter of the model fits no pattern of `-ParameterGroup`.", "Add `'*'` as the last pattern."),
        new("PhaseTooShort", InvalidArgument, "A phase of the schedule is shorter than one step.", "Give more steps, or other shares."),
        new("RangeTestUnreadable", InvalidData, "A file is no range test, or one of a later version.", "Give a file that `Export-LrRangeTest` wrote, or update the module."),
        new("RepeatsDiffer", InvalidArgument, "Range tests that shall be pooled swept other rates or steps.", "Give tests with equal options."),
        new("ReportNotShown", ResourceUnavailable, "The report is written, but there is no desktop to open it on, or nothing that opens such files.", "Open the file that the message names in a browser, or leave out `-Show`."),
        new("ResumeWithForce", InvalidArgument, "`-Resume` goes on with a run and `-Force` removes it.", "Give one of them."),
        new("SafetensorsDuplicateName", InvalidData, "Two tensors have the same name.", "Save the file again with one of each."),
        new("SafetensorsHeader", InvalidData, "The header is not the JSON that the format asks for.", "Save the file again."),
        new("SafetensorsHeaderLength", InvalidData, "The header is longer than the format allows.", "Check that the file is a safetensors file."),
        new("SafetensorsOffsets", InvalidData, "A tensor's place in the file is wrong.", "Copy or save the file again."),
        new("SafetensorsShape", InvalidData, "A shape is not a list of dimensions, or too large.", "Save the file again."),
        new("SafetensorsTensorType", InvalidData, "A tensor's type is not known.", "Save it as one of the types in the message."),
        new("SafetensorsTooLarge", InvalidData, "A tensor is larger than one array can hold.", "Split it."),
        new("SafetensorsTruncated", InvalidData, "The file ends before its header or its data does.", "Copy it again."),
        new("SavedObjectChanged", InvalidData, "A property of a copied object was changed after it was copied.", "Make a new object with the value that you want."),
        new("SavedObjectCutOff", InvalidData, "A copied object lacks parts: it was copied too shallow, or where this module was not loaded.", "Load ClrModule where it is copied, save it with the module's own Export cmdlets, or give the object itself."),
        new("ScheduleHasFewerCycles", InvalidArgument, "The schedule ends before as many cycles as were asked for.", "Give fewer `-Cycles`, or `-Epochs`."),
        new("ScheduleHasNoCycles", InvalidArgument, "Something works at the ends of cycles, and the schedule has none.", "Give a schedule that runs in cycles, or leave the parameter out."),
        new("ScheduleHoldsScript", SecurityError, "A saved schedule holds a script, and to read it is to run it.", "Look at the script; where you trust it, read with `-AllowScript`."),
        new("ScheduleMismatch", InvalidData, "A scheduler's state is of another schedule.", "Make the scheduler with the schedule that the state was saved with."),
        new("ScheduleNotJson", InvalidData, "The text is no JSON.", "Give a file that `Export-LrSchedule` wrote."),
        new("ScheduleNotSaveable", NotImplemented, "The schedule holds code whose text is not known.", "Make it from a script block, or save the parts that are data."),
        new("StartLrNotBelowEndLr", InvalidArgument, "The rate at which a range test starts is not below the one at which it ends.", "Swap them, or lower `-StartLr`."),
        new("StateMismatch", InvalidData, "A saved state belongs to another model or optimiser.", "Give the model, the data and the optimiser that it was saved with."),
        new("TensorBoardPathOfSeveralRuns", InvalidArgument, "Several schedules were given with one `-TensorBoardPath`.", "Train each schedule by itself, with a `-TensorBoardPath` of its own."),
        new("TorchLibraryNotFound", ResourceUnavailable, "libtorch was not found.", "Restore the package, or set `CLR_LIBTORCH`, as the message says."),
        new("TorchLibraryNotLoadable", ResourceUnavailable, "libtorch was found, and the system's loader refused it.", "Do what the message says: install the library that is missing, or use a newer system."),
        new("TorchLibraryNotPatchable", ResourceUnavailable, "libtorch asks for a newer C++ library than this system has, and could not be adapted.", "Install a newer libstdc++, or restore the package again."),
        new("TorchOperation", InvalidOperation, "libtorch refused a piece of work, such as a training step.", "Look at the line of libtorch in the message; `$DebugPreference = 'Continue'` shows the whole of its own message."),
        new("TorchOutOfMemory", ResourceUnavailable, "libtorch found too little memory, on the device or on the machine.", "Lower `-BatchSize`, raise `-AccumulationSteps`, or give a smaller model."),
        new("TrainedModelInfo", InvalidData, "A file describes its model in words that are not known.", "Write it again with this version."),
        new("TrainedModelNoFile", InvalidArgument, "No file of trained weights was given.", "Give at least one; check the wildcard."),
        new("TrainedModelNoInfo", InvalidData, "A file of weights does not say of which model they are.", "Give a file that `Start-CyclicTraining -OutPath` wrote."),
        new("TrainedModelOtherClasses", InvalidData, "The data has a class that the model does not know.", "Give data with the classes in the message."),
        new("TrainedModelOtherMembers", InvalidData, "The members of an ensemble do not answer the same question.", "Give files of one run, or of runs on the same data."),
        new("TrainedModelOtherShape", InvalidData, "The samples have another shape than those that the model knows.", "Give data of that shape."),
        new("TrainedModelOtherTargets", InvalidData, "The data has classes and the model predicts values, or the other way round.", "Give data with targets of the kind in the message."),
        new("TrainingHistoryFileType", InvalidArgument, "The name of a training history's file does not tell its kind.", "Let it end in .json, .csv or .parquet."),
        new("TrainingHistoryNotWhole", InvalidData, "The file is a table of epochs, not a whole history.", "Give the .json file of the run, or read the rows with `Import-Csv`."),
        new("TrainingHistoryUnreadable", InvalidData, "A file is no training history.", "Give a file that `Export-TrainingHistory` wrote."),
        new("TrainingHistoryVersion", InvalidData, "A later version of the module wrote the training history.", "Update the module."),
        new("UnknownScheduleField", InvalidData, "A saved schedule has a field that is not known.", "Remove it, or mend its name."),
        new("UnknownScheduleKind", InvalidData, "A saved schedule is of a kind that is not known.", "Use one of the kinds in the message, or a newer version."),
        new("UnknownScheduleVersion", InvalidData, "A schedule was saved by a version that this one does not read.", "Update the module, or save the schedule again."),
        new("VariableNotFound", ObjectNotFound, "In a notebook: a magic command names a variable that is not there.", "Make it with the command in the message, or name another."),
        new("VariableOfAnotherType", InvalidType, "In a notebook: a variable holds something else than the magic command needs.", "Make it with the command in the message, or name another."),
        new(InvalidParameter + "<Parameter>", InvalidArgument, "The parameter refuses the value.", "Give a value as the message says: it names the value and what is allowed."),
    ];

    /// <summary>What is known of an id, or null.</summary>
    /// <param name="id">The id, such as <c>DeviceNotFound</c>.</param>
    public static ErrorEntry? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.FirstOrDefault(entry => entry.Id == id)
            ?? (id.StartsWith(InvalidParameter, StringComparison.Ordinal) ? All[^1] with { Id = id } : null);
    }
}

/// <summary>What is known of one error id.</summary>
/// <param name="Id">The id, without the cmdlet's name that PowerShell appends.</param>
/// <param name="Category">PowerShell's category of its records.</param>
/// <param name="Meaning">What went wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ErrorEntry(string Id, ErrorCategory Category, string Meaning, string Remedy);
