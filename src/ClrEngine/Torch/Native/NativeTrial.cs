using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Lets a call into libtorch fail that would end the process. LibTorchSharp catches two types of C++ exceptions, and from some of its functions
/// none; another, such as those of TorchScript's compiler, finds no way through the frames of .NET, and the C++ runtime asks its handler how
/// to end the process. Here the handler gives the exception to whoever waits for the call. It must never return, so that the call's own
/// thread stays where it is until the process ends, with what the call holds: for what fails once by its nature, such as a file that does not compile.
/// </summary>
/// <remarks>Linux on x64 alone, by whose rules it calls the C++ runtime: Windows hands C++ exceptions on to .NET. A thread that is lost to an endless recursion ends the process all the same.</remarks>
internal static class NativeTrial
{
    private const string Runtime = "libstdc++.so.6";

    // What a compiler needs that goes down into brackets within brackets.
    private const int StackBytes = 256 << 20;

    // In the table of functions of an exception: two destructors come first. In that of a type: also three others.
    private const int What = 2, Catches = 4;

    private static readonly EndOfProcess OnTerminate = HandOver;
    private static readonly Lazy<EndOfProcess?> Before = new(Install);

    [ThreadStatic]
    private static Action<Exception>? s_fail;

    /// <summary>Does a piece of work on a thread of its own: nothing of this thread, such as a scope of tensors, reaches it.</summary>
    /// <exception cref="UncaughtNativeException">A C++ exception came out of it that nobody caught.</exception>
    public static T Run<T>(Func<T> work)
    {
        _ = Before.Value;
        var done = new TaskCompletionSource<T>();
        new Thread(Work, StackBytes)
        {
            IsBackground = true,
        }.Start();
        return done.Task.GetAwaiter().GetResult();

        void Work()
        {
            s_fail = done.SetException;
            try
            {
                done.SetResult(work());
            }
            // Whatever it is, the caller's thread throws it.
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }
    }

    private static EndOfProcess? Install() =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && NativeLibrary.TryLoad(Runtime, out nint runtime) && NativeLibrary.TryGetExport(runtime, "_ZSt13set_terminatePFvvE", out nint set)
        && Marshal.GetDelegateForFunctionPointer<SetTerminate>(set)(Marshal.GetFunctionPointerForDelegate(OnTerminate)) is not 0 and var before
            ? Marshal.GetDelegateForFunctionPointer<EndOfProcess>(before)
            : null;

    // On the thread of the exception, below all that it has called.
    private static void HandOver()
    {
        if (s_fail is not { } fail)
        {
            Before.Value?.Invoke();
            return;
        }
        fail(new UncaughtNativeException(Reason()));
        Thread.Sleep(Timeout.Infinite);
    }

    // What a class that comes of std::exception says of itself.
    private static string Reason()
    {
        nint library = NativeLibrary.Load(Runtime);
        nint type = Export<TypeOfException>("__cxa_current_exception_type")(), thrown = 0;
        Export<CurrentException>("_ZSt17current_exceptionv")(ref thrown);
        nint wanted = NativeLibrary.GetExport(library, "_ZTISt9exception");
        return thrown != 0 && Method<CatchesType>(wanted, Catches)(wanted, type, ref thrown, 1) != 0
            ? Marshal.PtrToStringUTF8(Method<Says>(thrown, What)(thrown)) ?? ""
            : "";

        T Export<T>(string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
        static T Method<T>(nint of, int number) => Marshal.GetDelegateForFunctionPointer<T>(Marshal.ReadIntPtr(Marshal.ReadIntPtr(of), number * nint.Size));
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void EndOfProcess();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint SetTerminate(nint handler);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint TypeOfException();

    // It gives a class, for which its caller makes room.
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void CurrentException(ref nint room);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate byte CatchesType(nint caught, nint thrown, ref nint exception, uint depth);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint Says(nint exception);
}

/// <summary>What came out of libtorch past LibTorchSharp. Known as whatever else libtorch refuses, it becomes an error of the module where that does.</summary>
internal sealed class UncaughtNativeException(string message) : ExternalException(message);
