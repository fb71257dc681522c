namespace ClrBenchmarks;

/// <summary>The same work in Python's PyTorch, where Debian's python3-torch and python3-torchvision are here.</summary>
internal static class PythonPeer
{
    /// <summary>Reads a folder of images by torchvision's DataLoader with two workers: seconds an image.</summary>
    public const string Images = """
        import sys, time, torch
        from torchvision import datasets, transforms
        of = transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)])
        loader = torch.utils.data.DataLoader(datasets.ImageFolder(sys.argv[1], of), 64, shuffle=True, num_workers=2)
        start, count = time.perf_counter(), 0
        for images, labels in loader:
            count += len(labels)
        print((time.perf_counter() - start) / count)
        """;

    /// <summary>Trains a net by the loop that people write, with a DataLoader of two workers: seconds of an epoch, the second of two.</summary>
    /// <remarks>Its arguments: the net, the samples, the threads.</remarks>
    public const string Epoch = """
        import sys, time, torch
        from torch import nn, optim
        name, count, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        torch.set_num_threads(threads)
        class Block(nn.Module):
            def __init__(self, inner, outer, stride):
                super().__init__()
                self.body = nn.Sequential(nn.Conv2d(inner, outer, 3, stride, 1, bias=False), nn.BatchNorm2d(outer), nn.ReLU(), nn.Conv2d(outer, outer, 3, 1, 1, bias=False), nn.BatchNorm2d(outer))
                self.skip = nn.Sequential(nn.Conv2d(inner, outer, 1, stride, bias=False), nn.BatchNorm2d(outer)) if stride > 1 else nn.Identity()
            def forward(self, x):
                return torch.relu(self.body(x) + self.skip(x))
        def resnet20():
            widths = [16] * 4 + [32] * 3 + [64] * 3
            blocks = [Block(a, b, 1 if a == b else 2) for a, b in zip(widths, widths[1:])]
            return nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
        def cnn():
            return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 10))
        def mlp():
            return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
        net = {"mlp": mlp, "cnn": cnn, "resnet20": resnet20}[name]()
        data = torch.utils.data.TensorDataset(torch.randn(count, *([3, 32, 32] if name == "resnet20" else [1, 28, 28])), torch.randint(10, (count,)))
        loader = torch.utils.data.DataLoader(data, 128, shuffle=True, num_workers=2, persistent_workers=True)
        optimizer = optim.SGD(net.parameters(), 0.001, momentum=0.9, weight_decay=1e-4)
        scheduler = optim.lr_scheduler.CyclicLR(optimizer, 0.001, 0.01, 500, cycle_momentum=False)
        for epoch in range(2):
            start, total = time.perf_counter(), 0
            for features, targets in loader:
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(net(features), targets)
                loss.backward()
                optimizer.step()
                scheduler.step()
                total += loss.item()
            seconds = time.perf_counter() - start
        print(seconds)
        """;

    /// <summary>What a script says on its last line; null where there is no Python, or it lacks what the script imports.</summary>
    public static double? Seconds(string script, params string[] arguments)
    {
        try
        {
            (int code, string output) = Run("python3", ["-c", script, .. arguments]);
            return code == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The seconds of a script that ran before.</summary>
    public static double SecondsAgain(string script, params string[] arguments) =>
        Seconds(script, arguments) ?? throw new InvalidOperationException("python3 failed where it worked a moment ago.");

    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output) Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
