using ClrHelp;

if (args is not [var assembly, var sources, var topics, var target, .. var rest])
{
    Console.Error.WriteLine("""
        Makes a binary module's help from its XML comments and from markdown.
          ClrHelp <module.dll> <cmdlet sources> <topics> <folder for help files> [<folder for markdown>]
        The folder of cmdlet sources has <Cmdlet>.md for each (description, examples); that of topics, about_<Topic>.md.
        """);
    return 1;
}
IReadOnlyList<CmdletPage> pages = ModuleReader.Read(assembly, sources);
Directory.CreateDirectory(target);
MamlWriter.Write(pages, Path.Combine(target, Path.GetFileName(assembly) + "-Help.xml"));
foreach (string topic in Directory.EnumerateFiles(topics, "about_*.md"))
    File.WriteAllText(Path.Combine(target, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutText.From(topic));
if (rest is [var docs])
{
    foreach ((string name, string text) in MarkdownDocs.Of(assembly, pages))
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(docs, name))!);
        File.WriteAllText(Path.Combine(docs, name), text);
    }
}
return 0;
