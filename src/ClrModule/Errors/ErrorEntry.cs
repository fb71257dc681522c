using System.Management.Automation;

namespace ClrModule.Errors;

/// <summary>What is known of one error id.</summary>
/// <param name="Id">The id, without the cmdlet's name that PowerShell appends.</param>
/// <param name="Category">PowerShell's category of its records.</param>
/// <param name="Meaning">What went wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ErrorEntry(string Id, ErrorCategory Category, string Meaning, string Remedy);
