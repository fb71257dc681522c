using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrModule.Commands.RangeTests;

/// <summary>Reads the bounds of a cyclic schedule off a range test.</summary>
[Cmdlet(VerbsCommon.Get, "SuggestedLrBounds")]
[OutputType(typeof(LrBounds), typeof(NoSuggestion))]
public sealed class GetSuggestedLrBoundsCommand : ClrCommand
{
    /// <summary>The range test.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), AcceptDeserialized]
    public LrRangeTestResult RangeTest { get; set; } = null!;

    /// <summary>The rule; All gives one object a rule, also where a rule has no suggestion.</summary>
    [Parameter(Position = 1), ValidateListed(typeof(MethodCompleter)), ArgumentCompleter(typeof(MethodCompleter))]
    public string Method { get; set; } = LrBoundsSuggester.UsualMethod.ToString();

    protected override object? Target => RangeTest;

    protected override void Process()
    {
        if (string.Equals(Method, MethodCompleter.All, StringComparison.OrdinalIgnoreCase))
        {
            WriteObject(LrBoundsSuggester.SuggestAll(RangeTest), enumerateCollection: true);
            return;
        }
        LrSuggestion suggestion = LrBoundsSuggester.Suggest(RangeTest, (SuggestionMethod)EnumName.Find(typeof(SuggestionMethod), Method)!);
        if (suggestion is NoSuggestion none)
            throw new NoSuggestionException(none);
        foreach (string warning in ((LrBounds)suggestion).Warnings)
            WriteWarning(warning);
        WriteObject(suggestion);
    }
}
