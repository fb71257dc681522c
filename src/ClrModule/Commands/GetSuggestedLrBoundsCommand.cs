using System.Management.Automation;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrModule.Commands;

/// <summary>Reads the bounds of a cyclic schedule off a range test.</summary>
[Cmdlet(VerbsCommon.Get, "SuggestedLrBounds")]
[OutputType(typeof(LrBounds))]
public sealed class GetSuggestedLrBoundsCommand : ClrCommand
{
    /// <summary>The range test.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public LrRangeTestResult RangeTest { get; set; } = null!;

    /// <summary>The rule.</summary>
    [Parameter]
    public SuggestionMethod Method { get; set; } = SuggestionMethod.Conservative;

    /// <inheritdoc/>
    protected override object? Target => RangeTest;

    /// <inheritdoc/>
    protected override void Process()
    {
        LrSuggestion suggestion = LrBoundsSuggester.Suggest(RangeTest, Method);
        if (suggestion is NoSuggestion none)
            throw new NoSuggestionException(none);
        WriteObject(suggestion);
    }
}
