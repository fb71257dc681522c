using ClrEngine.Torch.Trained;

namespace ClrEngine.Torch.Export;

/// <summary>The names that a module of Python must not have beside others: it would be imported in the place of theirs, by PyTorch too.</summary>
internal static class PythonNames
{
    // sys.stdlib_module_names of Python 3.11 without what begins with an underscore, and what nets are written with.
    private const string Taken = """
        abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar
        cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg
        crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler
        fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac
        html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox
        mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode
        operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats
        pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select
        selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat
        statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this
        threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest
        urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
        torch safetensors numpy
        """;

    // What torch.nn.Sequential has of these names, beside what begins with two underscores.
    private const string OfModules = """
        T_destination dump_patches training call_super_init forward register_buffer register_parameter add_module register_module get_submodule
        set_submodule get_parameter get_buffer get_extra_state set_extra_state apply cuda ipu xpu mtia cpu type float double half bfloat16 to_empty to
        register_full_backward_pre_hook register_backward_hook register_full_backward_hook register_forward_pre_hook register_forward_hook
        register_state_dict_post_hook register_state_dict_pre_hook state_dict register_load_state_dict_pre_hook register_load_state_dict_post_hook
        load_state_dict parameters named_parameters buffers named_buffers children named_children modules named_modules train eval requires_grad_
        zero_grad share_memory extra_repr compile append extend insert pop _parameters _buffers _modules _version _non_persistent_buffers_set
        _backward_pre_hooks _backward_hooks _is_full_backward_hook _forward_hooks _forward_pre_hooks _state_dict_hooks _state_dict_pre_hooks
        _load_state_dict_pre_hooks _load_state_dict_post_hooks _call_impl _wrapped_call_impl _compiled_call_impl _apply _get_name _get_item_by_idx
        _register_state_dict_hook _save_to_state_dict _load_from_state_dict _named_members _replicate_for_data_parallel _slow_forward
        """;

    private static readonly HashSet<string> Members = Words(OfModules, StringComparer.Ordinal);

    private static readonly HashSet<string> Keywords = Words("and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield False None True", StringComparer.Ordinal);

    private static readonly HashSet<string> Names = Words(Taken, StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a file of Python that has the name of a module that it or PyTorch imports, or that Python has itself.</summary>
    public static void Require(string path)
    {
        if (Path.GetFileNameWithoutExtension(path) is var name && Names.Contains(name))
            throw new InvalidParameterException("Path", path, $"'{Path.GetFileName(path)}' has the name of a module of Python or PyTorch ({name}), in whose place it would be imported; give another, such as {name}_net.py.", TrainedModelErrors.ExportName);
    }

    /// <summary>A sentence where <c>import</c> cannot name a file of Python; null where it can.</summary>
    public static string? DoubtOf(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && name.Length > 0 && !char.IsDigit(name[0]) && name.All(static c => char.IsLetterOrDigit(c) || c == '_') && !Keywords.Contains(name)
            ? null
            : $"Python's import cannot name '{Path.GetFileName(path)}': call it by letters, digits and underscores, the first no digit, and no word of the language, such as net.py, or load it by importlib.";

    /// <summary>Refuses a layer that has the name of what every module of PyTorch has.</summary>
    public static void RequireLayer(string path)
    {
        if (path.Split('.').FirstOrDefault(static name => Members.Contains(name) || name.StartsWith("__", StringComparison.Ordinal)) is { } name)
            throw new TrainedModelException(TrainedModelErrors.ExportLayer, $"The layer '{path}' of the model has the name of what every module of PyTorch has ('{name}'), which takes no layer of it; call it otherwise.");
    }

    private static HashSet<string> Words(string text, StringComparer comparer) => new(text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries), comparer);
}
