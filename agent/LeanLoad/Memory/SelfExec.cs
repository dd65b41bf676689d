using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LeanLoad.Memory;

/// <summary>
/// Starts this program anew in the same process, once, with the collector's variables in the environment: the young
/// generations' caps are read before the first managed instruction. Same pid, same arguments, same descriptors 0 to 2.
/// To be called before anything else; costs one more start, 4 ms.
/// </summary>
static partial class SelfExec
{
    /// <summary>Set in the new image, so that it happens once.</summary>
    public const string Guard = "LEANLOAD_GC_SET";

    /// <summary>
    /// Whether it would help and is safe: a native image on Linux; nobody chose the caps yet; no one waits at a
    /// diagnostic port, who would meet the process twice (whoever starts an agent that way sets <see
    /// cref="GcSettings.Variables"/> himself).
    /// </summary>
    public static bool IsNeeded() =>
        OperatingSystem.IsLinux() && !RuntimeFeature.IsDynamicCodeSupported
        && Environment.GetEnvironmentVariable(Guard) is null
        && Environment.GetEnvironmentVariable(GcSettings.Gen0Variable) is null
        && Environment.GetEnvironmentVariable("DOTNET_DiagnosticPorts") is null;

    /// <summary>
    /// Replaces this image. Returns only where that failed: then the run goes on with the collector's caps as built.
    /// </summary>
    /// <param name="settings">What the new image's environment says.</param>
    /// <param name="problem">Why it failed.</param>
    public static bool TryReplace(GcSettings settings, [NotNullWhen(false)] out string? problem)
    {
        var environment = new MemoryStream();
        byte[] arguments;
        try
        {
            // Raw bytes: arguments and variables need not be UTF-8.
            arguments = File.ReadAllBytes("/proc/self/cmdline");
            environment.Write(File.ReadAllBytes("/proc/self/environ"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = $"what it was started with could not be read: {unreadable.Message.TrimEnd('.')}";
            return false;
        }

        foreach (var (name, value) in settings.Variables)
        {
            environment.Write(Encoding.UTF8.GetBytes($"{name}={value}\0"));
        }

        environment.Write(Encoding.UTF8.GetBytes($"{Guard}=1\0"));
        // Its own name keeps the process's name in ps; the link still leads there when the file was replaced meanwhile.
        var path = Environment.ProcessPath is { } file && File.Exists(file) ? file : "/proc/self/exe";
        RemoveDiagnosticSocket();
        var error = Execute(Encoding.UTF8.GetBytes(path + "\0"), arguments, environment.ToArray());
        problem = $"could not start {path} anew: {Marshal.GetPInvokeErrorMessage(error)}";
        return false;
    }

    // The new image is the same process to the runtime, wants the same name, cannot bind it while the old file lies
    // there, and then listens nowhere. The name has the process's start time in it (field 22 of /proc/self/stat), so
    // that no other container's pid 1 is meant in a shared directory.
    static void RemoveDiagnosticSocket()
    {
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var socket = $"dotnet-diagnostic-{Environment.ProcessId}-{fields[19]}-socket";
            File.Delete(Path.Combine(Path.GetTempPath(), socket));
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            // A container without /tmp has no socket. Where one stays for another reason no profiler can attach, and
            // nothing else is lost.
        }
    }

    static unsafe int Execute(byte[] path, byte[] arguments, byte[] environment)
    {
        fixed (byte* first = path, texts = arguments, variables = environment)
        {
            var argv = Pointers(texts, arguments);
            var envp = Pointers(variables, environment);
            fixed (nint* args = argv, vars = envp)
            {
                _ = Execve(first, args, vars);
                return Marshal.GetLastPInvokeError();
            }
        }
    }

    // One pointer for each text that ends in a zero byte, then null.
    static unsafe nint[] Pointers(byte* start, byte[] texts)
    {
        var pointers = new List<nint>();
        var begin = 0;
        for (var at = 0; at < texts.Length; at++)
        {
            if (texts[at] != 0) continue;
            pointers.Add((nint)(start + begin));
            begin = at + 1;
        }

        pointers.Add(0);
        return [.. pointers];
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static unsafe partial int Execve(byte* path, nint* arguments, nint* environment);
}
