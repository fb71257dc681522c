using System.Management.Automation.Runspaces;

namespace ClrShell.Arguments;

/// <summary>
/// Turns a script's arguments into parameters for the engine's own binder:
/// <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c>, <c>-Switch:$false</c> and positional values.
/// </summary>
internal static class ScriptArguments
{
    /// <summary>Gives one parameter for each name or value, in order.</summary>
    public static IReadOnlyList<CommandParameter> Read(IReadOnlyList<string> arguments)
    {
        var parameters = new List<CommandParameter>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (!IsName(argument))
            {
                parameters.Add(new CommandParameter(null, argument));
            }
            else if (colon < 0)
            {
                // A lone name keeps its dash, which tells the engine to bind the value that follows, if one does.
                parameters.Add(new CommandParameter(argument));
            }
            else if (colon < argument.Length - 1)
            {
                parameters.Add(new CommandParameter(argument[..colon], Literal(argument[(colon + 1)..])));
            }
            else if (i + 1 < arguments.Count)
            {
                parameters.Add(new CommandParameter(argument[..colon], arguments[++i]));
            }
            else
            {
                parameters.Add(new CommandParameter(argument[..colon]));
            }
        }

        return parameters;
    }

    // A learning rate or a seed may be negative: "-1" and "-.5" are values.
    private static bool IsName(string argument) =>
        argument.Length > 1 && argument[0] == '-' && (char.IsLetter(argument[1]) || argument[1] is '_' or '?');

    // No shell but PowerShell itself turns "$false" into a value, and a switch takes no text.
    private static object? Literal(string text) => text.ToUpperInvariant() switch
    {
        "$TRUE" => true,
        "$FALSE" => false,
        "$NULL" => null,
        _ => text,
    };
}
