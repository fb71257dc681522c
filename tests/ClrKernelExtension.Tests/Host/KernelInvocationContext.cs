using Microsoft.DotNet.Interactive.Commands;

namespace Microsoft.DotNet.Interactive;

public sealed class KernelInvocationContext(Kernel root, CancellationToken cancellationToken)
{
    private static readonly AsyncLocal<KernelInvocationContext?> Ambient = new();

    public static KernelInvocationContext? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public Kernel HandlingKernel { get; } = root;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public List<DisplayedValue> Displayed { get; } = [];

    public string? Failure { get; private set; }

    public void Fail(KernelCommand command, Exception? exception = null, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        Failure = message ?? exception?.ToString();
    }
}

public sealed class DisplayedValue(object value, string[] mimeTypes)
{
    public List<object> Shown { get; } = [value];

    public string[] MimeTypes { get; } = mimeTypes;

    public void Update(object updatedValue) => Shown.Add(updatedValue);
}

public static class KernelInvocationContextExtensions
{
    public static DisplayedValue Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
    {
        var shown = new DisplayedValue(value, mimeTypes);
        context.Displayed.Add(shown);
        return shown;
    }
}
