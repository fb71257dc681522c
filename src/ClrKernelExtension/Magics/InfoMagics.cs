using ClrEngine.Torch;
using ClrKernelExtension.Formatting;

namespace ClrKernelExtension.Magics;

/// <summary>What is there: devices, and the commands themselves.</summary>
internal static class InfoMagics
{
    public static Magic Devices { get; } = new("#!clr-devices", "Lists the devices that can train.", [],
        (_, surface) => Show(surface, new NotebookTable(
            ["name", "kind", "default", "libtorch"],
            [.. TorchDevices.List().Select(d => new[] { d.Name, d.Kind, d.IsDefault ? "yes" : "", d.Library })])));

    public static Magic Help { get; } = new("#!clr-help", "Lists the magic commands and their parameters.", [],
        (_, surface) => Show(surface, new NotebookTable(
            ["command", "what it does"],
            [.. ClrMagics.All.SelectMany(Rows)])));

    private static IEnumerable<string[]> Rows(Magic magic) =>
        [[magic.Name, magic.Description], .. magic.Parameters.Select(p => new[] { "    " + p.Name, p.Description })];

    private static Task Show(NotebookSurface surface, NotebookTable table)
    {
        surface.Display(new HtmlOutput(table.ToHtml(), table.ToText()));
        return Task.CompletedTask;
    }
}
