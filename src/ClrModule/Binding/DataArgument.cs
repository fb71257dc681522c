using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Errors;

namespace ClrModule.Binding;

/// <summary>What <c>-Data</c> takes: a name, a path as the shell knows it, or a data set.</summary>
internal static class DataArgument
{
    public static TrainingData Resolve(object data, PSCmdlet cmdlet, DataOptions? options = null) =>
        (data is PSObject wrapped ? wrapped.BaseObject : data) switch
        {
            TrainingData set => set,
            string name => DataCatalog.Default.Load(DataCatalog.Default.IsName(name) ? name : Absolute(name, cmdlet), options),
            FileSystemInfo file => DataCatalog.Default.Load(file.FullName, options),
            var other => throw new InvalidParameterException("Data", other, $"A {other.GetType().Name} is not a data set; give a name such as digits, a path, or an object from Import-TrainingData."),
        };

    private static string Absolute(string path, PSCmdlet cmdlet) =>
        cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
}
