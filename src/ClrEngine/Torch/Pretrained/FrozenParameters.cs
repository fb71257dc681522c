using System.IO.Enumeration;
using ClrEngine.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Pretrained;

/// <summary>
/// Parameters that a run leaves as they are, by patterns of their names, and the normalisations all of whose parameters are among them: those stay in
/// evaluation mode, so that their statistics stay too. Gives each parameter its gradient back when disposed.
/// </summary>
internal sealed class FrozenParameters : IDisposable
{
    private const string Statistics = "running_mean";

    private static readonly ErrorCause FreezeFitsNothing = new(nameof(FreezeFitsNothing), ErrorKind.InvalidArgument,
        "No parameter of the model fits a pattern of `-Freeze`.", "Write the patterns after the parameter names in the message.");

    private static readonly ErrorCause FreezeLeavesNothing = new(nameof(FreezeLeavesNothing), ErrorKind.InvalidArgument,
        "The patterns of `-Freeze` leave no parameter that could learn.", "Leave a pattern out, such as that of the last layer.");

    private readonly nn.Module _module;
    private readonly HashSet<string> _names;
    private readonly List<nn.Module> _norms = [], _handles = [];
    private readonly HashSet<string> _statistics = new(StringComparer.Ordinal);
    private readonly int _count;
    private (string Name, Tensor Value)[] _exact = [];

    /// <exception cref="InvalidParameterException">A pattern fits no parameter, or all parameters are frozen.</exception>
    public FrozenParameters(nn.Module module, IReadOnlyList<string> patterns)
    {
        (string Name, Parameter Parameter)[] all = [.. module.named_parameters()];
        (_module, _count) = (module, all.Length);
        foreach (string pattern in patterns)
        {
            if (!all.Any(parameter => Fits(pattern, parameter.Name)))
                throw new InvalidParameterException("Freeze", pattern, $"No parameter fits the pattern '{pattern}'; the model's parameters are {Listed([.. all.Select(static parameter => parameter.Name)])}.", FreezeFitsNothing);
        }
        _names = [.. all.Where(parameter => parameter.Parameter.requires_grad && IsFrozen(parameter.Name)).Select(static parameter => parameter.Name)];
        if (_names.Count > 0 && all.All(parameter => !parameter.Parameter.requires_grad || _names.Contains(parameter.Name)))
            throw new InvalidParameterException("Freeze", string.Join(", ", patterns), $"The patterns {string.Join(", ", patterns)} freeze all {all.Length} parameters, and none is left to learn; leave a pattern out.", FreezeLeavesNothing);
        foreach ((_, Parameter parameter) in all.Where(parameter => _names.Contains(parameter.Name)))
            parameter.requires_grad = false;
        if (patterns.Count == 0)
            return;
        foreach ((string name, nn.Module part) in Parts(module))
        {
            string[] own = [.. part.named_parameters(recurse: false).Select(parameter => name + parameter.name)];
            if (part.named_buffers(recurse: false).Any(static buffer => buffer.name == Statistics) && (own.Length == 0 ? IsFrozen(name + Statistics) : own.All(IsFrozen)))
            {
                _norms.Add(part);
                _statistics.UnionWith(part.named_buffers(recurse: false).Select(buffer => name + buffer.name));
            }
        }
        Hold();

        bool IsFrozen(string name) => patterns.Any(pattern => Fits(pattern, name));
    }

    /// <summary>What is frozen, as a sentence; null where nothing is.</summary>
    public string? Remark => _names.Count == 0 ? null : $"Frozen: {_names.Count} of {_count} parameters{(_norms.Count == 0 ? "" : $", and the statistics of {_norms.Count} normalisations")}.";

    public static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name);

    /// <summary>Whether a parameter, or a statistic, stays as it is.</summary>
    public bool Stays(string name) => _names.Contains(name) || _statistics.Contains(name);

    /// <summary>Whether a part's statistics stay as they are. A part of a TorchScript module comes as another handle each time, and is told by its parameters.</summary>
    public bool Holds(nn.Module part) => _norms.Contains(part) || (_handles.Count > 0 && part.named_parameters().Any() && part.named_parameters().All(static parameter => !parameter.parameter.requires_grad));

    /// <summary>Puts the frozen normalisations into evaluation mode, after the whole was put into training.</summary>
    public void Hold()
    {
        foreach (nn.Module norm in _norms)
            norm.eval();
    }

    /// <summary>Remembers what stays as it is, before a conversion that costs digits.</summary>
    public void KeepDigits() => _exact = [.. Kept().Select(static live => (live.Name, live.Tensor.detach().clone().DetachFromDisposeScope()))];

    /// <summary>Gives what stays as it is the digits back that it had, where it has room for them.</summary>
    public void GiveDigitsBack()
    {
        if (_exact.Length == 0)
            return;
        using var noGrad = no_grad();
        foreach (((_, Tensor live), (_, Tensor exact)) in Kept().Zip(_exact).Where(static pair => pair.First.Tensor.dtype == pair.Second.Value.dtype))
            live.copy_(exact);
    }

    public void Dispose()
    {
        GiveDigitsBack();
        foreach ((_, Tensor exact) in _exact)
            exact.Dispose();
        foreach (nn.Module handle in _handles)
            handle.Dispose();
        if (_names.Count == 0)
            return;
        foreach ((_, Parameter parameter) in _module.named_parameters().Where(parameter => _names.Contains(parameter.name)))
            parameter.requires_grad = true;
    }

    private IEnumerable<(string Name, Tensor Tensor)> Kept() =>
        _module.named_parameters().Where(parameter => _names.Contains(parameter.name)).Select(static parameter => (parameter.name, (Tensor)parameter.parameter))
            .Concat(_module.named_buffers().Where(buffer => _statistics.Contains(buffer.name)).Select(static buffer => (buffer.name, buffer.buffer)));

    private static string Listed(string[] names)
    {
        const int most = 12;
        return string.Join(", ", names.Take(most)) + (names.Length > most ? $" and {names.Length - most} more, the last of them {names[^1]}" : "");
    }

    // Each with what stands before its names; those of a TorchScript module are new handles.
    private IEnumerable<(string Name, nn.Module Part)> Parts(nn.Module module)
    {
        foreach ((string name, nn.Module part) in module.named_modules().Prepend(("", module)))
        {
            string prefix = name.Length == 0 ? "" : name + ".";
            if (part is not ScriptModel script)
            {
                yield return (prefix, part);
                continue;
            }
            foreach ((string inner, nn.Module handle) in script.NamedParts())
            {
                _handles.Add(handle);
                yield return (prefix + inner + ".", handle);
            }
        }
    }
}
