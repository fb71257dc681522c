using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ClrEngine.Files;

namespace ClrHelp;

/// <summary>Imports a binary module into the engine, whose word on names, sets and positions is the last.</summary>
internal static class ModuleReader
{
    /// <summary>One page a cmdlet, in the order of their names.</summary>
    /// <param name="assembly">The module's assembly; its XML comments lie beside it.</param>
    /// <param name="documents">The folder with a markdown page for each cmdlet.</param>
    public static IReadOnlyList<CmdletPage> Read(string assembly, string documents)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // Completers look at the runspace of their thread.
        Runspace.DefaultRunspace = runspace;
        using var shell = PowerShell.Create(runspace);
        PSModuleInfo module = shell.AddCommand("Import-Module")
            .AddParameter("Name", Path.GetFullPath(assembly))
            .AddParameter("PassThru")
            .AddParameter("ErrorAction", "Stop")
            .Invoke<PSModuleInfo>()
            .Single();
        return
        [
            .. module.ExportedCmdlets.Values
                .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)
                .Select(cmdlet => new CmdletReader(cmdlet).Read(WrittenPart.Read(Path.Combine(documents, cmdlet.Name + ".md")))),
        ];
    }
}

/// <summary>Makes the page of one cmdlet.</summary>
internal sealed class CmdletReader(CmdletInfo cmdlet)
{
    private static readonly string[] OfEveryCmdlet = [.. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters];

    // PowerShell adds them itself to a cmdlet that changes something.
    private static readonly Dictionary<string, string> OfChanges = new()
    {
        ["WhatIf"] = "Says what would be done, and does nothing of it.",
        ["Confirm"] = "Asks before anything is done.",
    };

    private readonly object _defaults = Activator.CreateInstance(cmdlet.ImplementingType)!;

    public CmdletPage Read(WrittenPart written) => new(
        cmdlet.Name,
        XmlComments.Summary(cmdlet.ImplementingType),
        [.. cmdlet.ParameterSets.Select(set => Ordered(set).Where(IsShown).Select(Page).Concat(OfChange(set)).ToArray())],
        [.. cmdlet.ParameterSets.SelectMany(Ordered).DistinctBy(parameter => parameter.Name).OrderBy(parameter => GroupOf(parameter) is not null).Select(Page), .. OfChange(cmdlet.ParameterSets[0])],
        [.. cmdlet.ParameterSets.SelectMany(set => set.Parameters).Where(parameter => parameter.ValueFromPipeline).Select(parameter => parameter.ParameterType).Distinct().Select(Note)],
        [.. cmdlet.OutputType.Select(output => output.Type).Where(type => type is not null).Select(Note)],
        written);

    private IEnumerable<CommandParameterInfo> Ordered(CommandParameterSetInfo set) => set.Parameters
        .Where(parameter => !OfEveryCmdlet.Contains(parameter.Name))
        .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
        .ThenBy(parameter => !parameter.IsMandatory)
        .ThenBy(parameter => GroupOf(parameter) is not null);

    private PropertyInfo Property(CommandParameterInfo parameter) => cmdlet.ImplementingType.GetProperty(parameter.Name)!;

    // What nobody types stands in no line to be typed.
    private bool IsShown(CommandParameterInfo parameter) => Property(parameter).GetCustomAttributes<ParameterAttribute>().Any(attribute => !attribute.DontShow);

    // A category begins with the parameter that names it; what a class declares before its first is common.
    private string? GroupOf(CommandParameterInfo parameter) => Property(parameter) is var property ? property.DeclaringType!.GetProperties()
        .Where(other => other.DeclaringType == property.DeclaringType && other.MetadataToken <= property.MetadataToken)
        .OrderBy(other => other.MetadataToken)
        .Select(other => other.GetCustomAttribute<CategoryAttribute>()?.Category)
        .LastOrDefault(category => category is not null) : null;

    private ParameterPage Page(CommandParameterInfo parameter)
    {
        PropertyInfo property = Property(parameter);
        Type type = TypeName.Plain(parameter.ParameterType);
        string[] values = [.. type.IsEnum ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(value => $"- {value.Name}: {XmlComments.Summary(value)}") : Offered(property)];
        return new ParameterPage(
            parameter,
            GroupOf(parameter),
            TypeName.Short(type),
            string.Join('\n', [XmlComments.Summary(property), .. values.Length == 0 ? values : values.Prepend("")]),
            parameter.IsMandatory ? null : DefaultValue(property.GetValue(_defaults)),
            property.IsDefined(typeof(SupportsWildcardsAttribute)));
    }

