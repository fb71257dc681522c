using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Lets a call into libtorch fail that would end the process. LibTorchSharp catches two types of C++ exceptions, and from some of its functions
/// none; another, such as those of TorchScript's compiler, finds no way through the frames of .NET, and the C++ runtime asks its handler how
/// to end the process. Here the handler gives the exception to whoever waits for the call. It must never return, so that the call's own
/// thread stays where it is until the process ends, with what the call holds: for what fails once by its nature, such as a file that does not compile.
/// </summary>
/// <remarks>Linux on x64 alone, by whose rules it calls the C++ runtime: Windows hands C++ exceptions on to .NET. A thread that is lost to an endless recursion ends the process all the same.</remarks>
internal static unsafe class NativeTrial
{
    private const string Runtime = "libstdc++.so.6";

    // What a compiler needs that goes down into brackets within brackets.
    private const int StackBytes = 256 << 20;

    // In the table of functions of an exception: two destructors come first. In that of a type: also three others.
    private const int What = 2, Catches = 4;

    // The handler of before; 0 where there was none, or where this one has not been put in its place.
    private static readonly Lazy<nint> Before = new(Install);

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

    private static nint Install() =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && NativeLibrary.TryLoad(Runtime, out nint runtime) && NativeLibrary.TryGetExport(runtime, "_ZSt13set_terminatePFvvE", out nint set)
            ? ((delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void>, nint>)set)(&HandOver)
            : 0;

    // On the thread of the exception, below all that it has called.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HandOver()
    {
        if (s_fail is not { } fail)
        {
            if (Before.Value != 0)
                ((delegate* unmanaged[Cdecl]<void>)Before.Value)();
            return;
        }
        fail(new UncaughtNativeException(Reason()));
        Thread.Sleep(Timeout.Infinite);
    }

    // What a class that comes of std::exception says of itself.
    private static string Reason()
    {
        nint library = NativeLibrary.Load(Runtime), wanted = NativeLibrary.GetExport(library, "_ZTISt9exception"), thrown = 0;
        nint type = ((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "__cxa_current_exception_type"))();
        // It gives a class, for which its caller makes room.
        ((delegate* unmanaged[Cdecl]<nint*, void>)NativeLibrary.GetExport(library, "_ZSt17current_exceptionv"))(&thrown);
        return thrown != 0 && ((delegate* unmanaged[Cdecl]<nint, nint, nint*, uint, byte>)Method(wanted, Catches))(wanted, type, &thrown, 1) != 0
            ? Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint, nint>)Method(thrown, What))(thrown)) ?? ""
            : "";

        static nint Method(nint of, int number) => Marshal.ReadIntPtr(Marshal.ReadIntPtr(of), number * nint.Size);
    }
}

/// <summary>What came out of libtorch past LibTorchSharp. Known as whatever else libtorch refuses, it becomes an error of the module where that does.</summary>
internal sealed class UncaughtNativeException(string message) : ExternalException(message);
