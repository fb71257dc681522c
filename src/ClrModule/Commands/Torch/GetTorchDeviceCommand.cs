namespace ClrModule.Commands.Torch;

/// <summary>Lists the devices that can train.</summary>
[Cmdlet(VerbsCommon.Get, "TorchDevice")]
[OutputType(typeof(TorchDeviceInfo))]
public sealed class GetTorchDeviceCommand : ClrCommand
{
    protected override void Process() => WriteObject(TorchDevices.List(), enumerateCollection: true);
}
