using System.Management.Automation;
using System.Reflection;
using ClrHelp.Pages;

namespace ClrHelp.Reading;

/// <summary>Makes the page of one cmdlet.</summary>
internal sealed class CmdletReader(CmdletInfo cmdlet, XmlComments comments)
{
    private static readonly string[] OfEveryCmdlet = [.. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters];

    private readonly object _defaults = Activator.CreateInstance(cmdlet.ImplementingType)!;

    public CmdletPage Read(CmdletSource source) => new()
    {
        Name = cmdlet.Name,
        Synopsis = comments.Of(cmdlet.ImplementingType),
        Description = source.Description,
        Syntax = [.. cmdlet.ParameterSets.Select(set => new SyntaxLine(set.Name, [.. Ordered(set).Select(Page)]))],
        Parameters = [.. cmdlet.ParameterSets.SelectMany(Ordered).DistinctBy(parameter => parameter.Name).Select(Page)],
        Inputs = [.. PipelineTypes().Select(Note)],
        Outputs = [.. cmdlet.OutputType.Select(output => output.Type).Where(type => type is not null).Select(Note)],
        Examples = source.Examples,
        SeeAlso = source.SeeAlso,
        SupportsShouldProcess = cmdlet.ImplementingType.GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess,
    };

    private static IEnumerable<CommandParameterInfo> Ordered(CommandParameterSetInfo set) => set.Parameters
        .Where(parameter => !OfEveryCmdlet.Contains(parameter.Name))
        .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
        .ThenBy(parameter => !parameter.IsMandatory);

    private ParameterPage Page(CommandParameterInfo parameter)
    {
        PropertyInfo property = cmdlet.ImplementingType.GetProperty(parameter.Name)!;
        Type type = TypeName.Plain(parameter.ParameterType);
        return new ParameterPage
        {
            Name = parameter.Name,
            Type = TypeName.Short(type),
            Text = comments.Of(property),
            Values = [.. type.IsEnum ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(value => (value.Name, comments.Of(value))) : Offered(property)],
            IsSwitch = type == typeof(SwitchParameter),
            IsMandatory = parameter.IsMandatory,
            Position = parameter.Position < 0 ? null : parameter.Position,
            Default = parameter.IsMandatory ? null : DefaultValue.Of(property.GetValue(_defaults)),
            Aliases = [.. parameter.Aliases],
            PipelineInput = (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
            {
                (true, true) => "true (ByValue, ByPropertyName)",
                (true, false) => "true (ByValue)",
                (false, true) => "true (ByPropertyName)",
                _ => "false",
            },
            AcceptsWildcards = property.GetCustomAttribute<SupportsWildcardsAttribute>() is not null,
        };
    }

    // A completer knows what the parameter takes; paths are not values.
    private static IEnumerable<(string, string)> Offered(PropertyInfo property) =>
        property.GetCustomAttribute<ArgumentCompleterAttribute>()?.Type is { } completer
            ? ((IArgumentCompleter)Activator.CreateInstance(completer)!)
                .CompleteArgument("", "", "", null!, null!)
                .Where(result => result.ResultType == CompletionResultType.ParameterValue)
                .Select(result => (result.CompletionText, result.ToolTip))
            : [];

    private IEnumerable<Type> PipelineTypes() => cmdlet.ParameterSets
        .SelectMany(set => set.Parameters)
        .Where(parameter => parameter.ValueFromPipeline)
        .Select(parameter => parameter.ParameterType)
        .Distinct();

    private TypeNote Note(Type type) => new(TypeName.Full(type), comments.Of(type.IsArray ? type.GetElementType()! : type));
}
