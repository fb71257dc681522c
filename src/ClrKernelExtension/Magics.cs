using ClrEngine.Torch;

namespace ClrKernelExtension;

/// <summary>All magic commands, and those that say what there is.</summary>
internal static class Magics
{
    private static readonly Magic Compare = new(
        "#!clr-compare",
        "Compares training runs in one figure and one table.",
        [new("--runs", "The variables that hold them, with commas between; every history of the notebook if left out.")],
        (arguments, cell) =>
        {
            IReadOnlyList<NamedHistory> runs = arguments.Has("--runs")
                ? [.. ((IReadOnlyList<string>)arguments.Get("--runs", typeof(IReadOnlyList<string>))).SelectMany(name => Named(name, cell.Get<object>(name, "#!clr-train")))]
                : [.. cell.Notebook.All<TrainingHistory>().DistinctBy(found => found.Value).Select(found => new NamedHistory(found.Name, found.Value))];
            if (runs.Count == 0)
                throw new InvalidParameterException("runs", null, "There is no training run yet; make one with #!clr-train.", NotebookErrors.VariableNotFound);
            cell.Display(NotebookOutputs.Compare(runs));
            return Task.CompletedTask;
        });

    private static readonly Magic Devices = new("#!clr-devices", "Lists the devices that can train.", [],
        (_, cell) => Show(cell, NotebookTables.Devices(TorchDevices.List())));

    private static readonly Magic Help = new(
        "#!clr-help",
        "Lists the magic commands, or the parameters of one.",
        [new("--command", "The command, such as clr-train.") { Values = () => All!.Select(magic => magic.Name[2..]) }],
        (arguments, cell) =>
        {
            if (!arguments.Has("--command"))
                return Show(cell, new TextTable([new("Command"), new("What it does")], [.. All!.Select(magic => new[] { magic.Name, magic.Description })]));
            string name = "#!" + arguments.Text("--command", "").TrimStart('#', '!');
            Magic magic = All!.FirstOrDefault(magic => magic.Name == name)
                ?? throw new InvalidParameterException("command", name, $"There is no command {name}; #!clr-help lists them.", NotebookErrors.InvalidMagicArgument);
            return Show(cell, new TextTable([new("Parameter"), new("What it is")], [.. magic.Parameters.Select(p => new[] { p.Name, p.Description })], $"{magic.Name}: {magic.Description}"));
        });

    /// <summary>The commands, in the order of the work.</summary>
    public static IReadOnlyList<Magic> All { get; } =
    [
        TrainingMagics.RangeTest,
        TrainingMagics.Suggest,
        ScheduleMagics.Schedule,
        ScheduleMagics.OneCycle,
        ScheduleMagics.Restarts,
        ScheduleMagics.Decay,
        ScheduleMagics.StepDecay,
        ComposedScheduleMagics.StableDecay,
        ScheduleMagics.Constant,
        ComposedScheduleMagics.WarmUp,
        ScheduleMagics.Modes,
        TrainingMagics.Train,
        Compare,
        Devices,
        Help,
    ];

    private static IEnumerable<NamedHistory> Named(string name, object value) => value switch
    {
        TrainingHistory history => [new(name, history)],
        IEnumerable<TrainingHistory> several => several.Select((history, i) => new NamedHistory($"{name} {i + 1}", history)),
        _ => throw new InvalidParameterException(name, value, $"The variable '{name}' holds a {value.GetType().Name}, not a training run; make one with #!clr-train, or name another.", NotebookErrors.VariableOfAnotherType),
    };

    private static Task Show(NotebookCell cell, TextTable table)
    {
        cell.Display(HtmlOutput.From(table));
        return Task.CompletedTask;
    }
}
