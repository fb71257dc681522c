using ClrModule.Tests.Hosting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClrModule.Tests.Errors;

/// <summary>Every error id that the sources can produce, read from their syntax.</summary>
internal static class ErrorIds
{
    /// <summary>The ids, each with the place that produces it. An id that is put together at run time is not among them.</summary>
    public static IReadOnlyList<(string Id, string Place)> InSources() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Of(CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot()).Select(id => (id, Path.GetRelativePath(Repository.Root, file))))
            .Distinct(),
    ];

    private static IEnumerable<string> Of(SyntaxNode root) =>
    [
        .. root.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
            .Where(creation => creation.Type.ToString().EndsWith("InvalidParameterException", StringComparison.Ordinal) && creation.ArgumentList is not null)
            .Select(creation => OfInvalidParameter(creation.ArgumentList!.Arguments))
            .OfType<string>(),
        .. root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Require" } })
            .Select(call => Literal(call.ArgumentList.Arguments[^1].Expression))
            .OfType<string>()
            .Select(name => "Invalid" + name),
        .. root.DescendantNodes().OfType<PropertyDeclarationSyntax>()
            .Where(property => property.Identifier.Text == "ErrorId")
            .SelectMany(property => property.DescendantNodes().OfType<LiteralExpressionSyntax>())
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression) && literal.Parent is not BinaryExpressionSyntax)
            .Select(literal => literal.Token.ValueText),
    ];

    private static string? OfInvalidParameter(SeparatedSyntaxList<ArgumentSyntax> arguments) =>
        arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.Text == "errorId") is { } named ? Literal(named.Expression)
        : arguments.Count > 3 ? Literal(arguments[3].Expression)
        : Literal(arguments[0].Expression) is { } name ? "Invalid" + name
        : null;

    private static string? Literal(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax { Token.Value: string text } => text,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } } name => name.ArgumentList.Arguments[0].ToString().Split('.')[^1],
        _ => null,
    };
}
