namespace ClrEngine.Torch.Optimizers;

/// <summary>Truth values as objects, each made once.</summary>
internal static class Flag
{
    private static readonly object True = true;
    private static readonly object False = false;

    public static object Of(bool value) => value ? True : False;
}
