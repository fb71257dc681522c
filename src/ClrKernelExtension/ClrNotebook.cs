using ClrFigures;
using ClrKernelExtension.Formatting;

namespace ClrKernelExtension;

/// <summary>What a notebook calls when the extension loads.</summary>
public static class ClrNotebook
{
    private const string Offer =
        "Clr: #!clr-help lists the magic commands; schedules, range tests, bounds and histories draw themselves; #!pwsh cells can Import-Module ClrModule.";

    /// <summary>
    /// The folder from which PowerShell cells import ClrModule by name: <c>module</c> beside the assembly,
    /// or at the root of the package that the assembly lies in.
    /// </summary>
    /// <returns>The folder, or null where the assembly came without it.</returns>
    public static string? ModulePath
    {
        get
        {
            string folder = Path.GetDirectoryName(typeof(ClrNotebook).Assembly.Location) ?? "";
            return new[] { Path.Combine(folder, "module"), Path.GetFullPath(Path.Combine(folder, "..", "..", "module")) }
                .FirstOrDefault(Directory.Exists);
        }
    }

    /// <summary>Makes the product's objects draw themselves, and gives the output that a notebook shows once: plotly.js and one line on what there is.</summary>
    /// <returns>The output; figures further down wait for it.</returns>
    public static HtmlOutput Load()
    {
        NotebookFormatters.Register();
        return new HtmlOutput($"{FigureHtml.Loader}\n<p>{Encoded.Html(Offer)}</p>", Offer);
    }
}
