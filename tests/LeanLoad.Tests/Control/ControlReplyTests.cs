using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using LeanLoad.Tests.Cli;
using Xunit;

namespace LeanLoad.Tests.Control;

/// <summary>
/// Every reply of a running agent's control socket, word by word; figures that time decides stand as #.
/// </summary>
public sealed partial class ControlReplyTests : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("leanload-");

    string SocketPath => Path.Combine(directory.FullName, "c.sock");

    [Fact]
    public void A_run_of_one_scenario_answers_well() => Golden.Matches("control/one.txt", Talk(
        ["--scenario", "fine", "--users", "3", "--duration", "60s"],
        """{"command":"status","id":1}""",
        """{"command":"users","users":4}""",
        """{"command":"users","users":4,"scenario":"fine"}""",
        """{"command":"status","scenario":"fone"}""",
        """{"command":"rate","rate":5}""",
        """{"command":"reset","id":"a"}""",
        """{"command":"reset","scenario":"fine"}""",
        """{"command":"users","users":-1}""",
        """{"command":"users"}""",
        """{"command":"status","scenario":7}""",
        """{"command":"pause"}""",
        """{"command":"status","rate":1}""",
        """[1]""",
        """nonsense""",
        """{"command":"stop","id":2}"""));

    [Fact]
    public void A_run_of_an_open_scenario_answers_well() => Golden.Matches("control/open.txt", Talk(
        ["--scenario", "fine", "--users", "3", "--rate", "20/s", "--duration", "60s"],
        """{"command":"status"}""",
        """{"command":"rate","rate":7.5}""",
        """{"command":"rate","rate":1e9}""",
        """{"command":"stop"}"""));

    [Fact]
    public void A_run_of_several_scenarios_answers_for_each_and_for_all() => Golden.Matches("control/several.txt", Talk(
        ["--load", "fine: users 2", "--load", "throws: rate 20/s, users 3", "--load", "waiting: users 1, after 50s",
            "--duration", "60s"],
        """{"command":"status"}""",
        """{"command":"status","scenario":"throws"}""",
        """{"command":"users","users":5}""",
        """{"command":"users","users":5,"scenario":"fine"}""",
        """{"command":"rate","rate":9,"scenario":"fine"}""",
        """{"command":"rate","rate":9,"scenario":"throws"}""",
        """{"command":"rate","rate":9,"scenario":"thrwos"}""",
        """{"command":"stop","scenario":"throws"}""",
        """{"command":"rate","rate":9,"scenario":"throws"}""",
        """{"command":"reset"}""",
        """{"command":"stop"}"""));

    public void Dispose() => directory.Delete(recursive: true);

    string Talk(string[] options, params string[] commands)
    {
        using var run = TestLoad.Start([.. options, "--control", SocketPath, "--when-limited", "warn", "--over-memory",
            "ignore"]);
        run.When("Ready");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        using var stream = new NetworkStream(socket) { ReadTimeout = 30_000 };
        using var reader = new StreamReader(stream);
        var text = new StringBuilder();
        WaitUntilAllRun(stream, reader);
        foreach (var command in commands)
        {
            var reply = Ask(stream, reader, command);
            text.Append("> ").Append(command).Append("\n< ").Append(Shown(reply)).Append('\n');
        }

        Assert.Null(reader.ReadLine());
        var ended = run.WaitForEnd();
        Assert.True(ended.ExitCode == 0, ended.Said);
        return text.ToString();
    }

    /// <summary>Until then nobody knows what a status shows.</summary>
    static void WaitUntilAllRun(NetworkStream stream, StreamReader reader)
    {
        var isComplete = false;
        for (var attempt = 0; attempt < 1000 && !isComplete; attempt++)
        {
            Thread.Sleep(20);
            var status = Ask(stream, reader, """{"command":"status"}""");
            isComplete = Running().Matches(status).All(static match => match.Groups[1].Value == match.Groups[2].Value
                && match.Groups[1].Value != "0") && !status.Contains("\"elapsedMs\":0,", StringComparison.Ordinal);
            // The one that is to come has nobody yet.
            isComplete |= status.Contains("to come", StringComparison.Ordinal)
                && Running().Matches(status).Count(static match => match.Groups[1].Value == match.Groups[2].Value) >= 3;
        }

        Assert.True(isComplete);
    }

    // Users that stop are gone in a moment, on a busy machine in a few.
    static string Shown(string reply) => Figures().Replace(reply, "$1#")
        .Replace("\"state\":\"stopping\"", "\"state\":\"over\"", StringComparison.Ordinal);

    static string Ask(NetworkStream stream, StreamReader reader, string command)
    {
        stream.Write(Encoding.UTF8.GetBytes(command + "\n"));
        return reader.ReadLine() ?? "(closed)";
    }

    [GeneratedRegex(
        """("(?:elapsedMs|requests|failures|running|planned|done|failed|late|inFlight|present)":)[0-9.]+""")]
    private static partial Regex Figures();

    [GeneratedRegex("\"present\":([0-9]+),\"running\":([0-9]+)")]
    private static partial Regex Running();
}
