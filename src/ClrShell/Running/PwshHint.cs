using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ClrShell.Running;

/// <summary>
/// Adds to the error for an unknown command, where the command comes with pwsh, the sentence that says so. It does
/// that as an extension of the exception's type, so that the engine's own error view and a script's
/// <c>$_.Exception.Message</c> both have it, and the error keeps its position, type and id.
/// </summary>
internal static class PwshHint
{
    public static string CommandLine { get; set; } = "pwsh";

    public static SessionStateTypeEntry TypeEntry
    {
        get
        {
            var type = new TypeData(typeof(CommandNotFoundException));
            const string Name = nameof(Exception.Message);
            type.Members.Add(Name, new CodePropertyData(Name, typeof(PwshHint).GetMethod(nameof(Message)), null));
            return new SessionStateTypeEntry(type, isRemove: false);
        }
    }

    /// <summary>Gives the message of an error for an unknown command. Called by the engine.</summary>
    /// <param name="instance">The <see cref="CommandNotFoundException"/>.</param>
    /// <returns>Its message, and the hint where the command comes with pwsh.</returns>
    public static string Message(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var error = (CommandNotFoundException)instance.BaseObject;
        return PwshCommands.Contains(error.CommandName)
            ? $"{error.Message}\nThis shell embeds PowerShell's engine with its core cmdlets only; pwsh runs it in full:\n{CommandLine}"
            : error.Message;
    }
}
