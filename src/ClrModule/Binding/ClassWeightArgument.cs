using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Torch.Losses;

namespace ClrModule.Binding;

/// <summary>What <c>-ClassWeight</c> takes: the word balanced, numbers, or a table of names and numbers.</summary>
internal static class ClassWeightArgument
{
    public static ClassWeights Resolve(object weights) => Plain(weights) switch
    {
        ClassWeights made => made,
        string text when text.Equals("balanced", StringComparison.OrdinalIgnoreCase) => ClassWeights.Balanced,
        IDictionary table => ClassWeights.From(table.Keys.Cast<object>().ToDictionary(Text, key => Number(table[key], weights))),
        IEnumerable list and not string => ClassWeights.From(list.Cast<object?>().Select(item => Number(item, weights)).ToArray()),
        _ => throw NotWeights(weights),
    };

    private static double Number(object? value, object weights) =>
        LanguagePrimitives.TryConvertTo(Plain(value), CultureInfo.InvariantCulture, out double number) && Plain(value) is not null ? number : throw NotWeights(weights);

    private static string Text(object key) => Convert.ToString(Plain(key), CultureInfo.InvariantCulture)!;

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static InvalidParameterException NotWeights(object weights) =>
        new("ClassWeight", weights, "ClassWeight is balanced, a number for each class such as 1, 2.5, or a table such as @{ rare = 5 }.");
}
