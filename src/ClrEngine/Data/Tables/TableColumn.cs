namespace ClrEngine.Data;

/// <summary>One column of a table: <see cref="NumberColumn"/>, <see cref="ExactNumberColumn"/> or <see cref="TextColumn"/>.</summary>
internal abstract record TableColumn(string Name);

/// <summary>A column of finite numbers, as a model reads them.</summary>
internal sealed record NumberColumn(string Name, float[] Values) : TableColumn(Name);

/// <summary>A column of finite numbers in full precision, for labels: a class may be named by any whole number.</summary>
internal sealed record ExactNumberColumn(string Name, double[] Values) : TableColumn(Name);

/// <summary>A column of texts: each row's place in a list of the different ones, which are in the order of their first rows.</summary>
internal sealed record TextColumn(string Name, int[] Codes, IReadOnlyList<string> Texts) : TableColumn(Name);
