using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// What the agent's own system runs out of: told before the first user where it can be known, and never blamed on the
/// target.
/// </summary>
public sealed class ExhaustionTests(PublishedAgent agent)
{
    [Fact]
    public async Task A_plan_beyond_the_open_file_limit_is_refused_before_the_first_user()
    {
        var result = (await Limited("ulimit -n 120", "--url", SilentServer.RefusingUrl(), "--users", "200").RunAsync())
            .Ended(2);
        result.Said("200 users need", "this process may have 120", "ulimit -Hn", "share connections: --connections");
    }

    [Fact]
    public async Task A_soft_limit_is_raised_to_what_the_plan_needs()
    {
        await using var server = new SilentServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        (await Limited("ulimit -Sn 64", "--url", server.Url, "--users", "100", "--iterations", "100").RunAsync())
            .Ended(0);
    }

    [Theory]
    [InlineData(88, "GENERATOR LIMITED")]
    [InlineData(0, "PASSED", "--when-limited", "warn")]
    [InlineData(99, "THRESHOLDS FAILED", "--when-limited", "warn", "--fail-if", "failures > 0")]
    public async Task Source_ports_that_run_out_are_named_and_make_the_generator_the_limit_unless_that_is_taken(
        int exitCode, string says, params string[] options)
    {
        Requires.Root();
        Requires.Command("nginx", "apt-get install nginx-light");
        Requires.Command("unshare", "apt-get install util-linux");
        using var scratch = new Scratch();
        File.WriteAllText(scratch["nginx.conf"], $$"""
            worker_processes 1; pid {{scratch["pid"]}}; error_log {{scratch["error.log"]}}; events { worker_connections 64; }
            http { access_log off; client_body_temp_path {{scratch["b"]}}; proxy_temp_path {{scratch["p"]}}; fastcgi_temp_path {{scratch["f"]}};
              uwsgi_temp_path {{scratch["u"]}}; scgi_temp_path {{scratch["s"]}}; server { listen 127.0.0.1:18099; location / { return 200 "hello"; } } }
            """);
        // A network of its own, in which four connections at once are all there can be.
        var script =
            "ip link set lo up; echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range; nginx -c $1; shift; "
            + "\"$@\"; code=$?; kill $(cat $PIDFILE); exit $code";
        var command = new Command("unshare", [
            "-n", "sh", "-c", script, "sh", scratch["nginx.conf"], agent.Path, "--url", "http://127.0.0.1:18099/",
            "--users", "9", "--duration", "1s", .. options])
        {
            Variables = new Dictionary<string, string?> { ["PIDFILE"] = scratch["pid"] },
        };
        (await command.RunAsync()).Ended(exitCode)
            .Said(says, "no source port is left", "ip_local_port_range", "noports");
    }

    [Fact]
    public async Task Descriptors_that_run_out_during_the_run_are_named_and_the_others_go_on()
    {
        Requires.Command("prlimit", "apt-get install util-linux");
        using var server = new EchoingServer();
        await using var running = RunningCommand.Start(agent.Command(
            "--url", server.Url, "--users", "60", "--ramp", "20/s", "--duration", "5s"));
        await running.SeesAsync("Ready");
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        // As if something else had taken them: fewer than the agent has open already.
        var taken = new Command("prlimit", ["--pid", $"{running.Id}", "--nofile=12:12"]);
        (await taken.RunAsync()).Ended(0);
        var result = (await running.Completion).Ended(88);
        result.Said(
            "GENERATOR LIMITED", "No socket could be opened: Too many open files", "ulimit -n", "nodescriptors");
    }

    Command Limited(string limit, params string[] options) =>
        new("sh", ["-c", $"{limit}; exec \"$@\"", "sh", agent.Path, .. options]);
}
