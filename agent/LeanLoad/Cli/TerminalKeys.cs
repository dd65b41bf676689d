using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>What a key asks for.</summary>
enum KeyWish : byte
{
    None,
    More,
    Less,
    Reset,
    Status,
    Stop,
}

/// <summary>
/// Keys typed while a run goes on; only where a person sits at the terminal and the agent is in its foreground.
/// </summary>
static partial class TerminalKeys
{
    /// <summary>What there is, for people.</summary>
    public const string Help =
        "Keys: + and - change the load by a tenth, r resets, s tells, q stops";

    /// <summary>
    /// Whether there is anybody to type. A process in the background that touched the terminal's settings would be
    /// stopped by the system.
    /// </summary>
    public static bool AreThere
    {
        get;
    } = !Console.IsInputRedirected && !Console.IsErrorRedirected && OperatingSystem.IsLinux()
        && GetForeground(0) == GetGroup();

    /// <summary>The next key's wish; does not wait.</summary>
    public static KeyWish Take()
    {
        if (!AreThere || !Console.KeyAvailable) return KeyWish.None;
        return Console.ReadKey(intercept: true).KeyChar switch
        {
            '+' or '=' => KeyWish.More,
            '-' => KeyWish.Less,
            'r' => KeyWish.Reset,
            's' => KeyWish.Status,
            'q' => KeyWish.Stop,
            _ => KeyWish.None,
        };
    }

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForeground(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetGroup();
}
