using ClrHelp;

if (args is not [var assembly, var docs, var help, .. var rest] || rest is not ([] or ["update"] or ["check"]))
{
    Console.Error.WriteLine("""
        Makes a binary module's help from its XML comments and from its documents.

          ClrHelp <module.dll> <documents> <folder for help files> [update | check]

        The folder of documents has cmdlets/<Cmdlet>.md for each cmdlet, and about_<Topic>.md. A cmdlet's page is made in part
        (synopsis, syntax, parameters) and written in part (description, examples). update makes the made parts anew; check
        names the documents that need it, and fails where there is one.
        """);
    return 2;
}

IReadOnlyList<CmdletPage> pages = ModuleReader.Read(assembly, Path.Combine(docs, "cmdlets"));
Directory.CreateDirectory(help);
MamlWriter.Write(pages, Path.Combine(help, Path.GetFileName(assembly) + "-Help.xml"));
foreach (string topic in Directory.EnumerateFiles(docs, "about_*.md"))
    File.WriteAllText(Path.Combine(help, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), TopicText.From(topic));

bool stale = false;
IEnumerable<(string Name, string Text)> documents = rest is [] ? [] : MarkdownWriter.Documents(assembly, pages);
foreach ((string name, string text) in documents)
{
    string path = Path.Combine(docs, name);
    if (rest is ["update"])
    {
        File.WriteAllText(path, text);
    }
    else if (!File.Exists(path) || File.ReadAllText(path).ReplaceLineEndings("\n") != text)
    {
        Console.Error.WriteLine($"{path} differs from the code: build src/ClrModule with -p:UpdateDocs=true.");
        stale = true;
    }
}
return stale ? 1 : 0;
