using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ClrShell.Hosting;

/// <summary>Reads from whoever sits at the terminal. Ctrl+C ends a read as it ends anything else.</summary>
internal sealed class InputReader(ShellOutput output, CancellationToken interruption)
{
    /// <summary>Fails where nobody can answer.</summary>
    /// <param name="what">What is asked for, as the start of a sentence.</param>
    /// <param name="remedy">What to do about it.</param>
    public void RequireTerminal(string what, string remedy = "Run it in a terminal.")
    {
        if (!output.Terminal.InputIsTerminal)
        {
            throw Failure($"{what}, and the input is redirected: nobody can answer. {remedy}", "InputRedirected");
        }
    }

    /// <summary>Reads a line.</summary>
    public string ReadLine(string what)
    {
        RequireTerminal(what);
        output.HideProgress();
        return Await(Console.In.ReadLine) ?? throw Failure($"{what}, and the input has ended.", "InputEnded");
    }

    /// <summary>Reads a line without showing it.</summary>
    public SecureString ReadSecret(string what)
    {
        RequireTerminal(what);
        output.HideProgress();
        var secret = Await(ReadKeys);
        output.Write(Environment.NewLine);
        return secret;
    }

    private static SecureString ReadKeys()
    {
        var secret = new SecureString();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                if (secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                }
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        return secret;
    }

    // The console's reads cannot be cancelled. After Ctrl+C the read is left behind, and the process ends.
    private T Await<T>(Func<T> read)
    {
        var reading = Task.Run(read);
        try
        {
            reading.Wait(interruption);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        return reading.Result;
    }

    private static HostException Failure(string message, string id) =>
        new(message, innerException: null, id, ErrorCategory.ResourceUnavailable);
}
