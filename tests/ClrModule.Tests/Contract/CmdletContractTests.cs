using System.Management.Automation;
using System.Reflection;
using ClrModule.Binding;
using ClrModule.Commands;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Contract;

/// <summary>What holds for every cmdlet, also for one that is yet to come.</summary>
public sealed class CmdletContractTests
{
    private static readonly Type[] Cmdlets = [.. typeof(ClrCommand).Assembly.GetTypes().Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null)];

    private static readonly string[] Approved =
    [
        .. new[] { typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsOther), typeof(VerbsSecurity) }
            .SelectMany(verbs => verbs.GetFields().Select(verb => (string)verb.GetRawConstantValue()!)),
    ];

    private static readonly string[] VerbsThatChange = [VerbsData.Export, VerbsData.Save, VerbsCommon.Set, VerbsCommon.Remove, VerbsCommon.Clear, VerbsCommon.Copy, VerbsLifecycle.Start, VerbsData.Update];

    [Fact]
    public void The_manifest_exports_exactly_the_cmdlets_that_exist_in_order()
    {
        using var session = new PowerShellSession();
        var module = session.Get<PSModuleInfo>("Get-Module ClrModule");
        Assert.Equal(Cmdlets.Select(Name).Order(StringComparer.Ordinal), module.ExportedCmdlets.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(module.ExportedAliases);
        Assert.Empty(module.ExportedFunctions);
        Assert.Empty(module.ExportedVariables);
    }

    [Fact]
    public void A_verb_is_an_approved_one() => Assert.Empty(
        Cmdlets.Select(type => type.GetCustomAttribute<CmdletAttribute>()!.VerbName).Except(Approved));

    [Fact]
    public void A_cmdlet_is_sealed_and_lies_in_a_file_of_its_own() => Assert.Empty(
        Cmdlets.Where(type => !type.IsSealed || !File.Exists(Path.Combine(Repository.Root, "src", "ClrModule", "Commands", type.Name + ".cs"))).Select(Name));

    [Fact]
    public void A_cmdlet_has_at_most_two_positional_parameters()
    {
        using var session = new PowerShellSession();
        var sets = session.Run("Get-Command -Module ClrModule").All<CmdletInfo>().SelectMany(cmdlet => cmdlet.ParameterSets.Select(set => (cmdlet.Name, set)));
        Assert.Empty(sets.Where(item => item.set.Parameters.Count(p => p.Position >= 0) > 2).Select(item => $"{item.Name} {item.set.Name}"));
    }

    [Fact]
    public void A_cmdlet_says_what_comes_out() => Assert.Empty(
        Cmdlets.Where(type => !type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(o => o.Type).Any(o => o.Type is not null)).Select(Name));

    [Fact]
    public void A_cmdlet_that_changes_something_can_be_asked_what_it_would_do() => Completeness.Expect(
        Cmdlets.Where(type => VerbsThatChange.Contains(type.GetCustomAttribute<CmdletAttribute>()!.VerbName) && !type.GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess).Select(Name),
        "Set SupportsShouldProcess and ask ShouldProcess before the change.");

    [Fact]
    public void A_number_that_can_come_as_text_is_read_with_a_point() => Completeness.Expect(
        Parameters().Where(item => IsNumber(item.Property.PropertyType) && item.Property.GetCustomAttribute<PointDecimalAttribute>()?.EmptyIsNone != (Nullable.GetUnderlyingType(item.Property.PropertyType) is not null)).Select(Named),
        "Add [PointDecimal], or [PointDecimal(EmptyIsNone = true)] where the type is nullable.");

    [Fact]
    public void A_parameter_with_known_values_completes_with_tooltips() => Completeness.Expect(
        Parameters().Where(item => NeedsCompleter(item.Property) && item.Property.GetCustomAttribute<ArgumentCompleterAttribute>() is null).Select(Named),
        "Add [ArgumentCompleter(typeof(EnumCompleter<...>))], or the completer of Model, Data or Device.");

    [Fact]
    public void A_parameter_leaves_its_completion_to_its_completer() => Completeness.Expect(
        Parameters().Where(item => (Nullable.GetUnderlyingType(item.Property.PropertyType) ?? item.Property.PropertyType).IsEnum || item.Property.GetCustomAttribute<ValidateSetAttribute>() is not null).Select(Named),
        "Use Choice<...> for an enumeration and [ValidateListed(...)] for a set: PowerShell completes the bare ones without tooltips.");

    [Fact]
    public void A_mandatory_parameter_is_named_or_takes_its_value_from_the_pipeline() => Assert.Empty(
        Parameters().Where(item => item.Property.PropertyType == typeof(SwitchParameter) && item.Property.GetCustomAttributes<ParameterAttribute>().Any(p => p.Mandatory)).Select(Named));

    private static bool IsNumber(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        plain = plain.IsArray ? plain.GetElementType()! : plain;
        return plain == typeof(double) || plain == typeof(long) || plain == typeof(int);
    }

    private static bool NeedsCompleter(PropertyInfo property) =>
        (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Choice<>)
        || property.GetCustomAttribute<ValidateListedAttribute>() is not null
        || property.Name is "Model" or "Data" or "Device";

    private static IEnumerable<(Type Cmdlet, PropertyInfo Property)> Parameters() =>
        Cmdlets.SelectMany(type => type.GetProperties().Where(p => p.GetCustomAttributes<ParameterAttribute>().Any()).Select(p => (type, p)));

    private static string Named((Type Cmdlet, PropertyInfo Property) item) => $"{Name(item.Cmdlet)} -{item.Property.Name}";

    private static string Name(Type type) => type.GetCustomAttribute<CmdletAttribute>() is { } name ? $"{name.VerbName}-{name.NounName}" : type.Name;
}
