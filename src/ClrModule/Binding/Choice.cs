namespace ClrModule.Binding;

/// <summary>
/// A value of an enumeration as a parameter takes it: by name, whatever the case. PowerShell completes a bare enumeration
/// itself, without a word on what its values mean; this lets the parameter's own completer speak.
/// </summary>
public readonly record struct Choice<T> where T : struct, Enum
{
    public Choice(T value) => Value = value;

    public T Value { get; }

    public static implicit operator T(Choice<T> choice) => choice.Value;

    public static implicit operator Choice<T>(T value) => new(value);

    public override string ToString() => Value.ToString();
}
