using ClrModule.Errors;

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
