namespace ClrModule.Binding;

/// <summary>
/// A value of an enumeration as a parameter takes it: by name, whatever the case. PowerShell completes a bare enumeration
/// itself, without a word on what its values mean; this lets the parameter's own completer speak.
/// </summary>
/// <typeparam name="T">The enumeration.</typeparam>
public readonly record struct Choice<T> where T : struct, Enum
{
    /// <summary>A known value.</summary>
    /// <param name="value">The value.</param>
    public Choice(T value) => Value = value;

    /// <summary>A value by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FormatException">There is no such value.</exception>
    public Choice(string name) => Value = Enum.TryParse(name, ignoreCase: true, out T value) && Enum.IsDefined(value)
        ? value
        : throw new FormatException($"'{name}' is not one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>The value.</summary>
    public T Value { get; }

    /// <summary>The value.</summary>
    /// <param name="choice">A choice.</param>
    public static implicit operator T(Choice<T> choice) => choice.Value;

    /// <summary>A choice of a value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Choice<T>(T value) => new(value);

    /// <summary>The value's name.</summary>
    public override string ToString() => Value.ToString();
}
