using ClrEngine.Torch;

namespace ClrModule.Binding.Completion;

/// <summary>Completes <c>-Device</c>.</summary>
public sealed class DeviceCompleter : ListCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Text)> Values => TorchDeviceNames.Known;
}
