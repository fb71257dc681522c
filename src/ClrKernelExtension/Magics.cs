using ClrEngine.Torch;
using ClrFigures;

namespace ClrKernelExtension;

/// <summary>All magic commands, and those that say what there is.</summary>
internal static class Magics
{
    private static readonly Magic Devices = new("#!clr-devices", "Lists the devices that can train.", [],
        (_, cell) => Show(cell, ["Name", "Kind", "Default", "libtorch"], TorchDevices.List().Select(d => new[] { d.Name, d.Kind, d.IsDefault ? "yes" : "", d.Library })));

    private static readonly Magic Help = new("#!clr-help", "Lists the magic commands and their parameters.", [],
        (_, cell) => Show(cell, ["Command", "What it does"], All!.SelectMany(Rows)));

    /// <summary>The commands, in the order of the work.</summary>
    public static IReadOnlyList<Magic> All { get; } =
    [
        ScheduleMagics.Schedule,
        ScheduleMagics.Modes,
        TrainingMagics.RangeTest,
        TrainingMagics.Suggest,
        TrainingMagics.Train,
        Devices,
        Help,
    ];

    private static IEnumerable<string[]> Rows(Magic magic) =>
        [[magic.Name, magic.Description], .. magic.Parameters.Select(p => new[] { "    " + p.Name, p.Description })];

    private static Task Show(NotebookCell cell, string[] columns, IEnumerable<string[]> rows)
    {
        cell.Display(HtmlOutput.From(new TextTable([.. columns.Select(name => new TextColumn(name))], [.. rows])));
        return Task.CompletedTask;
    }
}
