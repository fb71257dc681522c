using System.Net;

namespace ClrKernelExtension.Formatting;

/// <summary>Text made safe for the place that it goes to.</summary>
internal static class Encoded
{
    public static string Html(string? text) => WebUtility.HtmlEncode(text ?? "");
}