    // A completer of a list knows what the parameter takes; others depend on the machine. Paths are not values.
    private static IEnumerable<string> Offered(PropertyInfo property) =>
        property.GetCustomAttribute<ArgumentCompleterAttribute>()?.Type is { } completer && completer.GetProperty("Listed") is not null
            ? ((IArgumentCompleter)Activator.CreateInstance(completer)!)
                .CompleteArgument("", "", "", null!, null!)
                .Where(result => result.ResultType == CompletionResultType.ParameterValue)
                .Select(result => $"- {result.CompletionText}: {result.ToolTip}")
            : [];

    // The value that a fresh cmdlet has, as text.
    private static string? DefaultValue(object? value) => value switch
    {
        null or SwitchParameter or "" => null,
        bool flag => flag ? "$true" : "$false",
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(DefaultValue)) is { Length: > 0 } all ? all : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static IEnumerable<ParameterPage> OfChange(CommandParameterSetInfo set) => set.Parameters
        .Where(parameter => OfChanges.ContainsKey(parameter.Name))
        .Select(parameter => new ParameterPage(parameter, null, TypeName.Short(parameter.ParameterType), OfChanges[parameter.Name], null, AcceptsWildcards: false));

    private static TypeNote Note(Type type) => new(TypeName.Full(type), XmlComments.Summary(type.IsArray ? type.GetElementType()! : type));
}

/// <summary>Types as a PowerShell user writes them.</summary>
internal static class TypeName
{
    /// <summary>The type beneath a nullable, or beneath a wrapper of an enumeration.</summary>
    public static Type Plain(Type type) =>
        Nullable.GetUnderlyingType(type) is { } underlying ? Plain(underlying)
        : type.IsGenericType && type.GetGenericArguments() is [{ IsEnum: true } choice] ? choice
        : type;

    /// <summary>An accelerator's name where there is one (<c>double</c>, <c>long</c>), else the bare name.</summary>
    public static string Short(Type type)
    {
        if (type.IsArray)
            return Short(type.GetElementType()!) + "[]";
        if (type == typeof(SwitchParameter))
            return "switch";
        string full = LanguagePrimitives.ConvertTypeNameToPSTypeName(type.FullName ?? type.Name).Trim('[', ']');
        return full.Contains('.', StringComparison.Ordinal) || full.Contains('`', StringComparison.Ordinal) ? Bare(type) : full;
    }

    /// <summary>The name with its namespace; generic arguments bare.</summary>
    public static string Full(Type type) =>
        type.Namespace is { } space && !type.IsArray ? $"{space}.{Bare(type)}" : Bare(type);

    private static string Bare(Type type)
    {
        if (type.IsArray)
            return Bare(type.GetElementType()!) + "[]";
        string name = type.IsNested && type.DeclaringType is { } outer ? $"{Bare(outer)}.{type.Name}" : type.Name;
        int mark = name.IndexOf('`', StringComparison.Ordinal);
        return mark < 0 ? name : $"{name[..mark]}<{string.Join(", ", type.GetGenericArguments().Select(Bare))}>";
    }
}

/// <summary>Summaries of the XML comments, as markdown.</summary>
internal static partial class XmlComments
{
    /// <summary>The summary of a type, a property or a field, empty where there is none; a property's wherever in the ancestry of its class it is written.</summary>
    public static string Summary(MemberInfo member) => XmlSummary.Element(member) is { } summary ? Text(summary) : "";

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" or "seealso" } see => $"`{Reference(see)}`",
                XElement { Name.LocalName: "paramref" or "typeparamref" } name => $"`{(string?)name.Attribute("name")}`",
                XElement { Name.LocalName: "para" } para => "\n\n" + Text(para),
                XElement other => Text(other),
                _ => "",
            });
        }
        return Blank().Replace(text.ToString(), " ").Trim();
    }

    private static string Reference(XElement see) =>
        (string?)see.Attribute("langword") ?? ((string?)see.Attribute("cref"))?.Split('.', ':', '(').Last(part => part.Length > 0 && !part.EndsWith(')')) ?? see.Value;

    [GeneratedRegex(@"[ \t]*\n[ \t]*(?!\n)|[ \t]{2,}")]
    private static partial Regex Blank();
}
