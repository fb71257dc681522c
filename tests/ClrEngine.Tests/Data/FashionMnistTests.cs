using ClrEngine.Data;

namespace ClrEngine.Tests.Data;

public sealed class FashionMnistTests
{
    private const string Folder = "/usr/share/datasets/fashion-mnist";

    [Fact]
    public void Fashion_MNIST_loads_as_published()
    {
        if (!Directory.Exists(Folder)) Assert.Skip($"Needs the Debian package dataset-fashion-mnist ({Folder}).");

        TrainingData data = DataCatalog.Default.Load(Folder);

        Assert.Equal("fashion-mnist: 60000 + 10000 samples of [1, 28, 28], 10 classes", data.ToString());
        Assert.All(data.Train.Labels().CountBy(static label => label), static pair => Assert.Equal(6000, pair.Value));
        Assert.Equal([9, 0, 0, 3, 0], data.Train.Labels()[..5]);
        Assert.Equal([9, 2, 1, 1, 6], data.Validation.Labels()[..5]);

        // The figures everybody normalises Fashion-MNIST by.
        Assert.Equal(0.2860406, data.Scaling.Means.Single(), 1e-6);
        Assert.Equal(0.3530242, data.Scaling.StandardDeviations.Single(), 1e-6);
    }
}
