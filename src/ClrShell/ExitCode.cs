namespace ClrShell;

/// <summary>The exit codes that the shell itself gives; a script's <c>exit N</c> gives any other.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>An error ended the script, or it never started.</summary>
    public const int Failure = 1;

    /// <summary>Ended by Ctrl+C: 128 and the number of SIGINT, as POSIX shells report it.</summary>
    public const int Interrupted = 130;
}
