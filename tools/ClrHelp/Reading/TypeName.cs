using System.Management.Automation;

namespace ClrHelp.Reading;

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
