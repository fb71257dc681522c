using System.Reflection;
using ClrEngine.RangeTest.Suggestions;
using Xunit.Sdk;
using Xunit.v3;

namespace ClrEngine.Tests.RangeTest;

/// <summary>Runs a theory once for each rule.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachMethodAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<SuggestionMethod>().Select(m => new TheoryDataRow<SuggestionMethod>(m))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
