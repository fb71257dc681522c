// The few types of the notebook host that extension.dib names, with the same names and signatures.
namespace Microsoft.DotNet.Interactive
{
    public sealed record FormattedValue(string MimeType, string Value);
}

namespace Microsoft.DotNet.Interactive.Commands
{
    public abstract class KernelCommand
    {
    }

    public abstract class KernelDirectiveCommand : KernelCommand
    {
    }

    public sealed class SendValue(string name, object value, FormattedValue? formattedValue = null, string? targetKernelName = null) : KernelCommand
    {
        public string Name { get; } = name;

        public object Value { get; } = value;

        public FormattedValue? FormattedValue { get; } = formattedValue;

        public string? TargetKernelName { get; } = targetKernelName;
    }
}

namespace Microsoft.DotNet.Interactive.Directives
{
    public sealed class KernelDirectiveParameter(string name)
    {
        public string Name { get; } = name;

        public string Description { get; init; } = "";

        public bool Required { get; init; }
    }

    public sealed class KernelActionDirective(string name)
    {
        public string Name { get; } = name;

        public string? Description { get; set; }

        public Type? KernelCommandType { get; set; }

        public ICollection<KernelDirectiveParameter> Parameters { get; } = [];
    }
}
