using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Directives;

namespace Microsoft.DotNet.Interactive
{
    public class Kernel(string name)
    {
        public static Kernel Root => KernelInvocationContext.Current!.HandlingKernel;

        public string Name { get; } = name;

        public List<Kernel> Children { get; } = [];

        public Dictionary<string, object> Variables { get; } = [];

        public Dictionary<string, (KernelActionDirective Directive, Func<KernelCommand, KernelInvocationContext, Task> Handler)> Directives { get; } = [];

        public void AddDirective<TCommand>(KernelActionDirective directive, Func<TCommand, KernelInvocationContext, Task> handler)
            where TCommand : KernelCommand =>
            Directives.Add(directive.Name, (directive, (command, context) => handler((TCommand)command, context)));

        public Task SendAsync(KernelCommand command)
        {
            var value = (SendValue)command;
            Children.Single(child => child.Name == value.TargetKernelName).Variables[value.Name] = value.Value;
            return Task.CompletedTask;
        }
    }

    public static class KernelExtensions
    {
        public static Kernel? FindKernelByName(this Kernel kernel, string name) => kernel.Children.FirstOrDefault(child => child.Name == name);
    }
}

namespace Microsoft.DotNet.Interactive.CSharp
{
    public sealed class CSharpKernel() : Kernel("csharp")
    {
        public bool TryGetValue<T>(string name, out T? value)
        {
            bool found = Variables.TryGetValue(name, out object? raw);
            value = raw is T typed ? typed : default;
            return found && raw is T;
        }
    }
}

// Not in the host's namespace Microsoft.DotNet.Interactive.PowerShell: the C# kernel has no reference to that assembly, so no cell can name the type.
namespace ClrKernelExtension.Tests.Host
{
    public sealed class PowerShellKernel() : Microsoft.DotNet.Interactive.Kernel("pwsh")
    {
        public List<string> ModulePaths { get; } = [];

        public void AddModulePath(string modulePath) => ModulePaths.Add(modulePath);
    }
}
