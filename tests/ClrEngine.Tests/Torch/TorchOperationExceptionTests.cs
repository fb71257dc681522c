using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch;

public sealed class TorchOperationExceptionTests
{
    private const string Frames = "\nException raised from meta at /src/LinearAlgebra.cpp:11 (most recent call first):\nframe #0: c10::Error::Error() + 0x9d (0x7f in libc10.so)\n";

    public TorchOperationExceptionTests() => TorchLibrary.EnsureLoaded();

    [Theory]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)" + Frames, "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", "TorchOperation")]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB." + Frames, "CUDA out of memory. Tried to allocate 2.00 GiB", "TorchOutOfMemory")]
    [InlineData("CUDA out of memory. Tried to allocate 978.00 MiB. GPU 0 has a total capacity of 79.18 GiB of which 360.62 MiB is free. Including non-PyTorch memory, this process has 1.78 GiB memory in use. Process 1022 has 77.03 GiB memory in use. Of the allocated memory 1.03 GiB is allocated by PyTorch, and 15.36 MiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.", "Process 1022 has 77.03 GiB memory in use. Give a smaller model, less data or a smaller BatchSize, or free some memory", "TorchOutOfMemory")]
    [InlineData("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes." + Frames, "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes", "TorchOutOfMemory")]
    [InlineData("CUDA error: out of memory" + Frames, "CUDA error: out of memory", "TorchOutOfMemory")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`" + Frames, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "TorchOutOfMemory")]
    [InlineData("[enforce fail at alloc_cpu.cpp:75] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.", "[enforce fail at alloc_cpu.cpp:75] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes", "TorchOutOfMemory")]
    [InlineData("MPS backend out of memory (MPS allocated: 9 GB).", "MPS backend out of memory (MPS allocated: 9 GB)", "TorchOutOfMemory")]
    [InlineData("Storage size calculation overflowed with sizes=[9223372036854775807, 2]" + Frames, "Storage size calculation overflowed with sizes=[9223372036854775807, 2]", "TorchOutOfMemory")]
    [InlineData("The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript, serialized code (most recent call last):\n  File \"net.py\", line 9, in forward\nRuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB.", "CUDA out of memory. Tried to allocate 2.00 GiB", "TorchOutOfMemory")]
    [InlineData("The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript, serialized code (most recent call last):\n  File \"net.py\", line 9, in forward\n    return torch.linear(x, self.weight)\n           ~~~~~~~~~~~~ <--- HERE\nRuntimeError: size mismatch.", "size mismatch", "TorchOperation")]
    public void The_line_that_says_why_is_told_and_the_frames_are_kept_apart(string raw, string reason, string id)
    {
#pragma warning disable CA2201 // What TorchSharp throws.
        var error = new TorchOperationException("update 12", new ExternalException(raw));
#pragma warning restore CA2201

        Assert.StartsWith("Update 12 failed", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason + ".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
        Assert.Equal(raw, error.InnerException!.Message);
        Assert.Equal(id, error.ErrorId);
    }

    [Theory]
    [InlineData("", "it gave no reason (ExternalException)")]
    [InlineData(" \n ", "it gave no reason (ExternalException)")]
    [InlineData("RuntimeError: ", "it gave no reason (ExternalException)")]
    [InlineData("Exception raised from f at a.cpp:1\nframe #0: g", "it gave no reason (ExternalException)")]
    [InlineData("The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript, serialized code (most recent call last):\n  File \"net.py\", line 9, in forward\nbuiltins.RuntimeError: boom", "boom")]
    [InlineData("The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript, serialized code (most recent call last):\nbuiltins.ValueError: boom", "ValueError: boom")]
    [InlineData("shapes cannot be multiplied (2x6 and 5x3)\nException raised from f", "shapes cannot be multiplied (2x6 and 5x3)")]
    public void The_reason_is_one_line_and_never_blank(string message, string reason)
    {
#pragma warning disable CA2201 // What TorchSharp throws.
        Assert.Equal(reason, TorchOperationException.Reason(new ExternalException(message)));
#pragma warning restore CA2201
    }

    [Fact]
    public void A_step_and_a_validation_name_what_they_were_doing()
    {
        using var model = new Faulty(() => nn.functional.linear(ones(2, 3), ones(4, 5)));
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });

        Assert.StartsWith("Update 4 failed in libtorch: mat1 and mat2", Assert.Throws<TorchOperationException>(() => Step(learner, 3)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Validation failed in libtorch: mat1 and mat2", Assert.Throws<TorchOperationException>(() => learner.Evaluate(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

#pragma warning disable CA2201 // What the runtime and TorchSharp throw.
    public static TheoryData<Action> WaysToRunOut => new(
        static () => empty(1L << 50).Dispose(),
        static () => nn.Linear(1_000_000, 2_500_000).Dispose(),
        static () => zeros(long.MaxValue / 2, 8).Dispose(),
        static () => GC.KeepAlive(GC.AllocateUninitializedArray<decimal>(int.MaxValue)),
        static () => throw new InvalidOperationException("Exception calling \"Linear\": \"CUDA out of memory.", new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.")));
#pragma warning restore CA2201

    [Theory]
    [MemberData(nameof(WaysToRunOut))]
    public void A_model_too_large_to_be_made_or_called_is_one_typed_error_and_the_next_one_is_trained(Action runOut)
    {
        var made = ModelSource.FromFunction("large", (_, _) => { runOut(); return new Faulty(() => zeros(1)); });
        var called = ModelSource.FromFunction("large", (_, _) => new Faulty(() => { runOut(); return zeros(1); }));

        foreach (ModelSource model in (ModelSource[])[made, called])
        {
            var error = Assert.Throws<TorchOperationException>(() => TorchSession.Open(model, Learners.Data(), new LearnerOptions { Device = "cpu" }, 16, 1));
            Assert.Equal("TorchOutOfMemory", error.ErrorId);
            Assert.StartsWith("Making model 'large' ready failed for want of memory: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception calling", error.Message, StringComparison.Ordinal);
        }

        using TorchSession session = TorchSession.Open(new ModelSource("mlp:8"), Learners.Data(), new LearnerOptions { Device = "cpu" }, 16, 1);
        session.Learner.Step(session.Plan.At(0), new SchedulePoint(0, 0.1));
        Assert.All(session.Learner.Read().Losses, loss => Assert.True(double.IsFinite(loss)));
    }

    [Fact]
    public void Too_little_memory_names_the_batch_and_what_would_help_and_the_next_update_learns()
    {
        bool isShort = true;
        using var model = new Faulty(() => isShort ? empty(1L << 50) : zeros(1));
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });

        var update = Assert.Throws<TorchOperationException>(() => Step(learner, 3));
        var validation = Assert.Throws<TorchOperationException>(() => learner.Evaluate(TestContext.Current.CancellationToken));

        Assert.Equal(("TorchOutOfMemory", "TorchOutOfMemory"), (update.ErrorId, validation.ErrorId));
        Assert.Matches("^Update 4 failed for want of memory, with a batch of 12 samples: .*DefaultCPUAllocator.* Lower BatchSize, ", update.Message);
        Assert.Matches("^Validation failed for want of memory, with 60 samples at once: .*BatchSize does not change it", validation.Message);

        isShort = false;
        Step(learner, 0);
        Assert.True(double.IsFinite(learner.Evaluate(TestContext.Current.CancellationToken).Loss));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void A_range_test_that_runs_out_of_memory_gives_the_model_back_and_the_next_one_runs(int atCall)
    {
        int calls = 0;
        using var model = new Faulty(() => ++calls == atCall ? empty(1L << 50) : zeros(1));
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });
        float[] before = model.parameters().First().data<float>().ToArray();
        var test = new LrRangeTest(learner, new BatchPlan(learner.SampleCount, 16, 1), new LrRangeTestOptions { Iterations = 20 });

        Assert.Equal("TorchOutOfMemory", Assert.Throws<TorchOperationException>(() => test.Run(TestContext.Current.CancellationToken).Count()).ErrorId);

        Assert.Equal(before, model.parameters().First().data<float>().ToArray());
        Assert.NotEmpty(test.Run(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_prediction_that_runs_out_of_memory_says_how_many_samples_it_took()
    {
        Func<int> predict = static () => GC.AllocateUninitializedArray<decimal>(int.MaxValue).Length;

        var error = Assert.Throws<TorchOperationException>(() => TorchOperationException.Guard("prediction", 256, predict));

        Assert.Equal("TorchOutOfMemory", error.ErrorId);
        Assert.StartsWith("Prediction failed for want of memory, with 256 samples at once: Array dimensions exceeded supported range. Give a smaller model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_users_module_throws_stays_the_users()
    {
        using var model = new Faulty(() => throw new FormatException("my own words"));
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });

        Assert.Equal("my own words", Assert.Throws<FormatException>(() => Step(learner, 0)).Message);
    }

    [Fact]
    public void After_a_step_that_failed_the_next_one_learns()
    {
        int calls = 0;
        using var model = new Faulty(() => calls++ == 0 ? nn.functional.linear(ones(2, 3), ones(4, 5)) : zeros(1));
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });

        Assert.Throws<TorchOperationException>(() => Step(learner, 0));
        Step(learner, 0);

        Assert.Contains(learner.Read().Losses, double.IsFinite);
    }

    private static void Step(TorchLearner learner, long step) =>
        learner.Step(new BatchPlan(learner.SampleCount, 16, 1).At(step), new SchedulePoint(step, 0.1));

    private sealed class Faulty : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layer = nn.Linear(4, Learners.Classes);
        private readonly Func<Tensor> _fault;

        public Faulty(Func<Tensor> fault)
            : base("faulty")
        {
            _fault = fault;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layer.call(input) + _fault();
    }
}
