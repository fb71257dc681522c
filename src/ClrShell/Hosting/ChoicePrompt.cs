using System.Management.Automation.Host;

namespace ClrShell.Hosting;

/// <summary>Asks for one of several choices, as a confirmation does.</summary>
internal sealed class ChoicePrompt(ShellOutput output, InputReader input)
{
    /// <summary>Gives the index of the choice that was made; an empty answer is the default, where there is one.</summary>
    public int Ask(string caption, string message, IReadOnlyList<ChoiceDescription> choices, int defaultChoice)
    {
        input.RequireTerminal(
            $"The script asks '{string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries))}'",
            "Run it in a terminal, or give -Confirm:$false or -Force where the command has it.");
        output.Write(Heading(caption, message));
        while (true)
        {
            output.Write(Question(choices, defaultChoice));
            var answer = input.ReadLine("The script asks for a choice").Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            if (answer == "?")
            {
                output.Write(Help(choices));
                continue;
            }

            for (var i = 0; i < choices.Count; i++)
            {
                if (IsAnswer(answer, choices[i]))
                {
                    return i;
                }
            }
        }
    }

    private static string Heading(string caption, string message)
    {
        var lines = new[] { caption, message }.Where(line => !string.IsNullOrEmpty(line));
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }

    private static string Question(IReadOnlyList<ChoiceDescription> choices, int defaultChoice)
    {
        var all = string.Concat(choices.Select(choice => $"[{Key(choice)}] {Label(choice)}  "));
        var byDefault = defaultChoice >= 0 ? $" (default is \"{Key(choices[defaultChoice])}\")" : "";
        return $"{all}[?] Help{byDefault}: ";
    }

    private static string Help(IReadOnlyList<ChoiceDescription> choices) =>
        string.Concat(choices.Select(choice => $"{Key(choice)} - {choice.HelpMessage}{Environment.NewLine}"));

    private static bool IsAnswer(string answer, ChoiceDescription choice) =>
        answer.Equals(Key(choice), StringComparison.OrdinalIgnoreCase)
        || answer.Equals(Label(choice), StringComparison.OrdinalIgnoreCase);

    // The key is the letter behind "&"; a choice without one is answered by its label.
    private static string Key(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant() : choice.Label;
    }

    private static string Label(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);
}
