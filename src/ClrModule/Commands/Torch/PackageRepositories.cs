using System.Collections.ObjectModel;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Xml;
using System.Xml.Linq;
using ClrEngine.Torch.Native;

namespace ClrModule.Commands.Torch;

/// <summary>
/// The places that a machine fetches packages from. Feeds are asked by PSResourceGet, which PowerShell brings and which knows their credentials;
/// folders are read here, for PSResourceGet takes modules alone from them.
/// </summary>
internal sealed class PackageRepositories(PSCmdlet cmdlet, string? repository, PSCredential? credential)
{
    private static readonly ErrorCause TorchPackageNotFetched = new(nameof(TorchPackageNotFetched), ErrorKind.ResourceUnavailable,
        "No repository gives a package of libtorch.", "Read what each repository said; give `-Repository`, or bring the packages with `Save-TorchLibrary`.");

    private static readonly ErrorCause RepositoryNotFound = new(nameof(RepositoryNotFound), ErrorKind.ObjectNotFound,
        "No repository is registered by this name, and no folder has it.", "See `Get-PSResourceRepository`, or give a feed's address or a folder.");

    private static readonly ErrorCause CredentialWithoutRepository = new(nameof(CredentialWithoutRepository), ErrorKind.InvalidArgument,
        "Credentials were given, and no repository that they are for.", "Give `-Repository` too.");

    private const string Save = """
        param($package, $version, $folder, $name, $address, $credential)
        $ErrorActionPreference, $ProgressPreference = 'Stop', 'SilentlyContinue'
        $kind = if ($address -like '*/index.json') { @{ ApiVersion = 'V3' } } else { @{} }
        $with = if ($credential) { @{ Credential = $credential } } else { @{} }
        if ($address) { Register-PSResourceRepository $name -Uri $address @kind }
        try { Save-PSResource $package -Version $version -Repository $name -Path $folder -AsNupkg -SkipDependencyCheck -TrustRepository -Confirm:$false @with }
        finally { if ($address) { Unregister-PSResourceRepository $name } }
        """;

    private const string Registered = "param($name) Get-PSResourceRepository -Name $name -ErrorAction Stop";

    private List<Place>? _places;

    /// <summary>A folder, a registered repository, or a feed's address that is registered while it is asked.</summary>
    private sealed record Place(string Name, string? Folder, string? Address, PSCredential? Credential);

    /// <summary>Takes a package from the first place that gives it; later ones are asked for it there first.</summary>
    public string Fetch(TorchPackage package, string folder)
    {
        _places ??= [.. Places()];
        List<string> reasons = [];
        foreach (Place place in _places)
        {
            string? file = null;
            try
            {
                cmdlet.WriteVerbose($"Fetching {package} from {place.Name}.");
                file = place.Folder is { } here ? InFolder(here, package) : FromFeed(place, package, folder);
            }
            catch (RuntimeException refused) when (refused is not PipelineStoppedException)
            {
                reasons.Add($"{place.Name}: {refused.Message}");
                continue;
            }
            if (file is not null)
            {
                _places = [place, .. _places.Where(other => other != place)];
                return file;
            }
            reasons.Add($"{place.Name}: it has no such package.");
        }
        throw new NotFetchedException(TorchPackageNotFetched, $"{package} could not be fetched.{string.Concat(reasons.Select(reason => $"{Environment.NewLine}  {reason}"))}");
    }

    private IEnumerable<Place> Places()
    {
        if (repository is not null)
            return [Given(repository)];
        // Nobody else shall see them.
        if (credential is not null)
            throw new InvalidParameterException("Credential", credential.UserName, "Credential is for one repository: give Repository too.", CredentialWithoutRepository);
        return Run(Registered, "*").Select(FromRegistered).OfType<Place>().Concat(NuGetSources());
    }

    private Place Given(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return new(text, null, text, credential);
        if (Directory.Exists(cmdlet.FullPath(text)))
            return new(text, cmdlet.FullPath(text), null, null);
        try
        {
            return FromRegistered(Run(Registered, text).First())!;
        }
        catch (RuntimeException missing) when (missing is not PipelineStoppedException)
        {
            throw new NotFetchedException(RepositoryNotFound, $"'{text}' is no registered repository and no folder; see Get-PSResourceRepository, or give the address of a feed.", missing);
        }
    }

