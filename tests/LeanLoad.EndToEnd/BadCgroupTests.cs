using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A published agent that may not see what limits it: said, and the run goes on. The unit tests have the other ways in
/// which a tree of cgroups can be wrong.
/// </summary>
public sealed class BadCgroupTests(PublishedAgent agent)
{
    [Fact]
    public async Task Where_nothing_is_known_the_run_goes_on_and_the_report_says_so()
    {
        Requires.Root();
        Requires.Command("unshare", "apt-get install util-linux");
        using var server = new EchoingServer();
        // A mount namespace of its own, in which the tree is covered: half mounted.
        var result = (await Shell("unshare -m sh -c 'mount -t tmpfs none /sys/fs/cgroup && exec \"$@\"' sh \"$@\"",
            agent.Path, server).RunAsync()).Ended(0);
        result.Said("No memory cgroup is read:", "is not mounted where this process can see it",
            "own figures are summed up instead, and no limit is known", "budget none no budget known");
    }

    [Fact]
    public async Task Without_the_right_to_read_its_cgroup_it_says_so_and_reads_the_next()
    {
        Requires.Root();
        Requires.Command("setpriv", "apt-get install util-linux");
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        // Where everybody may run it.
        File.Copy(agent.Path, scratch["agent"]);
        const string close = """
            for group in /sys/fs/cgroup/memory$(sed -n 's/.*:memory://p' /proc/self/cgroup) \
                         /sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup); do
              case $group in */leanload/*) chmod 0 "$group"/memory.*;; esac
            done
            chmod 755 "$1" "$(dirname "$1")"
            exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
            """;
        var result = (await (Shell(close, scratch["agent"], server) with { Cage = Bytes.FromMiB(64) }).RunAsync())
            .Ended(0);
        result.Said("cannot be read: no permission. What that cgroup limits is not known; those around it count.");
    }

    static Command Shell(string script, string program, EchoingServer server) => new("sh",
        ["-c", script, "sh", program, "--url", server.Url, "--users", "2", "--duration", "1s", "--log", "console",
            "--when-limited", "warn"]);
}
