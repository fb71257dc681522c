using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ClrModule.Binding.Completion;

/// <summary>Offers the values of a list that begin as the word does, each with a line on what it is.</summary>
public abstract class ListCompleter : IArgumentCompleter
{
    /// <summary>The values, each with what it is.</summary>
    protected abstract IEnumerable<(string Value, string Text)> Values { get; }

    /// <summary>The values alone.</summary>
    public IEnumerable<string> Listed => Values.Select(item => item.Value);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = wordToComplete.Trim('\'', '"');
        return Values
            .Where(item => item.Value.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(item => new CompletionResult(item.Value, item.Value, CompletionResultType.ParameterValue, item.Text))
            .Concat(Paths(word));
    }

    /// <summary>Paths that the word begins, where the parameter takes any.</summary>
    /// <param name="word">The word, without quotes.</param>
    protected virtual IEnumerable<CompletionResult> Paths(string word) => [];
}