    // Null for a gallery of PowerShell's, which has modules alone, unless it was asked for.
    private Place? FromRegistered(PSObject registered)
    {
        string name = (string)registered.Properties["Name"].Value;
        var address = (Uri)registered.Properties["Uri"].Value;
        return repository is null && address.Host is ("www.powershellgallery.com" or "mcr.microsoft.com") ? null : new(name, address.IsFile ? address.LocalPath : null, null, credential);
    }

    // The sources that are turned on in the configuration of this user, with the passwords that stand in it as text.
    private static IEnumerable<Place> NuGetSources()
    {
        Environment.SpecialFolder home = OperatingSystem.IsWindows() ? Environment.SpecialFolder.ApplicationData : Environment.SpecialFolder.UserProfile;
        string path = Path.Combine(Environment.GetFolderPath(home), OperatingSystem.IsWindows() ? "NuGet" : ".nuget/NuGet", "NuGet.Config");
        if (!File.Exists(path))
            return [new("nuget.org", null, "https://api.nuget.org/v3/index.json", null)];
        XElement? configuration;
        try
        {
            configuration = XDocument.Load(path).Root;
        }
        catch (XmlException damaged)
        {
            throw new NotFetchedException(TorchPackageNotFetched, $"'{path}' is no XML ({damaged.Message}): repair it, or give -Repository.", damaged);
        }
        string[] off = [.. Entries("disabledPackageSources").Where(entry => entry.Value is "true").Select(entry => entry.Key)];
        return Entries("packageSources").Where(entry => !off.Contains(entry.Key)).Select(entry => Uri.TryCreate(entry.Value, UriKind.Absolute, out Uri? address) && !address.IsFile
            ? new Place(entry.Key, null, entry.Value, PasswordOf(entry.Key))
            : new Place(entry.Key, Path.Combine(Path.GetDirectoryName(path)!, entry.Value), null, null));

        IEnumerable<(string Key, string Value)> Entries(string section, string? part = null) =>
            from element in (part is null ? configuration?.Element(section) : configuration?.Element(section)?.Element(part))?.Elements("add") ?? []
            select ((string?)element.Attribute("key") ?? "", Environment.ExpandEnvironmentVariables((string?)element.Attribute("value") ?? ""));

        PSCredential? PasswordOf(string source)
        {
            Dictionary<string, string> entries = Entries("packageSourceCredentials", XmlConvert.EncodeLocalName(source)).ToDictionary(entry => entry.Key, entry => entry.Value);
            return entries.TryGetValue("Username", out string? user) && entries.TryGetValue("ClearTextPassword", out string? password)
                ? new(user, new NetworkCredential("", password).SecurePassword)
                : null;
        }
    }

    private string? FromFeed(Place place, TorchPackage package, string folder)
    {
        string name = place.Address is null ? place.Name : $"clr-{Guid.NewGuid():N}";
        try
        {
            Run(Save, package.Id, package.Version, folder, name, place.Address, place.Credential);
        }
        catch (RuntimeException refused) when (refused is not PipelineStoppedException && refused.Message.Contains(name, StringComparison.Ordinal))
        {
            throw new RuntimeException(refused.Message.Replace(name, place.Name, StringComparison.Ordinal), refused);
        }
        return Directory.EnumerateFiles(folder, "*.nupkg").FirstOrDefault();
    }

    // All in one folder, or as NuGet's own folder of packages has them.
    private static string? InFolder(string folder, TorchPackage package)
    {
        string own = Path.Combine(folder, package.Id.ToLowerInvariant(), package.Version);
        return new[] { folder, own }.Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateFiles(place, "*.nupkg"))
            .FirstOrDefault(file => Path.GetFileName(file).Equals(package.FileName, StringComparison.OrdinalIgnoreCase));
    }

    private Collection<PSObject> Run(string script, params object?[] arguments) =>
        cmdlet.InvokeCommand.InvokeScript(script, useNewScope: true, PipelineResultTypes.None, null, arguments);

    private sealed class NotFetchedException(ErrorCause cause, string message, Exception? inner = null) : ClrException(cause, message, inner);
}
