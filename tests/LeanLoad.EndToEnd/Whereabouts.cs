using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LeanLoad.EndToEnd;

/// <summary>
/// What a process that takes too long is doing, read before it is killed, for nobody can ask it afterwards: each
/// thread's name, state, processor time and where it is in the kernel (man 5 proc), and its stack where gdb is there.
/// </summary>
static class Whereabouts
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<string> OfAsync(int processId)
    {
        var text = new StringBuilder();
        foreach (var task in Tasks(processId))
        {
            // "id (name) state parent ...": the name may hold blanks, so what follows is counted from its end.
            var stat = Read(task, "stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 13) continue;
            text.Append(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(task)} {Read(task, "comm")}: {fields[0]}, user {fields[11]}0 ms, ")
                .Append(CultureInfo.InvariantCulture, $"system {fields[12]}0 ms, faults {fields[7]} minor ")
                .Append(CultureInfo.InvariantCulture, $"{fields[9]} major, in {Read(task, "wchan")}, ")
                .Append(CultureInfo.InvariantCulture, $"call {Read(task, "syscall")}\n");
        }

        return text.Append(await StacksAsync(processId)).ToString();
    }

    static string[] Tasks(int processId)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{processId}/task");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended meanwhile, or is another's.
        }
    }

    static string Read(string task, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, name)).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    static async Task<string> StacksAsync(int processId)
    {
        try
        {
            var start = new ProcessStartInfo("gdb",
                ["-p", $"{processId}", "-batch", "-nx", "-ex", "thread apply all bt 24"]);
            (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
            using var gdb = Process.Start(start)!;
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                var problems = gdb.StandardError.ReadToEndAsync(limit.Token);
                var stacks = await gdb.StandardOutput.ReadToEndAsync(limit.Token);
                // Where it may not attach, that is all it says.
                return stacks + await problems;
            }
            catch (OperationCanceledException)
            {
                gdb.Kill();
                return "gdb took too long\n";
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "no stacks: gdb is not on the path\n";
        }
    }
}
