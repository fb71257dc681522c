using System.Management.Automation;
using ClrModule.Binding.Completion;

namespace ClrModule.Binding;

/// <summary>Takes only what the parameter's completer offers: one list for both.</summary>
/// <param name="completer">The type of the completer.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateListedAttribute(Type completer) : ValidateArgumentsAttribute
{
    /// <summary>The type of the completer.</summary>
    public Type Completer { get; } = completer;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        string[] listed = [.. ((ListCompleter)Activator.CreateInstance(Completer)!).Listed];
        if (!listed.Contains(arguments?.ToString(), StringComparer.OrdinalIgnoreCase))
            throw new ValidationMetadataException($"'{arguments}' is none of {string.Join(", ", listed)}.");
    }
}
