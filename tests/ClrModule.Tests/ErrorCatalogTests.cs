using System.Reflection;
using ClrEngine.Errors;
using ClrModule.Errors;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClrModule.Tests;

public sealed class ErrorCatalogTests
{
    // Named as the C# interface names them: no cmdlet lets a user give them, or it has another word.
    private static readonly string[] OfTheEngine = ["InvalidStep", "InvalidSampleCount", "InvalidSchedules", "InvalidWarmupSteps", "InvalidMost", "InvalidId", "InvalidGroups"];

    [Fact]
    public void Every_id_in_the_sources_is_in_the_catalog() => Checkout.MissesNothing(
        ErrorIds.InSources()
            .Where(found => ErrorCatalog.Find(found.Id) is null)
            .Select(found => $"{found.Id} ({found.Place})"),
        "Add an entry to src/ClrModule/Errors/ErrorCatalog.cs.");

    [Fact]
    public void Every_refused_parameter_is_one_that_a_user_can_give()
    {
        string[] known = [.. ErrorCatalog.All.Select(entry => entry.Id), .. OfTheEngine, .. Parameters().Select(name => "Invalid" + name)];
        Checkout.MissesNothing(
            ErrorIds.InSources().Where(found => found.Id.StartsWith("Invalid", StringComparison.Ordinal) && !known.Contains(found.Id)).Select(found => $"{found.Id} ({found.Place})"),
            "Name the parameter as the cmdlet does, or give the error an id of its own.");
    }

    [Fact]
    public void No_entry_is_left_of_an_error_that_is_gone() => Checkout.MissesNothing(
        ErrorCatalog.All.SkipLast(1).Select(entry => entry.Id)
            .Except(ErrorIds.InSources().Select(found => found.Id))
            .Except(["AccessDenied", "FileNotReadable", "BaseLrNotBelowMaxLr", "BaseMomentumNotBelowMaxMomentum"]),
        "Remove the entry.");

    [Fact]
    public void The_entries_are_sorted_and_each_says_what_to_do()
    {
        Assert.Equal(ErrorCatalog.All.SkipLast(1).Select(entry => entry.Id).Order(StringComparer.Ordinal), ErrorCatalog.All.SkipLast(1).Select(entry => entry.Id));
        Assert.All(ErrorCatalog.All, entry => Assert.True(entry.Meaning.EndsWith('.') && entry.Remedy.EndsWith('.'), entry.Id));
    }

    private static IEnumerable<string> Parameters() => Checkout.Pages.SelectMany(page => page.Parameters).SelectMany(parameter => parameter.Aliases.Append(parameter.Name)).Distinct();
}

/// <summary>Every error id that the sources can produce, read from their syntax.</summary>
internal static class ErrorIds
{
    private static readonly Assembly[] Assemblies = [typeof(IClrError).Assembly, typeof(ClrFigures.ClrFigure).Assembly, typeof(ErrorCatalog).Assembly];

    /// <summary>The ids, each with the place that produces it.</summary>
    public static IReadOnlyList<(string Id, string Place)> InSources() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Of(CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot()).Select(id => (id, Path.GetRelativePath(Checkout.Root, file))))
            .Distinct(),
    ];

    private static IEnumerable<string> Of(SyntaxNode root) =>
    [
        .. root.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>().SelectMany(OfCreation),
        .. root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Require" } })
            .Select(call => Literal(call.ArgumentList.Arguments[^1].Expression))
            .OfType<string>()
            .Select(name => "Invalid" + name),
        .. root.DescendantNodes().OfType<PropertyDeclarationSyntax>()
            .Where(property => property.Identifier.Text == "ErrorId" && property.ExpressionBody is not null)
            .SelectMany(property => OfProperty(property, property.ExpressionBody!.Expression)),
    ];

    private static IEnumerable<string> OfCreation(BaseObjectCreationExpressionSyntax creation)
    {
        string type = creation is ObjectCreationExpressionSyntax named ? named.Type.ToString().Split('.')[^1] : ReturnTypeAround(creation);
        if (creation.ArgumentList is not { Arguments: { Count: > 0 } arguments } || !type.EndsWith("Exception", StringComparison.Ordinal) || !IsClrError(type))
            return [];
        string[] words = [.. arguments.Skip(type == "InvalidParameterException" ? 1 : 0).SelectMany(a => Words(a.Expression))];
        return words.Length > 0 ? words
            : type == "InvalidParameterException" && Literal(arguments[0].Expression) is { } parameter && arguments.Count == 3 ? ["Invalid" + parameter]
            : [];
    }

    // An id is one word; a message is a sentence.
    private static IEnumerable<string> Words(ExpressionSyntax expression) => expression.DescendantNodesAndSelf()
        .OfType<LiteralExpressionSyntax>()
        .Select(literal => literal.Token.Value)
        .OfType<string>()
        .Where(text => text.Length > 6 && char.IsUpper(text[0]) && text.All(char.IsLetterOrDigit));

    private static IEnumerable<string> OfProperty(PropertyDeclarationSyntax property, ExpressionSyntax expression)
    {
        if (expression is BinaryExpressionSyntax { Left: LiteralExpressionSyntax prefix } sum && TypeOf(property) is { } owner)
            return Enum.GetNames(MemberType(owner, sum.Right.ToString())).Select(name => prefix.Token.ValueText + name);
        return expression.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.Value).OfType<string>();
    }

    private static Type MemberType(Type owner, string path) => path.Split('.').Aggregate(owner, (type, name) => type.GetProperty(name)!.PropertyType);

    private static Type? TypeOf(SyntaxNode node) => ClrType(node.Ancestors().OfType<TypeDeclarationSyntax>().First().Identifier.Text);

    private static bool IsClrError(string type) => ClrType(type) is { } known && typeof(IClrError).IsAssignableFrom(known);

    private static Type? ClrType(string name) => Assemblies.SelectMany(assembly => assembly.GetTypes()).FirstOrDefault(type => type.Name == name);

    private static string ReturnTypeAround(SyntaxNode node) =>
        node.Ancestors().OfType<MethodDeclarationSyntax>().FirstOrDefault()?.ReturnType.ToString() ?? "";

    private static string? Literal(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax { Token.Value: string text } => text,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } } name => name.ArgumentList.Arguments[0].ToString().Split('.')[^1],
        _ => null,
    };
}
