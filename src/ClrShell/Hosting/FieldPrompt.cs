using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ClrShell.Hosting;

/// <summary>Asks for values by name, as for mandatory parameters that were not given.</summary>
internal sealed class FieldPrompt(ShellOutput output, InputReader input)
{
    /// <summary>Gives the value of each field under its name.</summary>
    public Dictionary<string, PSObject?> Ask(string caption, string message, IReadOnlyList<FieldDescription> fields)
    {
        input.RequireTerminal(
            $"The script needs {string.Join(", ", fields.Select(field => field.Name))}",
            $"Give {string.Join(" and ", fields.Select(field => $"-{field.Name}"))} as an argument.");
        WriteLines(caption, message);
        return fields.ToDictionary(field => field.Name, field => (PSObject?)PSObject.AsPSObject(Ask(field)));
    }

    /// <summary>Asks for a user's name, where it is not given, and a password.</summary>
    public PSCredential AskCredential(string caption, string message, string? userName)
    {
        input.RequireTerminal("The script asks for a credential");
        WriteLines(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            output.Write("User: ");
            userName = input.ReadLine("The script asks for a user's name");
        }

        output.Write($"Password for user {userName}: ");
        return new PSCredential(userName, input.ReadSecret("The script asks for a password"));
    }

    private object Ask(FieldDescription field)
    {
        // A type that this process does not know is text to it; the binder converts it or says why not.
        var type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
        if (type == typeof(PSCredential))
        {
            return AskCredential("", field.Label, userName: null);
        }

        if (type == typeof(SecureString))
        {
            output.Write($"{field.Name}: ");
            return input.ReadSecret($"The script needs {field.Name}");
        }

        return type.IsArray || typeof(IList).IsAssignableFrom(type)
            ? AskList(field.Name, type.GetElementType() ?? typeof(object))
            : AskValue(field.Name, type);
    }

    private object[] AskList(string name, Type elementType)
    {
        var items = new List<object>();
        while (true)
        {
            var label = $"{name}[{items.Count}]";
            output.Write($"{label}: ");
            var text = input.ReadLine($"The script needs {label}");
            if (text.Length == 0)
            {
                return [.. items];
            }

            if (TryConvert(text, elementType, out var item))
            {
                items.Add(item);
            }
        }
    }

    private object AskValue(string name, Type type)
    {
        while (true)
        {
            output.Write($"{name}: ");
            if (TryConvert(input.ReadLine($"The script needs {name}"), type, out var value))
            {
                return value;
            }
        }
    }

    private bool TryConvert(string text, Type type, out object value)
    {
        if (LanguagePrimitives.TryConvertTo(text, type, out value))
        {
            return true;
        }

        output.WriteErrorLine($"'{text}' is no {type.Name}.");
        return false;
    }

    private void WriteLines(params string?[] lines)
    {
        foreach (var line in lines.Where(line => !string.IsNullOrEmpty(line)))
        {
            output.Write(line + Environment.NewLine);
        }
    }
}
