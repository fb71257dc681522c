namespace ClrFigures.Html;

/// <summary>The scripts and styles inside this assembly.</summary>
internal static class Scripts
{
    /// <summary>plotly.js 3, the basic bundle (scatter, bar and pie traces), with its licence at its top.</summary>
    public static string Plotly => Read("plotly.js");

    /// <summary>What draws figures with it.</summary>
    public static string Drawing => Read("clr-figures.js");

    /// <summary>The look of a page.</summary>
    public static string Style => Read("report.css");

    private static string Read(string name)
    {
        using Stream stream = typeof(Scripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not in {typeof(Scripts).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        // A literal end tag inside a string of a script would end the script element.
        return reader.ReadToEnd().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
    }
}
